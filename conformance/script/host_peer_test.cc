// How a command's PDUs follow one another: each departure is observed, against the right rule. The
// controller's side is said beforehand; the first command of a connection has CID 1.
#include "conformance/script/host_peer.h"

#include <gtest/gtest.h>

#include "conformance/testing/fake_controller.h"
#include "nvmf/nvme/nvm.h"

namespace nvmf::conformance {
namespace {

constexpr std::uint16_t kCid = 1;

class HostPeerTest : public testing::Test {
 protected:
  HostPeerTest() : bench_(MakeBench(fake_)), trial_(bench_), host_(MakePeer()) {}

  template <tcp::Pdu P>
  void Say(const P& pdu, ByteView data = {}, std::uint8_t flags = 0) {
    ASSERT_TRUE(
        far_.Send(Compose(pdu, {.flags = flags}, data), Deadline::In(std::chrono::seconds(30))));
  }
  void SayData(std::uint32_t datao, std::uint32_t datal, std::uint8_t flags) {
    Say(tcp::C2HData{.cccid = kCid, .datao = datao, .datal = datal}, Bytes(datal), flags);
  }
  void SayDone() { Say(tcp::CapsuleResp{.cqe = {.cid = kCid}}); }

  // Seen runs the command and returns the rules observed to be broken; "refused" if it came to
  // that.
  std::vector<std::string> Seen(const Sqe& sqe, Bytes out = {}) {
    std::vector<std::string> rules;
    bool refused = false;
    try {
      host_.Run(sqe, std::move(out));
    } catch (const Unmet&) {
      refused = true;
    }
    for (const Observation& seen : trial_.observations()) rules.emplace_back(seen.rule);
    if (refused) rules.emplace_back("refused");
    return rules;
  }

  static Bench MakeBench(FakeController& fake) {
    Bench bench{.dut = fake, .grant = {.everything = true}};
    bench.claims = {.nsid = 1, .block = 512, .blocks = 4096, .scratch_blocks = 4096};
    return bench;
  }
  HostPeer MakePeer() {
    const auto [near, far] = SocketPair();
    far_ = Connection(far);
    return HostPeer::On(trial_, Connection(near));
  }

  FakeController fake_;
  Bench bench_;
  ControllerTrial trial_;
  Connection far_;
  HostPeer host_;
};

using Rules = std::vector<std::string>;

TEST_F(HostPeerTest, AReadInTwoPiecesIsFine) {
  SayData(0, 512, 0);
  SayData(512, 512, tcp::kLastPdu);
  SayDone();
  EXPECT_EQ(Seen(host_.ReadCommand(1024)), Rules{});
}

TEST_F(HostPeerTest, AGapInTheData) {
  SayData(0, 512, 0);
  SayData(516, 508, tcp::kLastPdu);
  SayDone();
  EXPECT_EQ(Seen(host_.ReadCommand(1024)), Rules{"TCP-C2H-01"});
}

TEST_F(HostPeerTest, DataAfterTheLast) {
  SayData(0, 512, tcp::kLastPdu);
  SayData(512, 512, tcp::kLastPdu);
  SayDone();
  EXPECT_EQ(Seen(host_.ReadCommand(1024)), Rules{"TCP-C2H-02"});
}

TEST_F(HostPeerTest, DataWithoutALast) {
  SayData(0, 1024, 0);
  SayDone();
  EXPECT_EQ(Seen(host_.ReadCommand(1024)), Rules{"TCP-C2H-02"});
}

TEST_F(HostPeerTest, MoreDataThanTheSglDescribes) {
  SayData(0, 1028, tcp::kLastPdu);
  SayDone();
  EXPECT_EQ(Seen(host_.ReadCommand(1024)), Rules{"TCP-C2H-04"});
}

TEST_F(HostPeerTest, DataOfACommandThatIsNotOpen) {
  Say(tcp::C2HData{.cccid = 9, .datal = 4}, Bytes(4), tcp::kLastPdu);
  EXPECT_EQ(Seen(host_.ReadCommand(1024)), Rules{"refused"});
}

TEST_F(HostPeerTest, ACompletionOfACommandThatIsNotOpen) {
  Say(tcp::CapsuleResp{.cqe = {.cid = 9}});
  EXPECT_EQ(Seen(host_.ReadCommand(1024)), (Rules{"TCP-RSP-02", "refused"}));
}

TEST_F(HostPeerTest, AnR2TForARead) {
  Say(tcp::R2T{.cccid = kCid, .r2tl = 512});
  EXPECT_EQ(Seen(host_.ReadCommand(1024)), (Rules{"TCP-R2T-06", "refused"}));
}

TEST_F(HostPeerTest, AnR2TForDataInTheCapsule) {
  Say(tcp::R2T{.cccid = kCid, .r2tl = 512});
  SayDone();
  const Sqe write = host_.WriteCommand(512, 0, Sgl::kInCapsule);
  EXPECT_EQ(Seen(write, Bytes(512)), Rules{"TCP-R2T-06"});
}

TEST_F(HostPeerTest, AWriteInTwoR2TsIsFine) {
  Say(tcp::R2T{.cccid = kCid, .r2to = 0, .r2tl = 512});
  Say(tcp::R2T{.cccid = kCid, .r2to = 512, .r2tl = 512});
  SayDone();
  const Sqe write = host_.WriteCommand(1024, 0, Sgl::kTransport);
  EXPECT_EQ(Seen(write, Bytes(1024)), Rules{});
}

TEST_F(HostPeerTest, AFirstR2TThatDoesNotBeginAtZero) {
  Say(tcp::R2T{.cccid = kCid, .r2to = 512, .r2tl = 512});
  SayDone();
  const Sqe write = host_.WriteCommand(1024, 0, Sgl::kTransport);
  EXPECT_EQ(Seen(write, Bytes(1024)), Rules{"TCP-R2T-01"});
}

TEST_F(HostPeerTest, AnR2TThatRepeats) {
  Say(tcp::R2T{.cccid = kCid, .r2to = 0, .r2tl = 512});
  Say(tcp::R2T{.cccid = kCid, .r2to = 0, .r2tl = 512});
  SayDone();
  const Sqe write = host_.WriteCommand(1024, 0, Sgl::kTransport);
  EXPECT_EQ(Seen(write, Bytes(1024)), Rules{"TCP-R2T-02"});
}

// R2TO + R2TL wraps in 32 bits: nothing beyond the data may be sent.
TEST_F(HostPeerTest, AnR2TPastTheDataIsNotServed) {
  Say(tcp::R2T{.cccid = kCid, .r2to = 0, .r2tl = 512});
  Say(tcp::R2T{.cccid = kCid, .r2to = 512, .r2tl = 0xFFFFFE00});
  const Sqe write = host_.WriteCommand(1024, 0, Sgl::kTransport);
  EXPECT_EQ(Seen(write, Bytes(1024)), (Rules{"TCP-R2T-02", "refused"}));
}

TEST_F(HostPeerTest, TryServesACommandAndTellsWhatEndedIt) {
  Say(tcp::R2T{.cccid = kCid, .r2to = 0, .r2tl = 1024});
  Cqe refused{.cid = kCid};
  refused.set_status(StatusCode::kInvalidField);
  Say(tcp::CapsuleResp{.cqe = refused});
  const Sqe write = host_.WriteCommand(1024, 0, Sgl::kTransport);
  const Verdict verdict =
      host_.Try(write, Bytes(1024)).Or(Says({StatusCode::kInvalidField}), kPass);
  EXPECT_EQ(verdict.kind, kPass);
  EXPECT_TRUE(trial_.observations().empty());
}

TEST_F(HostPeerTest, TryTakesNoCompletionOfAnotherCommand) {
  Say(tcp::CapsuleResp{.cqe = {.cid = 9}});
  EXPECT_THROW((void)host_.Try(host_.ReadCommand(1024)), Unmet);
}

TEST_F(HostPeerTest, TryTellsOfAClose) {
  SayData(0, 512, 0);
  far_.Close();
  const Verdict verdict = host_.Try(host_.ReadCommand(1024)).Or(Closed(), kPass);
  EXPECT_EQ(verdict.kind, kPass);
}

TEST_F(HostPeerTest, WhatTheGuardForbidsIsToldBeforeItIsSent) {
  EXPECT_FALSE(host_.Forbidden({.opc = 0x80}));
  bench_.grant = {};
  const HostPeer shy = MakePeer();
  EXPECT_TRUE(shy.Forbidden({.opc = 0x80}));
  EXPECT_FALSE(shy.Forbidden({.opc = 0x06}));
}

TEST_F(HostPeerTest, AWriteBeyondTheScratchIsSkippedBeforeItIsSent) {
  try {
    host_.WriteCommand(512, 4096, Sgl::kTransport);
    FAIL() << "composed";
  } catch (const Unmet& unmet) {
    EXPECT_EQ(unmet.verdict.kind, kSkip);
  }
}

TEST_F(HostPeerTest, ErrorDataThatWereNeverSentAreSeen) {
  Say(tcp::C2HTermReq{{.fes = 2}}, Fill(24, 0xAB));
  far_.CloseWrite();
  EXPECT_EQ(Seen(host_.ReadCommand(1024)).front(), "TCP-TERM-02");
}

TEST_F(HostPeerTest, WhatFollowsATermReqIsSeen) {
  Say(tcp::C2HTermReq{{.fes = 2}}, Fill(8, 0));
  SayDone();
  far_.CloseWrite();
  const Rules rules = Seen(host_.ReadCommand(1024));
  EXPECT_NE(std::ranges::find(rules, "TCP-TERM-01"), rules.end());
}

}  // namespace
}  // namespace nvmf::conformance
