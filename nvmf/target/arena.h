// Arena lends memory bit by bit and takes it back all at once: for data that are on their way out.
//
//   MutableBytes data = arena.Take(octets);      // empty: no room until Reset
//
// Shapes    a fixed size; parts begin at pages.
// Threads   one at a time.
#ifndef NVMF_TARGET_ARENA_H_
#define NVMF_TARGET_ARENA_H_

#include "nvmf/target/page_memory.h"

namespace nvmf::target {

class Arena {
 public:
  explicit Arena(std::size_t octets) : memory_(octets) {}

  // Take returns `octets` octets, as they are; an empty span when they are not there.
  MutableBytes Take(std::size_t octets) {
    const MutableBytes all = memory_.bytes();
    if (octets > all.size() - used_) return {};
    const MutableBytes part = all.subspan(used_, octets);
    used_ += RoundUp(octets, kPageBytes);
    return part;
  }
  void Reset() { used_ = 0; }

 private:
  PageMemory memory_;
  std::size_t used_ = 0;  // A multiple of kPageBytes, at most the size.
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_ARENA_H_
