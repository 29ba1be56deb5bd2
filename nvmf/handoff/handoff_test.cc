#include "nvmf/handoff/handoff.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <thread>

#include "nvmf/loop/loop.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/stream/socket_stream.h"
#include "nvmf/testing/pattern.h"

namespace nvmf {
namespace {

using std::chrono::seconds;
using testing::Pattern;

Deadline Soon() { return Deadline::After(seconds(30)); }

std::pair<Descriptor, Descriptor> Pair() {
  int ends[2];
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

std::unique_ptr<Stream> StreamOf(Descriptor& socket) {
  return SocketStream::Adopt(socket.Release());
}

// A host and a controller that are connected, and a channel between two owners.
class HandoffTest : public ::testing::Test {
 protected:
  HandoffTest() {
    auto [a, b] = Pair();
    giver_.emplace(std::move(a));
    taker_.emplace(std::move(b));
    std::tie(host_end_, controller_end_) = Pair();
  }

  Result<ControllerQPair> Accept() {
    return ControllerQPair::Accept(StreamOf(controller_end_), {}, Soon());
  }
  Result<HostQPair> Connect() {
    return HostQPair::Connect(association_, StreamOf(host_end_), {.qid = 0, .entries = 8});
  }

  // Answers `count` commands with success, then waits for the host to leave.
  static void Serve(ControllerQPair& qpair, int count) {
    for (int i = 0; i < count; ++i) {
      const auto capsule = qpair.Receive(Soon());
      ASSERT_TRUE(capsule) << capsule.error().Message();
      ASSERT_TRUE(qpair.SendSuccess(*capsule, Soon()));
    }
    EXPECT_EQ(qpair.Receive(Soon()).error().code, Code::kClosed);
  }

  Association association_{{.hostnqn = "nqn.2026-11.org.example:host",
                            .subnqn = "nqn.2026-11.org.example:disk",
                            .header_digest = true,
                            .data_digest = true}};
  std::optional<DescriptorChannel> giver_, taker_;
  Descriptor host_end_, controller_end_;
  const HandoffIdentity identity_{.qid = 0, .cntlid = 7, .kato_ms = 1000};
};

TEST_F(HandoffTest, AHostsIdleQueuePairGoesOnElsewhere) {
  std::thread controller([&] {
    auto qpair = Accept();
    ASSERT_TRUE(qpair);
    ASSERT_TRUE(qpair->AcceptConnect({.cntlid = 7}, Soon()));
    Serve(*qpair, 21);
  });
  auto qpair = Connect();
  ASSERT_TRUE(qpair);
  ASSERT_TRUE(qpair->Execute(MakeKeepAlive(), kNoData, Soon()));
  std::thread giving([&] { EXPECT_TRUE(GiveQPair(*giver_, *qpair, identity_, Soon())); });
  auto taken = TakeQPair(*taker_, {}, Soon());
  giving.join();
  ASSERT_TRUE(taken) << taken.error().Message();
  EXPECT_EQ(taken->identity, identity_);
  EXPECT_EQ(qpair->Submit(MakeKeepAlive(), kNoData).error().code, Code::kClosed);
  auto& host = std::get<HostQPair>(taken->qpair);
  for (int i = 0; i < 20; ++i) {
    const auto done = host.Execute(MakeKeepAlive(), kNoData, Soon());
    ASSERT_TRUE(done) << done.error().Message();
    EXPECT_EQ(done->cqe.sqhd, (i + 3) % 8) << "the queue stands where it stood";
  }
  qpair = Fail(Code::kClosed, "the old owner goes");
  taken = Fail(Code::kClosed, "and the new one");
  controller.join();
}

TEST_F(HandoffTest, ABusyQueuePairStaysWhereItIs) {
  std::thread controller([&] {
    auto qpair = Accept();
    ASSERT_TRUE(qpair);
    ASSERT_TRUE(qpair->AcceptConnect({.cntlid = 7}, Soon()));
    Serve(*qpair, 1);
  });
  auto qpair = Connect();
  ASSERT_TRUE(qpair);
  const auto cid = qpair->Submit(MakeKeepAlive(), kNoData);
  EXPECT_EQ(GiveQPair(*giver_, *qpair, identity_, Soon()).error().code, Code::kBusy);
  EXPECT_TRUE(qpair->Wait(*cid, Soon()));
  qpair = Fail(Code::kClosed, "");
  controller.join();
}

TEST_F(HandoffTest, ARefusedQueuePairStaysUsable) {
  std::thread controller([&] {
    auto qpair = Accept();
    ASSERT_TRUE(qpair);
    ASSERT_TRUE(qpair->AcceptConnect({.cntlid = 7}, Soon()));
    Serve(*qpair, 1);
  });
  auto qpair = Connect();
  ASSERT_TRUE(qpair);
  std::thread taking([&] {
    auto got = taker_->Receive(kMaxRecord, Soon());
    ASSERT_TRUE(got);
    constexpr std::string_view kNo = "refused";
    ASSERT_TRUE(taker_->Send(std::as_bytes(std::span(kNo)), -1, Soon()));
  });
  EXPECT_EQ(GiveQPair(*giver_, *qpair, identity_, Soon()).error().code, Code::kRefused);
  taking.join();
  EXPECT_TRUE(qpair->Execute(MakeKeepAlive(), kNoData, Soon()));
  qpair = Fail(Code::kClosed, "");
  controller.join();
}

TEST_F(HandoffTest, AControllersFreshQueuePairTakesItsConnectAlong) {
  std::thread host([&] {
    auto qpair = Connect();
    ASSERT_TRUE(qpair) << qpair.error().Message();
    EXPECT_EQ(association_.cntlid(), 0x77);
    EXPECT_TRUE(qpair->Execute(MakeKeepAlive(), kNoData, Soon())->status().ok());
  });
  auto qpair = Accept();
  ASSERT_TRUE(qpair);
  std::thread giving([&] { EXPECT_TRUE(GiveQPair(*giver_, *qpair, identity_, Soon())); });
  auto taken = TakeQPair(*taker_, {}, Soon());
  giving.join();
  ASSERT_TRUE(taken) << taken.error().Message();
  auto& controller = std::get<ControllerQPair>(taken->qpair);
  EXPECT_EQ(NqnFromField(controller.connect_data().subnqn), "nqn.2026-11.org.example:disk");
  ASSERT_TRUE(controller.AcceptConnect({.cntlid = 0x77}, Soon()));
  Serve(controller, 1);
  host.join();
}

TEST_F(HandoffTest, AQueuePairInServiceGoesOnWithWhatItHasInHand) {
  std::thread host([&] {
    auto qpair = Connect();
    ASSERT_TRUE(qpair) << qpair.error().Message();
    const auto first = qpair->Submit(MakeKeepAlive(), kNoData);
    const auto second = qpair->Submit(MakeKeepAlive(), kNoData);
    EXPECT_TRUE(qpair->Wait(*first, Soon())->status().ok());
    EXPECT_TRUE(qpair->Wait(*second, Soon())->status().ok());
  });
  const Descriptor copy(dup(controller_end_.get()));
  auto qpair = Accept();
  ASSERT_TRUE(qpair && qpair->AcceptConnect({.cntlid = 7}, Soon()));
  const auto in_hand = qpair->Receive(Soon());
  ASSERT_TRUE(in_hand);
  auto record = ExportQPair(*qpair, identity_);
  ASSERT_TRUE(record) << record.error().Message();
  record = DecodeRecord(EncodeRecord(*record));
  ASSERT_TRUE(record) << record.error().Message();
  auto resumed = ResumeQPair(SocketStream::Adopt(dup(copy.get())), {}, *record);
  ASSERT_TRUE(resumed) << resumed.error().Message();
  EXPECT_EQ(resumed->connect().entries(), 8U);
  Serve(*resumed, 2);
  host.join();
  EXPECT_FALSE(ResumeQPair(SocketStream::Adopt(dup(copy.get())), {},
                           {.identity = identity_, .state = tcp::HostState{.entries = 8}}));
}

TEST_F(HandoffTest, ADamagedRecordIsRefusedAndItsGiverTold) {
  auto octets = EncodeRecord({.identity = identity_, .state = tcp::HostState{.entries = 8}});
  octets.back() ^= std::byte{1};
  std::thread giving([&] {
    ASSERT_TRUE(giver_->Send(octets, host_end_.get(), Soon()));
    const auto reply = giver_->Receive(16, Soon());
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->octets.size(), std::string_view("refused").size());
  });
  EXPECT_EQ(TakeQPair(*taker_, {}, Soon()).error().code, Code::kInvalidArgument);
  giving.join();
}

TEST_F(HandoffTest, ARecordWithoutASocketIsRefused) {
  const auto octets = EncodeRecord({.identity = identity_, .state = tcp::HostState{.entries = 8}});
  ASSERT_TRUE(giver_->Send(octets, -1, Soon()));
  EXPECT_EQ(TakeQPair(*taker_, {}, Soon()).error().code, Code::kInvalidArgument);
}

TEST_F(HandoffTest, AMessageTooLongIsNotRead) {
  const std::vector<std::byte> octets = Pattern(100);
  ASSERT_TRUE(giver_->Send(octets, -1, Soon()));
  EXPECT_EQ(taker_->Receive(99, Soon()).error().code, Code::kInvalidArgument);
}

TEST_F(HandoffTest, DoorsThatAreNotThereSaySo) {
  LoopEnds ends = MakeLoop(4);
  HostQPair loop = HostQPair::Adopt(std::move(ends.host), 0);
  EXPECT_EQ(GiveQPair(*giver_, loop, identity_, Soon()).error().code, Code::kUnsupported);
  EXPECT_EQ(GiveToKernel(loop, identity_).error().code, Code::kUnsupported);
  auto controller = ControllerQPair::Adopt(std::move(ends.controller), {}, {});
  EXPECT_EQ(ExportQPair(controller, identity_).error().code, Code::kUnsupported);
}

}  // namespace
}  // namespace nvmf
