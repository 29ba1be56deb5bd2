// HostQueue is the host's end of one queue pair, whatever carries it: the library's internal
// transport abstraction, at the level of capsules and command data.
//
// Shapes    one submission and one completion queue; many commands outstanding.
// Units     octets and natural counts.
// Errors    kBusy, kTimeout and kInvalidArgument leave the queue usable; any other ends it.
// Threads   one at a time. Distinct queues share nothing that changes.
// Lifetime  a command's memory is borrowed until its completion was returned, or the queue is gone.
#ifndef NVMF_TRANSPORT_HOST_QUEUE_H_
#define NVMF_TRANSPORT_HOST_QUEUE_H_

#include <cstdint>

#include "nvmf/base/data.h"
#include "nvmf/base/result.h"
#include "nvmf/nvme/sqe.h"
#include "nvmf/stream/deadline.h"

namespace nvmf {

class HostQueue {
 public:
  virtual ~HostQueue() = default;

  // Submit queues `sqe` and returns its CID; it leaves when somebody waits, or at Flush. CID, PSDT
  // and SGL1 are the transport's to fill. kBusy: the submission queue is full.
  virtual Result<std::uint16_t> Submit(const Sqe& sqe, const Data& data) = 0;
  // Wait returns the completion of `cid`, exactly once.
  virtual Result<Completion> Wait(std::uint16_t cid, Deadline deadline) = 0;
  // WaitAny returns the oldest completion that nobody has taken.
  virtual Result<Completion> WaitAny(Deadline deadline) = 0;
  // Flush returns when all that was submitted has been handed to the stream.
  virtual Result<> Flush(Deadline deadline) = 0;

  // SetInCapsuleBytes says how much data a capsule of this queue holds (IOCCSZ * 16 - 64).
  virtual void SetInCapsuleBytes(std::uint32_t bytes) = 0;
  // DisableFlowControl: the controller granted it in its Connect response.
  virtual void DisableFlowControl() = 0;

  virtual std::uint16_t entries() const = 0;
  virtual std::size_t outstanding() const = 0;
  virtual bool full() const = 0;
  virtual bool failed() const = 0;
};

}  // namespace nvmf

#endif  // NVMF_TRANSPORT_HOST_QUEUE_H_
