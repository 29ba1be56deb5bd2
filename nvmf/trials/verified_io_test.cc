#include "nvmf/trials/verified_io.h"

#include <cstdlib>

#include "gtest/gtest.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/trials/trial_host.h"

namespace nvmf::trials {
namespace {

constexpr std::uint32_t kBlock = 512;
constexpr std::uint64_t kBlocks = 2048;

class VerifiedIoTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started =
        ServedTarget::Start(std::getenv("NVMF"), {"--subsystem", kTrialNqn, "--ram", "1"});
    ASSERT_TRUE(started) << started.error();
    target.emplace(std::move(*started));
    auto connected = TrialHost::Connect({.port = target->port(), .data_digest = true});
    ASSERT_TRUE(connected) << connected.error();
    host = std::move(*connected);
    auto made = host->ConnectIo(1, 64);
    ASSERT_TRUE(made) << made.error();
    queue.emplace(std::move(*made));
  }

  std::optional<ServedTarget> target;
  std::unique_ptr<TrialHost> host;
  std::optional<HostQPair> queue;
  BlockLedger ledger{0, kBlocks, kBlock, BlockLedger::Flushes::kTracked};
};

TEST_F(VerifiedIoTest, FindsNothingWrongWithAGoodTarget) {
  VerifiedIo io(
      *queue, ledger,
      {.least_blocks = 1, .most_blocks = 64, .depth = 8, .fua_percent = 10, .flush_every = 16});
  ASSERT_TRUE(io.RunOps(500));
  const IoTally run = io.Take();
  EXPECT_EQ(run.ops(), 500u);
  EXPECT_EQ(run.latencies.count(), 500u);
  EXPECT_EQ(run.failed, 0u);
  EXPECT_EQ(run.wrong(), 0u);
  EXPECT_GT(run.reads, 0u);
  EXPECT_GT(run.fua, 0u);
  EXPECT_GT(run.flushes, 0u);
  ASSERT_TRUE(io.ReadBack());
  EXPECT_EQ(io.Take().judged(Verdict::kGood), kBlocks);
  EXPECT_TRUE(host->Close());
  EXPECT_TRUE(target->Stop());
}

TEST_F(VerifiedIoTest, SeesWhatSomebodyElseWrote) {
  VerifiedIo io(*queue, ledger, {.most_blocks = 64, .depth = 4});
  ASSERT_TRUE(io.WriteAll());
  const std::vector<std::byte> zeros(kBlock);
  const auto written = queue->Execute(MakeWrite(1, 77, 1), WriteFrom(zeros),
                                      Deadline::After(std::chrono::seconds(60)));
  ASSERT_TRUE(written && written->status().ok());
  ASSERT_TRUE(io.ReadBack());
  const IoTally run = io.Take();
  EXPECT_EQ(run.judged(Verdict::kLost), 1u);
  EXPECT_EQ(run.judged(Verdict::kGood), kBlocks - 1);
}

TEST_F(VerifiedIoTest, CountsCommandsThatFail) {
  BlockLedger beyond(kBlocks, kBlocks, kBlock);
  VerifiedIo io(*queue, beyond, {.depth = 4});
  ASSERT_TRUE(io.RunOps(10));
  EXPECT_EQ(io.Take().failed, 10u);
}

TEST_F(VerifiedIoTest, EndsWithTheQueuePair) {
  VerifiedIo io(*queue, ledger, {.depth = 4});
  target->process().Signal(SIGKILL);
  EXPECT_FALSE(io.RunOps(1'000'000));
}

}  // namespace
}  // namespace nvmf::trials
