// Feed hands octets to whatever has InputSpace and CommitInput, cut as a Cutter likes.
#ifndef FUZZ_HARNESS_FEED_H_
#define FUZZ_HARNESS_FEED_H_

#include <algorithm>
#include <cstring>

#include "fuzz/harness/check.h"
#include "fuzz/harness/script.h"
#include "nvmf/base/bytes.h"

namespace nvmf::fuzz {

// Cutter chooses how many octets come next: all, one at a time, or sizes drawn from a seed.
class Cutter {
 public:
  explicit Cutter(std::uint8_t seed) : seed_(seed), state_(seed * 2654435761U + 1) {}
  std::size_t Next(std::size_t left) {
    if (seed_ == 0) return left;
    if (seed_ == 1) return 1;
    state_ = state_ * 1664525U + 1013904223U;
    // Mostly about a header's size; now and then more than a room holds. A large seed scales it.
    const std::size_t size =
        (state_ >> 28) == 0 ? 600 : (1 + (state_ >> 24) % 48) * (1 + seed_ / 16U);
    return std::min(size, left);
  }

 private:
  std::uint8_t seed_;
  std::uint32_t state_;
};

inline void CopyIn(const InputSpans& space, Octets octets) {
  const std::size_t first = std::min(octets.size(), space.first.size());
  if (first != 0) std::memcpy(space.first.data(), octets.data(), first);
  if (octets.size() != first) {
    std::memcpy(space.second.data(), octets.data() + first, octets.size() - first);
  }
}

// Feed calls `commit(n)` after each piece, and stops when `ended()`.
void Feed(auto& receiver, Octets octets, Cutter& cutter, auto&& commit, auto&& ended) {
  while (!octets.empty() && !ended()) {
    const InputSpans space = receiver.InputSpace();
    FUZZ_CHECK(space.size() != 0);  // A live receiver always takes more.
    const std::size_t n = std::min(cutter.Next(octets.size()), space.size());
    CopyIn(space, octets.first(n));
    commit(n);
    octets = octets.subspan(n);
  }
}

}  // namespace nvmf::fuzz

#endif  // FUZZ_HARNESS_FEED_H_
