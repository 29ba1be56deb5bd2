#include "nvmf/trials/block_ledger.h"

#include <vector>

#include "gtest/gtest.h"
#include "nvmf/trials/stamp.h"

namespace nvmf::trials {
namespace {

constexpr std::uint32_t kBlock = 512;

class BlockLedgerTest : public ::testing::Test {
 protected:
  BlockLedger ledger{100, 8, kBlock, BlockLedger::Flushes::kTracked};
  std::vector<std::byte> blank = std::vector<std::byte>(kBlock);
  std::vector<std::byte> old = std::vector<std::byte>(kBlock);
  std::vector<std::byte> fresh = std::vector<std::byte>(kBlock);
  std::uint64_t first = ledger.Issue(103, old);
};

TEST_F(BlockLedgerTest, AWriteInDoubtMayBeThereOrNot) {
  EXPECT_EQ(ledger.Judge(103, blank), Verdict::kGood);
}

TEST_F(BlockLedgerTest, WhatWasReadStays) {
  EXPECT_EQ(ledger.Judge(103, old), Verdict::kGood);
  EXPECT_EQ(ledger.Judge(103, blank), Verdict::kLost);
}

TEST_F(BlockLedgerTest, WhatWasSettledByAReadCannotComeLater) {
  EXPECT_EQ(ledger.Judge(103, blank), Verdict::kGood);
  EXPECT_EQ(ledger.Judge(103, old), Verdict::kMisplaced);
}

TEST_F(BlockLedgerTest, WhatWasAcknowledgedStays) {
  ledger.Acknowledge(103, 1, first, false);
  EXPECT_EQ(ledger.Judge(103, blank), Verdict::kLost);
  EXPECT_EQ(ledger.Judge(103, old), Verdict::kGood);
}

TEST_F(BlockLedgerTest, WhatFuaOrFlushCoveredIsDurable) {
  ledger.Acknowledge(103, 1, first, true);
  EXPECT_EQ(ledger.Judge(103, blank), Verdict::kLostDurable);
  const std::uint64_t second = ledger.Issue(104, fresh);
  ledger.BeginFlush();
  ledger.Acknowledge(104, 1, second, false);
  ledger.EndFlush(true);
  EXPECT_EQ(ledger.Judge(104, blank), Verdict::kLost);  // Acknowledged after the Flush was sent.
  ledger.BeginFlush();
  ledger.EndFlush(false);
  EXPECT_EQ(ledger.Judge(104, blank), Verdict::kLost);
  ledger.BeginFlush();
  ledger.EndFlush(true);
  EXPECT_EQ(ledger.Judge(104, blank), Verdict::kLostDurable);
  EXPECT_EQ(ledger.counts().issued, 2u);
  EXPECT_EQ(ledger.counts().acknowledged, 2u);
  EXPECT_EQ(ledger.counts().durable, 2u);
}

TEST_F(BlockLedgerTest, ANewerWriteMayStandForADurableOne) {
  ledger.Acknowledge(103, 1, first, true);
  static_cast<void>(ledger.Issue(103, fresh));
  EXPECT_EQ(ledger.Judge(103, fresh), Verdict::kGood);
  EXPECT_EQ(ledger.Judge(103, old), Verdict::kLost);
}

TEST_F(BlockLedgerTest, HalfOfEachIsTorn) {
  static_cast<void>(ledger.Issue(103, fresh));
  std::copy(old.begin() + kBlock / 2, old.end(), fresh.begin() + kBlock / 2);
  EXPECT_EQ(ledger.Judge(103, fresh), Verdict::kTorn);
}

TEST_F(BlockLedgerTest, AnotherBlocksContentIsMisplaced) {
  static_cast<void>(ledger.Issue(104, fresh));
  EXPECT_EQ(ledger.Judge(104, old), Verdict::kMisplaced);
}

TEST_F(BlockLedgerTest, OneIssueStampsEveryBlock) {
  std::vector<std::byte> two(2 * kBlock);
  const std::uint64_t sequence = ledger.Issue(105, two);
  EXPECT_EQ(ReadStamp(ByteView(two).first(kBlock)), (Stamp{105, sequence}));
  EXPECT_EQ(ReadStamp(ByteView(two).last(kBlock)), (Stamp{106, sequence}));
}

}  // namespace
}  // namespace nvmf::trials
