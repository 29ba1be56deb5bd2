// The fuzzer against a target that dies of a certain PDU: found, replayed, made small.
#include "conformance/fuzz_url/fuzz.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "conformance/fuzz_url/commands.h"
#include "conformance/fuzz_url/fragile_target.h"
#include "conformance/fuzz_url/input.h"
#include "conformance/fuzz_url/minimize.h"
#include "conformance/fuzz_url/sessions.h"
#include "conformance/suite/probe.h"
#include "conformance/suite/replay.h"
#include "conformance/suite/run.h"
#include "conformance/suite/tcp_dut.h"
#include "conformance/testing/fake_controller.h"
#include "conformance/wire/frame.h"
#include "nvmf/nvme/nvm.h"

namespace nvmf::conformance {
namespace {

using Exchanges = std::vector<ExchangeFile>;

std::vector<Bytes> SaidIn(const ExchangeFile& exchange) {
  std::vector<Bytes> said;
  for (const Record& record : exchange.records) {
    if (record.what == Record::What::kSent) said.push_back(record.octets);
  }
  return said;
}

// Dies of a PLEN that is believed.
bool IsHuge(ByteView pdu) {
  return Decode<tcp::PduHeader>(pdu.first<tcp::kHeaderBytes>()).plen >= 1u << 24;
}

class FuzzTest : public testing::Test {
 protected:
  FuzzTest() {
    bench_.claims = Probe(bench_).value();
    sessions_ = RecordSessions(bench_);
  }

  FuzzTerms Terms(std::uint64_t runs) {
    FuzzTerms terms{.seed = 5, .runs = runs, .patience = Duration(20)};
    terms.restart = [this] { target_.Restart(); };
    terms.rest = [](Duration) {};
    return terms;
  }

  MinimizeTerms SmallTerms() {
    MinimizeTerms terms{.patience = Duration(20)};
    terms.restart = [this] { target_.Restart(); };
    terms.rest = [](Duration) {};
    return terms;
  }

  std::optional<ExchangeFile> FirstFinding() {
    std::optional<ExchangeFile> first;
    for (std::uint64_t at = 0; at < 2000 && !first; at += 50) {
      FuzzTerms terms = Terms(50);
      terms.first = at;
      Fuzz(bench_, sessions_, terms, [&](const ExchangeFile& finding) {
        if (!first) first = finding;
      });
    }
    return first;
  }

  FragileTarget target_{IsHuge};
  TcpDut dut_{target_.url()};
  Bench bench_{.dut = dut_, .grant = {.disruptive = true, .destructive = {{.nsid = 1}}}};
  Exchanges sessions_;
};

TEST_F(FuzzTest, FindsReplaysAndMinimizesWhatKills) {
  const auto finding = FirstFinding();
  ASSERT_TRUE(finding);
  EXPECT_TRUE(finding->verdict.starts_with("DOWN ")) << finding->verdict;
  const unsigned deaths = target_.deaths();
  const auto again = ReadExchange(WriteExchange(*finding));
  ASSERT_TRUE(again);
  const Minimized small = Minimize(*again, bench_, SmallTerms());
  EXPECT_TRUE(small.reproduced);
  EXPECT_FALSE(small.lost);
  EXPECT_LE(small.pdus, 3u);
  EXPECT_GT(target_.deaths(), deaths + 1);
  const unsigned before = target_.deaths();
  (void)Replay(small.exchange, bench_);
  EXPECT_EQ(CheckHealth(bench_, [](Duration) {}).kind, kDown);
  EXPECT_EQ(target_.deaths(), before + 1);
}

TEST_F(FuzzTest, WhatKillsNobodyIsNotMinimized) {
  const Minimized small = Minimize(sessions_.front(), bench_, SmallTerms());
  EXPECT_FALSE(small.reproduced);
  EXPECT_EQ(small.tries, 3u);
}

TEST_F(FuzzTest, ADeviceThatDoesNotComeBackEndsIt) {
  FuzzTerms terms = Terms(2000);
  terms.restart = nullptr;
  terms.revival = Duration(0);
  const FuzzTotals totals = Fuzz(bench_, sessions_, terms, [](const ExchangeFile&) {});
  EXPECT_TRUE(totals.lost);
  EXPECT_EQ(totals.findings, 1u);
  EXPECT_LT(totals.inputs, 2000u);
}

TEST_F(FuzzTest, TheCommandsWriteWhatTheyFind) {
  const std::string folder = testing::TempDir() + "findings";
  std::ostringstream out;
  FuzzTerms terms = Terms(300);
  ASSERT_EQ(FuzzCommand(bench_, terms, folder, out), kExitFailures) << out.str();
  EXPECT_NE(out.str().find("300 inputs"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("seed 5"), std::string::npos) << out.str();
  const std::string path = std::filesystem::directory_iterator(folder)->path().string();
  const MinimizeTerms small = SmallTerms();
  EXPECT_EQ(MinimizeCommand(path, folder + "/small.json", bench_, small, out), kExitExpected)
      << out.str();
  EXPECT_EQ(MinimizeCommand(folder + "/none.json", folder + "/x.json", bench_, small, out),
            kExitUsage);
  bench_.grant = {};
  EXPECT_EQ(FuzzCommand(bench_, terms, folder, out), kExitUsage);
  EXPECT_EQ(MinimizeCommand(path, folder + "/y.json", bench_, small, out), kExitUsage);
}

TEST(Input, OfTheSameSeedIsTheSame) {
  FakeController fake;
  Bench bench{.dut = fake, .grant = {.everything = true}};
  bench.claims = Probe(bench).value();
  const Exchanges one = RecordSessions(bench);
  const Exchanges other = RecordSessions(bench);
  ASSERT_GE(one.size(), 4u);
  unsigned spoilt = 0;
  for (std::uint64_t i = 0; i < 500; ++i) {
    EXPECT_EQ(SaidIn(InputOf(one, 3, i)), SaidIn(InputOf(other, 3, i))) << i;
    spoilt += SaidIn(InputOf(one, 3, i)) != SaidIn(InputOf(one, 4, i));
  }
  EXPECT_GT(spoilt, 450u);
}

TEST(Input, ThatHidesACommandInItsDataIsWithheld) {
  const Bytes write = Compose(tcp::CapsuleCmd{.sqe = MakeWrite(1, 9, 1)}, {});
  const Record data{.what = Record::What::kSent,
                    .connection = 1,
                    .octets = Compose(tcp::H2CData{.datal = 72}, {}, write)};
  const ExchangeFile input{.id = "", .verdict = "", .records = {data}};
  EXPECT_TRUE(Withheld(input, {.disruptive = true}));
  EXPECT_FALSE(Withheld(input, {.everything = true}));
}

TEST(Health, OneRefusalIsNoDeath) {
  FakeController fake;
  const Bench bench{.dut = fake};
  fake.set_listening(false);
  std::vector<Duration> rests;
  const Verdict health = CheckHealth(bench, [&](Duration rest) {
    rests.push_back(rest);
    if (rests.size() == 3) fake.set_listening(true);
  });
  EXPECT_EQ(health.kind, kPass);
  ASSERT_EQ(rests.size(), 3u);
  EXPECT_EQ(rests[2], 4 * rests[0]);
}

TEST(Health, IsDownOnlyWhenConnectionAfterConnectionIsRefused) {
  FakeController fake;
  const Bench bench{.dut = fake};
  fake.set_listening(false);
  unsigned rests = 0;
  EXPECT_EQ(CheckHealth(bench, [&](Duration) { ++rests; }).kind, kDown);
  EXPECT_EQ(rests, kHealthChecks - 1);
  // A device that takes every other connection, and closes it at once, is there.
  fake.set_manners([](Connection) {});
  bool listening = true;
  fake.set_listening(listening);
  const auto turn = [&](Duration) { fake.set_listening(listening = !listening); };
  EXPECT_EQ(CheckHealth(bench, turn).kind, kFail);
}

TEST(Health, SilenceIsAHang) {
  FakeController fake([](Connection connection) { WaitForEnd(connection); });
  const Bench bench{.dut = fake, .limits = {.step = Duration(20)}};
  EXPECT_EQ(CheckHealth(bench, [](Duration) {}).kind, kHang);
}

}  // namespace
}  // namespace nvmf::conformance
