// Random is the mutator's dice: small, fast, and the same for the same seed.
#ifndef FUZZ_MUTATOR_RANDOM_H_
#define FUZZ_MUTATOR_RANDOM_H_

#include <cstddef>
#include <cstdint>

namespace nvmf::fuzz {

class Random {
 public:
  explicit Random(std::uint32_t seed) : state_(seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) {}
  std::uint32_t Next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::uint32_t>(state_ >> 24);
  }
  // Below returns a number under `bound`, 0 for 0.
  std::uint32_t Below(std::size_t bound) {
    return bound == 0 ? 0 : static_cast<std::uint32_t>(Next() % bound);
  }
  bool OneIn(std::uint32_t n) { return Below(n) == 0; }
  std::uint8_t Octet() { return static_cast<std::uint8_t>(Next()); }
  template <class T, std::size_t N>
  T Pick(const T (&from)[N]) {
    return from[Below(N)];
  }

 private:
  std::uint64_t state_;
};

}  // namespace nvmf::fuzz

#endif  // FUZZ_MUTATOR_RANDOM_H_
