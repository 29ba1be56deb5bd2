// Latencies counts how long things took, in a fixed memory.
//
//   Latencies all;
//   all.Add(ended - begun);
//   all.Percentile(99.0);
//
// Shapes    64 steps to a power of two: a percentile is at most 1.6 % above what was measured.
// Units     nanoseconds inside, std::chrono durations outside.
// Threads   one at a time.
#ifndef NVMF_CMD_LATENCIES_H_
#define NVMF_CMD_LATENCIES_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace nvmf::cmd {

class Latencies {
 public:
  void Add(std::chrono::nanoseconds took);
  void Merge(const Latencies& other);

  std::uint64_t count() const { return count_; }
  std::chrono::nanoseconds min() const { return count_ == 0 ? max_ : min_; }
  std::chrono::nanoseconds max() const { return max_; }
  std::chrono::nanoseconds mean() const;
  // Percentile returns a duration that `percent` of all did not exceed; zero when there are none.
  std::chrono::nanoseconds Percentile(double percent) const;

 private:
  static constexpr unsigned kStepBits = 6;
  static constexpr std::size_t kCounts = (64 - kStepBits) << kStepBits;
  static std::size_t IndexOf(std::uint64_t nanoseconds);
  static std::uint64_t UpperOf(std::size_t index);

  std::array<std::uint64_t, kCounts> counts_{};
  std::uint64_t count_ = 0;
  std::chrono::nanoseconds min_ = std::chrono::nanoseconds::max();
  std::chrono::nanoseconds max_{};
  std::uint64_t sum_ = 0;  // Nanoseconds: 584 years of them.
};

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_LATENCIES_H_
