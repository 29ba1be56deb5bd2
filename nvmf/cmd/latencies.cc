#include "nvmf/cmd/latencies.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace nvmf::cmd {

// Below 2^(kStepBits + 1) each value has its own count; from there on, each power of two has
// 2^kStepBits of them.
std::size_t Latencies::IndexOf(std::uint64_t nanoseconds) {
  const auto width = static_cast<unsigned>(std::bit_width(nanoseconds));
  if (width <= kStepBits + 1) return nanoseconds;
  const unsigned shift = width - kStepBits - 1;
  return (std::size_t{shift} << kStepBits) + (nanoseconds >> shift);
}

std::uint64_t Latencies::UpperOf(std::size_t index) {
  if (index < (std::size_t{2} << kStepBits)) return index;
  const std::size_t shift = (index >> kStepBits) - 1;
  const std::uint64_t step = index - (shift << kStepBits);
  return ((step + 1) << shift) - 1;
}

void Latencies::Add(std::chrono::nanoseconds took) {
  const auto index = IndexOf(static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0)));
  ++counts_[std::min(index, kCounts - 1)];
  ++count_;
  min_ = std::min(min_, took);
  max_ = std::max(max_, took);
  sum_ += static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0));
}

void Latencies::Merge(const Latencies& other) {
  for (std::size_t i = 0; i < kCounts; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
}

std::chrono::nanoseconds Latencies::mean() const {
  return std::chrono::nanoseconds(count_ == 0 ? 0 : static_cast<std::int64_t>(sum_ / count_));
}

std::chrono::nanoseconds Latencies::Percentile(double percent) const {
  const auto wanted =
      static_cast<std::uint64_t>(std::ceil(static_cast<double>(count_) * percent / 100));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kCounts; ++i) {
    seen += counts_[i];
    if (seen >= wanted && seen != 0) {
      return std::min(max_, std::chrono::nanoseconds(static_cast<std::int64_t>(UpperOf(i))));
    }
  }
  return max_;
}

}  // namespace nvmf::cmd
