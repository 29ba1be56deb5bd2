#include "nvmf/cmd/latencies.h"

#include "gtest/gtest.h"

namespace nvmf::cmd {
namespace {

using std::chrono::nanoseconds;

TEST(Latencies, OfNothingAreZero) {
  EXPECT_EQ(Latencies().Percentile(99), nanoseconds(0));
  EXPECT_EQ(Latencies().count(), 0u);
}

TEST(Latencies, KnowTheLeastAndTheMean) {
  Latencies all;
  EXPECT_EQ(all.min(), nanoseconds(0));
  EXPECT_EQ(all.mean(), nanoseconds(0));
  all.Add(nanoseconds(30));
  all.Add(nanoseconds(10));
  Latencies more;
  more.Add(nanoseconds(5));
  all.Merge(more);
  EXPECT_EQ(all.min(), nanoseconds(5));
  EXPECT_EQ(all.mean(), nanoseconds(15));
}

TEST(Latencies, SmallOnesAreExact) {
  Latencies all;
  for (int i = 1; i <= 100; ++i) all.Add(nanoseconds(i));
  EXPECT_EQ(all.Percentile(50), nanoseconds(50));
  EXPECT_EQ(all.Percentile(99), nanoseconds(99));
  EXPECT_EQ(all.Percentile(100), nanoseconds(100));
  EXPECT_EQ(all.max(), nanoseconds(100));
}

TEST(Latencies, LargeOnesAreAtMostAStepTooHigh) {
  for (std::int64_t value = 1; value < (std::int64_t{1} << 60); value = value * 3 + 1) {
    Latencies one;
    one.Add(nanoseconds(value));
    one.Add(nanoseconds(value * 4));
    const std::int64_t told = one.Percentile(50).count();
    EXPECT_GE(told, value);
    EXPECT_LE(told, value + value / 64 + 1);
  }
}

TEST(Latencies, MergeAddsThemUp) {
  Latencies low;
  Latencies high;
  for (int i = 0; i < 99; ++i) low.Add(nanoseconds(10));
  high.Add(nanoseconds(1'000'000));
  low.Merge(high);
  EXPECT_EQ(low.count(), 100u);
  EXPECT_EQ(low.Percentile(99), nanoseconds(10));
  EXPECT_EQ(low.max(), nanoseconds(1'000'000));
}

}  // namespace
}  // namespace nvmf::cmd
