// What becomes of devices that misbehave: the verdict must not depend on goodwill.
#include "conformance/suite/runner.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "conformance/suite/probe.h"
#include "conformance/testing/fake_controller.h"

namespace nvmf::conformance {
namespace {

constexpr Duration kLong = std::chrono::seconds(30);

Verdict Passes(HostPeer& host) {
  host.ConnectAdmin();
  return Pass();
}
Verdict ExpectsATermReq(HostPeer& host) {
  host.ConnectAdmin();
  host.Submit(host.BarrierCommand());
  return host.Expect(AnyTermReq(), kPass);
}
Verdict DialsInVain(HostPeer&) { throw Unmet{{kDown, "cannot connect"}}; }
Verdict Throws(HostPeer&) { throw std::runtime_error("a defect"); }
Verdict GivesNoVerdict(HostPeer&) { return {}; }

constexpr Case kPasses = {"TCP-IC-01/passes", "", Passes, kSafe};
constexpr Case kSetUpIsThePoint = {"TCP-IC-01/set-up", "", Passes, kSafe, kNoNeeds, kSetUpOnTrial};
constexpr Case kExpects = {"TCP-IC-01/expects", "", ExpectsATermReq, kDisruptive};
constexpr Case kWrites = {"TCP-IC-01/writes", "", Passes, kDestructive};
constexpr Case kNeedsIo = {"TCP-IC-01/needs-io", "", Passes, kSafe, Need::kIoQueue};
constexpr Case kDialsInVain = {"TCP-IC-01/dials", "", DialsInVain, kSafe};
constexpr Case kThrows = {"TCP-IC-01/throws", "", Throws, kSafe};
constexpr Case kEmpty = {"TCP-IC-01/empty", "", GivesNoVerdict, kSafe};

void Mute(Connection connection) { WaitForEnd(connection); }

void AnswerGarbage(Connection connection) {
  (void)connection.Send(Fill(64, 0xEE), Deadline::In(kLong));
  WaitForEnd(connection);
}

class RunnerTest : public testing::Test {
 protected:
  RunnerTest() { bench_.limits.step = kLong; }

  Verdict RunIt(const Case& test) { return RunControllerCase(bench_, test).verdict; }

  // The case's connection comes between those of the two sanity exchanges.
  void MisbehaveInTheCase(FakeController::Manners manners) {
    fake_.set_manners_at(fake_.dialled() + 2, std::move(manners));
  }
  void MisbehaveAfterwards(FakeController::Manners manners) {
    fake_.set_manners_at(fake_.dialled() + 3, std::move(manners));
  }

  FakeController fake_;
  Bench bench_{.dut = fake_, .grant = {.everything = true}};
};

TEST_F(RunnerTest, AnHonestDevicePasses) { EXPECT_EQ(RunIt(kPasses).kind, kPass); }

TEST_F(RunnerTest, EachCaseStandsBetweenTwoSanityExchanges) {
  EXPECT_EQ(RunIt(kPasses).kind, kPass);
  EXPECT_EQ(fake_.dialled(), 3);
}

TEST_F(RunnerTest, AnUnexpectedAnswerFails) { EXPECT_EQ(RunIt(kExpects).kind, kFail); }

TEST_F(RunnerTest, ADeviceThatTakesConnectionsAndNeverSpeaksBlocks) {
  fake_.set_manners(Mute);
  bench_.limits.step = Duration(20);
  const Verdict verdict = RunIt(kPasses);
  EXPECT_EQ(verdict.kind, kBlocked);
  EXPECT_TRUE(verdict.message.starts_with("beforehand: ")) << verdict.message;
}

TEST_F(RunnerTest, ADeviceThatAnswersGarbageBlocks) {
  fake_.set_manners(AnswerGarbage);
  EXPECT_EQ(RunIt(kPasses).kind, kBlocked);
}

TEST_F(RunnerTest, ADeviceThatIsGoneBeforehandIsDown) {
  fake_.set_listening(false);
  EXPECT_EQ(RunIt(kPasses).kind, kDown);
}

TEST_F(RunnerTest, GarbageInTheCaseBlocksASetUpAndFailsATrial) {
  MisbehaveInTheCase(AnswerGarbage);
  EXPECT_EQ(RunIt(kPasses).kind, kBlocked);
  MisbehaveInTheCase(AnswerGarbage);
  EXPECT_EQ(RunIt(kSetUpIsThePoint).kind, kFail);
}

TEST_F(RunnerTest, SilenceInTheCaseBlocksASetUpAndFailsATrialWhileOthersAreServed) {
  bench_.limits.step = std::chrono::seconds(1);
  MisbehaveInTheCase(Mute);
  EXPECT_EQ(RunIt(kPasses).kind, kBlocked);
  MisbehaveInTheCase(Mute);
  const Verdict verdict = RunIt(kSetUpIsThePoint);
  EXPECT_EQ(verdict.kind, kFail);
  EXPECT_NE(verdict.message.find("others are still served"), std::string::npos);
}

TEST_F(RunnerTest, ADeviceThatDiesInTheCaseIsDown) {
  MisbehaveInTheCase([this](Connection connection) {
    fake_.set_listening(false);
    ServeHonestly(std::move(connection));
  });
  const Verdict verdict = RunIt(kPasses);
  EXPECT_EQ(verdict.kind, kDown);
  EXPECT_NE(verdict.message.find("the case itself: PASS"), std::string::npos) << verdict.message;
}

TEST_F(RunnerTest, ADeviceThatNoLongerWorksAfterwardsIsDown) {
  MisbehaveAfterwards([](Connection) {});
  EXPECT_EQ(RunIt(kPasses).kind, kDown);
}

TEST_F(RunnerTest, ADeviceThatIsSilentAfterwardsHangs) {
  bench_.limits.step = std::chrono::seconds(1);
  MisbehaveAfterwards(Mute);
  EXPECT_EQ(RunIt(kPasses).kind, kHang);
}

TEST_F(RunnerTest, AConnectionRefusedInTheCaseFailsWhileOthersAreServed) {
  const Verdict verdict = RunIt(kDialsInVain);
  EXPECT_EQ(verdict.kind, kFail);
  EXPECT_NE(verdict.message.find("others are still served"), std::string::npos);
}

// What a case tries that shows what a device can bear is to bring nothing illegal at all.
TEST(Weigh, DeparturesFromAnyRuleCountInCasesOfTriggers) {
  const std::vector<Observation> seen = {{"TCP-RSP-03", kFail, "SQID is 1"}};
  EXPECT_EQ(Weigh(Pass(), Case{.id = "ROB-L01/x", .title = ""}, seen).kind, kFail);
  EXPECT_EQ(Weigh(Pass(), Case{.id = "TCP-IC-01/x", .title = ""}, seen).kind, kPass);
  const std::vector<Observation> tolerated = {{"TCP-RSP-03", kNonStrict, "SQID is 1"}};
  EXPECT_EQ(Weigh(Pass(), Case{.id = "ROB-L01/x", .title = ""}, tolerated).kind, kPass);
}

TEST_F(RunnerTest, OurOwnDefectsAreErrors) {
  EXPECT_EQ(RunIt(kThrows).kind, kError);
  EXPECT_EQ(RunIt(kEmpty).kind, kError);
}

TEST_F(RunnerTest, WhatIsNotGrantedIsSkippedUntouched) {
  bench_.grant = {};
  EXPECT_EQ(RunIt(kExpects).kind, kSkip);
  EXPECT_EQ(RunIt(kWrites).kind, kSkip);
  bench_.grant = {.disruptive = true};
  EXPECT_EQ(RunIt(kWrites).kind, kSkip);
  EXPECT_EQ(fake_.dialled(), 0);
  EXPECT_EQ(RunIt(kExpects).kind, kFail);
}

TEST_F(RunnerTest, WhatIsNotClaimedIsSkippedUntouched) {
  EXPECT_EQ(RunIt(kNeedsIo).kind, kSkip);
  EXPECT_EQ(fake_.dialled(), 0);
}

TEST_F(RunnerTest, ACaseHasItsOwnDeadline) {
  bench_.limits.whole_case = Duration(0);
  EXPECT_EQ(RunIt(kPasses).kind, kBlocked);  // Already the sanity exchange has no time.
}

TEST_F(RunnerTest, TheProbeFindsWhatIsClaimed) {
  const auto claims = Probe(bench_);
  ASSERT_TRUE(claims);
  EXPECT_TRUE(claims->header_digest && claims->data_digest && claims->hpda);
  EXPECT_EQ(claims->nsid, 1u);
  EXPECT_EQ(claims->block, 512u);
  EXPECT_EQ(claims->in_capsule, 8192u);
  EXPECT_EQ(claims->solicited(), 8704u);
  EXPECT_EQ(claims->scratch_blocks, claims->blocks);
  EXPECT_TRUE(claims->no_flow_control);
}

TEST_F(RunnerTest, AScriptThatIsLessHonestThanItSaysIsStoppedByTheGuard) {
  bench_.grant = {};
  constexpr Case kLiar = {"TCP-IC-01/liar", "", ControllerScript([](HostPeer& host) {
                            host.Send(tcp::IcReq{}, {}, {.hlen = 1});
                            return Pass();
                          }),
                          kSafe};
  EXPECT_EQ(RunIt(kLiar).kind, kError);
}

TEST(Weigh, ADepartureCountsWhereTheCaseShowsThatRule) {
  const std::vector<Observation> fail = {{"TCP-IC-01", kFail, "flags"}};
  const std::vector<Observation> lax = {{"TCP-IC-01", kNonStrict, "sqid"}};
  const std::vector<Observation> other = {{"TCP-RSP-01", kFail, "flags"}};
  EXPECT_EQ(Weigh(Pass(), kPasses, fail).kind, kFail);
  EXPECT_EQ(Weigh(Pass(), kPasses, lax).kind, kNonStrict);
  EXPECT_EQ(Weigh(Pass(), kPasses, other).kind, kPass);
  EXPECT_EQ(Weigh({kNonStrict, ""}, kPasses, fail).kind, kFail);
  EXPECT_EQ(Weigh({kHang, ""}, kPasses, fail).kind, kHang);
}

}  // namespace
}  // namespace nvmf::conformance
