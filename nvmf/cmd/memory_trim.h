// MemoryTrim sees to it that a target gives back to the kernel what its connections had: the C
// library keeps it otherwise, and a crowd that has left would be paid for ever after.
//
//   MemoryTrim trim;
//   options.on_event = [&](const TargetEvent& event) { trim.Note(event); };
//
// Shapes    once for every kEvery connections that have ended.
// Threads   any.
// Lifetime  one in a program, whose settings of malloc it changes.
// Source    mallopt(3), malloc_trim(3).
#ifndef NVMF_CMD_MEMORY_TRIM_H_
#define NVMF_CMD_MEMORY_TRIM_H_

#include <malloc.h>

#include <atomic>

#include "nvmf/target/target_options.h"

namespace nvmf::cmd {

class MemoryTrim {
 public:
  // The buffers of queues are mapped each by itself; glibc would raise this with the first that is
  // freed.
  MemoryTrim() { mallopt(M_MMAP_THRESHOLD, 256 * 1024); }

  void Note(const target::TargetEvent& event) {
    using Kind = target::TargetEvent::Kind;
    const bool ended = event.kind == Kind::kHandshake || event.kind == Kind::kQueueEnded ||
                       event.kind == Kind::kEnded;
    if (ended && ++ended_ % kEvery == 0) malloc_trim(0);
  }

 private:
  static constexpr unsigned kEvery = 64;
  std::atomic<unsigned> ended_{0};
};

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_MEMORY_TRIM_H_
