#include "conformance/suite/replay.h"

#include <gtest/gtest.h>

#include "conformance/suite/runner.h"
#include "conformance/testing/fake_controller.h"

namespace nvmf::conformance {
namespace {

Verdict Connects(HostPeer& host) {
  host.ConnectAdmin();
  host.CloseWrite();
  (void)host.Next();
  return {kFail, "only so"};
}

constexpr Case kCase{"TCP-IC-01/connects", "It connects", Connects, kSafe};

class ReplayTest : public testing::Test {
 protected:
  ExchangeFile Recorded() {
    const CaseResult result = TryController(bench_, kCase);
    return {.id = "x", .verdict = "FAIL", .records = result.transcript.records()};
  }

  FakeController fake_;
  Bench bench_{.dut = fake_, .grant = {.everything = true}};
};

TEST_F(ReplayTest, TheSameDeviceSaysTheSame) {
  const ExchangeFile exchange = Recorded();
  const ReplayResult result = Replay(exchange, bench_);
  EXPECT_EQ(result.differences, 0u);
  EXPECT_FALSE(result.stopped);
  EXPECT_EQ(result.lines.size(), exchange.records.size());
}

TEST_F(ReplayTest, WhatComesOtherwiseIsADifference) {
  ExchangeFile exchange = Recorded();
  for (Record& record : exchange.records) {
    if (record.what != Record::What::kReceived) continue;
    record.octets[0] = std::byte{3};  // As if a C2HTermReq had come.
  }
  const ReplayResult result = Replay(exchange, bench_);
  EXPECT_EQ(result.differences, 2u);  // ICResp and the completion of the Connect.
}

TEST_F(ReplayTest, AStatusIsComparedAndACounterIsNot) {
  ExchangeFile exchange = Recorded();
  Record& completion = *std::ranges::find_if(exchange.records, [](const Record& record) {
    return record.text.starts_with("CapsuleResp");
  });
  completion.octets[16] = std::byte{77};  // SQHD
  EXPECT_EQ(Replay(exchange, bench_).differences, 0u);
  completion.octets[22] = std::byte{4};  // SC
  EXPECT_EQ(Replay(exchange, bench_).differences, 1u);
}

TEST_F(ReplayTest, WhatWasSaidAndHeardIsARecordingAgain) {
  const ReplayResult first = Replay(Recorded(), bench_);
  const ReplayResult again = Replay({.id = "x", .verdict = "", .records = first.records}, bench_);
  EXPECT_EQ(again.differences, 0u);
  EXPECT_GE(first.records.size(), 5u);
  EXPECT_EQ(again.records.size(), first.records.size());
}

// Were it of each record, the case would run out of time.
TEST_F(ReplayTest, PatienceIsOfAConnectionAndNotOfARecord) {
  ExchangeFile exchange = Recorded();
  exchange.records.insert(exchange.records.end(), 500, exchange.records[1]);
  std::erase_if(exchange.records,
                [](const Record& record) { return record.what == Record::What::kSent; });
  bench_.limits.step = bench_.limits.whole_case = std::chrono::seconds(20);
  EXPECT_FALSE(Replay(exchange, bench_, Duration(100)).stopped);
}

TEST_F(ReplayTest, TheGuardAndADeadDeviceStopIt) {
  const ExchangeFile exchange = Recorded();
  ExchangeFile wrong = exchange;
  wrong.records.front().octets[2] = std::byte{1};  // HLEN
  bench_.grant = {};
  EXPECT_TRUE(Replay(wrong, bench_).stopped);
  fake_.set_listening(false);
  EXPECT_TRUE(Replay(exchange, bench_).stopped);
}

}  // namespace
}  // namespace nvmf::conformance
