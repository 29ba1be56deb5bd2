#include "nvmf/trials/child_process.h"

#include <signal.h>
#include <sys/wait.h>

#include "gtest/gtest.h"

namespace nvmf::trials {
namespace {

Deadline Soon() { return Deadline::After(std::chrono::seconds(60)); }

TEST(ChildProcess, GivesItsOutputLineByLineAndThenItsEnd) {
  auto child = ChildProcess::Start({"/bin/sh", "-c", "echo one; echo two; exit 7"});
  ASSERT_TRUE(child) << child.error();
  EXPECT_EQ(child->ReadLine(Soon()), "one");
  EXPECT_EQ(child->ReadLine(Soon()), "two");
  EXPECT_FALSE(child->ReadLine(Soon()));
  const auto status = child->Wait(Soon());
  ASSERT_TRUE(status) << status.error();
  EXPECT_EQ(WEXITSTATUS(*status), 7);
  EXPECT_FALSE(child->Wait(Soon()));
}

TEST(ChildProcess, IsKilledByASignal) {
  auto child = ChildProcess::Start({"/bin/cat", "/dev/zero"});
  ASSERT_TRUE(child) << child.error();
  EXPECT_FALSE(child->Wait(Deadline::After({})));
  child->Signal(SIGKILL);
  const auto status = child->Wait(Soon());
  ASSERT_TRUE(status) << status.error();
  EXPECT_TRUE(WIFSIGNALED(*status));
}

TEST(ChildProcess, DoesNotOutliveItsOwner) {
  pid_t pid;
  {
    auto child = ChildProcess::Start({"/bin/cat", "/dev/zero"});
    ASSERT_TRUE(child) << child.error();
    pid = child->pid();
  }
  EXPECT_NE(kill(pid, 0), 0);
}

TEST(ChildProcess, SaysThatThereIsNoSuchProgram) {
  auto child = ChildProcess::Start({"/no/such/program"});
  ASSERT_TRUE(child) << child.error();
  const auto status = child->Wait(Soon());
  ASSERT_TRUE(status) << status.error();
  EXPECT_EQ(WEXITSTATUS(*status), 127);
}

}  // namespace
}  // namespace nvmf::trials
