// The loop transport: both ends of a queue pair in one process, without a wire format. Data move by
// one copy between the two ends' memory.
//
//   LoopEnds ends = MakeLoop(32);
//   auto host = HostQPair::Connect(association, std::move(ends.host), {});       // one thread
//   auto controller = ControllerQPair::Accept(std::move(ends.controller), wait);  // another
//
// Shapes    `entries` as a submission queue's; the Connect command does not change it.
// Errors    as HostQueue and ControllerQueue; kClosed when the other end is gone.
// Threads   each end one at a time; the two ends on two threads (or on one that never waits for
//           itself).
// Lifetime  each end owns half; the other end stays usable, and says kClosed.
#ifndef NVMF_LOOP_LOOP_H_
#define NVMF_LOOP_LOOP_H_

#include <cstdint>
#include <memory>

#include "nvmf/transport/controller_queue.h"
#include "nvmf/transport/host_queue.h"

namespace nvmf {

struct LoopEnds {
  std::unique_ptr<HostQueue> host;
  std::unique_ptr<ControllerQueue> controller;
};

// MakeLoop returns two joined ends of a queue of `entries` entries, at least 2.
LoopEnds MakeLoop(std::uint16_t entries);

}  // namespace nvmf

#endif  // NVMF_LOOP_LOOP_H_
