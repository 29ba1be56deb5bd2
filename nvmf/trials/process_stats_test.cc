#include "nvmf/trials/process_stats.h"

#include <fcntl.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "nvmf/stream/descriptor.h"

namespace nvmf::trials {
namespace {

TEST(ProcessStats, CountsDescriptors) {
  const auto before = ReadProcessStats(getpid());
  ASSERT_TRUE(before) << before.error();
  const Descriptor more(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const auto after = ReadProcessStats(getpid());
  ASSERT_TRUE(after) << after.error();
  EXPECT_EQ(after->descriptors, before->descriptors + 1);
}

TEST(ProcessStats, SeesMemoryThatIsTouched) {
  const auto before = ReadProcessStats(getpid());
  const std::vector<char> touched(64 << 20, 'x');
  const auto after = ReadProcessStats(getpid());
  ASSERT_TRUE(before && after);
  EXPECT_GE(after->rss, before->rss + (60 << 20)) << touched.back();
  EXPECT_GE(after->threads, 1u);
  EXPECT_GE(after->cpu_seconds, before->cpu_seconds);
}

TEST(ProcessStats, SaysThatThereIsNoSuchProcess) { EXPECT_FALSE(ReadProcessStats(0)); }

}  // namespace
}  // namespace nvmf::trials
