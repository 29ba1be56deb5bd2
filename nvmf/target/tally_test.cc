#include "nvmf/target/tally.h"

#include <thread>

#include "gtest/gtest.h"

namespace nvmf::target {
namespace {

TEST(Tallies, SumsThoseThereAreAndThoseGone) {
  Tallies tallies;
  Tallies::Member stays(tallies);
  stays.Add(Count::kRead);
  {
    Tallies::Member goes(tallies);
    goes.Add(Count::kRead, 2);
    goes.Add(Count::kReadBytes, 4096);
    EXPECT_EQ(tallies.Sum()[Count::kRead], 3u);
  }
  EXPECT_EQ(tallies.Sum()[Count::kRead], 3u);
  EXPECT_EQ(tallies.Sum()[Count::kReadBytes], 4096u);
  EXPECT_EQ(tallies.Sum()[Count::kWrite], 0u);
}

TEST(Tallies, AreReadWhileOthersCount) {
  Tallies tallies;
  std::thread counting([&] {
    Tallies::Member mine(tallies);
    for (int i = 0; i < 10'000; ++i) mine.Add(Count::kWrite);
  });
  std::uint64_t last = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t now = tallies.Sum()[Count::kWrite];
    EXPECT_GE(now, last);
    last = now;
  }
  counting.join();
  EXPECT_EQ(tallies.Sum()[Count::kWrite], 10'000u);
}

}  // namespace
}  // namespace nvmf::target
