// How a target answers Connect, and what comes before and after it.
#include "gtest/gtest.h"
#include "nvmf/nvme/connect_response.h"
#include "nvmf/target/host_for_test.h"
#include "nvmf/tcp_transport/tcp_host_queue.h"

namespace nvmf::target {
namespace {

using Kind = TargetEvent::Kind;

// RawQueue sends what no host library would.
class RawQueue {
 public:
  explicit RawQueue(Fixture& fixture) {
    auto queue = TcpHostQueue::Open(fixture.Dial(), {.entries = 32}, Soon());
    EXPECT_TRUE(queue);
    queue_ = std::move(*queue);
  }
  Cqe Send(const Sqe& sqe, const Data& data = kNoData) {
    const auto cid = queue_->Submit(sqe, data);
    EXPECT_TRUE(cid);
    const auto done = queue_->Wait(*cid, Soon());
    EXPECT_TRUE(done) << done.error().Message();
    return done ? done->cqe : Cqe{};
  }
  Cqe Connect(const ConnectCmd& cmd, const ConnectData& data) {
    const auto octets = Encode(data);
    return Send(ViewAs<Sqe>(cmd), WriteFrom(octets));
  }

 private:
  std::unique_ptr<TcpHostQueue> queue_;
};

ConnectData MakeData(std::uint16_t cntlid = kCntlidDynamic, std::string_view subnqn = kDiskNqn,
                     std::string_view hostnqn = kHostNqn) {
  ConnectData data{.hostid = {std::byte{1}}, .cntlid = cntlid};
  EXPECT_TRUE(SetNqnField(data.subnqn, subnqn));
  EXPECT_TRUE(SetNqnField(data.hostnqn, hostnqn));
  return data;
}

ConnectCmd MakeCmd(std::uint16_t qid = 0, std::uint16_t sqsize = 31) {
  ConnectCmd cmd;
  cmd.qid = qid;
  cmd.sqsize = sqsize;
  cmd.kato = qid == 0 ? 120'000 : 0;
  return cmd;
}

void ExpectRefused(const Cqe& cqe, StatusCode code, std::uint32_t dw0) {
  EXPECT_EQ(cqe.status().code(), code) << cqe.status().Text();
  EXPECT_EQ(cqe.dw0, dw0);
  EXPECT_EQ(cqe.dw1, 0u);
}

constexpr StatusCode kInvalid = StatusCode::kConnectInvalidParameters;

TEST(AdminConnect, GivesCntlidsThatAreNotReusedAtOnce) {
  Fixture fixture;
  std::uint16_t last = 0;
  for (int i = 0; i < 5; ++i) {
    {
      RawQueue queue(fixture);
      const Cqe cqe = queue.Connect(MakeCmd(), MakeData());
      EXPECT_TRUE(cqe.status().ok());
      const auto accepted = ConnectAccepted::FromDw0(cqe.dw0);
      EXPECT_EQ(accepted.authreq, 0u);
      EXPECT_GT(accepted.cntlid, last);
      last = accepted.cntlid;
      EXPECT_NE(cqe.sqhd, Cqe::kNoFlowControl);
    }
    fixture.events.Await(Kind::kEnded);
  }
}

TEST(AdminConnect, IsRefusedInTheWordsOfTheSpecification) {
  Fixture fixture;
  RawQueue queue(fixture);
  const auto refused = [&](const ConnectCmd& cmd, const ConnectData& data, StatusCode code,
                           std::uint32_t dw0) {
    ExpectRefused(queue.Connect(cmd, data), code, dw0);
  };
  ConnectCmd cmd = MakeCmd();
  cmd.recfmt = 0xFFFF;
  refused(cmd, MakeData(), StatusCode::kIncompatibleFormat, 0);
  refused(MakeCmd(0, 0), MakeData(), kInvalid, 0x2C);
  refused(MakeCmd(0, 4096), MakeData(), kInvalid, 0x2C);
  refused(MakeCmd(), MakeData(1), kInvalid, 0x10010);
  refused(MakeCmd(), MakeData(kCntlidStaticAny), kInvalid, 0x10010);
  refused(MakeCmd(), MakeData(kCntlidDynamic, "nqn.2026-11.org.example:none"), kInvalid, 0x10100);
  refused(MakeCmd(), MakeData(kCntlidDynamic, ""), kInvalid, 0x10100);
  refused(MakeCmd(), MakeData(kCntlidDynamic, kDiskNqn, ""), kInvalid, 0x10200);
  ConnectData unterminated = MakeData();
  unterminated.subnqn.fill('n');
  refused(MakeCmd(), unterminated, kInvalid, 0x10100);
  cmd = MakeCmd();
  cmd.kato = 0;
  refused(cmd, MakeData(), StatusCode::kKeepAliveInvalid, 0);
  // The same connection may still be used for a right one.
  EXPECT_TRUE(queue.Connect(MakeCmd(), MakeData()).status().ok());
}

TEST(AdminConnect, DataOfAnotherLengthAreRefusedWithoutInvalidField) {
  Fixture fixture;
  RawQueue queue(fixture);
  const std::array<std::byte, 2048> octets{};
  for (const std::size_t size : {4u, 1020u, 1028u, 2048u}) {
    const Cqe cqe = queue.Send(ViewAs<Sqe>(MakeCmd()), WriteFrom(ByteView(octets).first(size)));
    EXPECT_FALSE(cqe.status().ok());
    EXPECT_NE(cqe.status().code(), StatusCode::kInvalidField);
  }
}

TEST(AdminConnect, HostsThatAreNotListedAreRefused) {
  Fixture fixture({}, {.nqn = kDiskNqn, .allow_any_host = false, .hosts = {kHostNqn}});
  RawQueue queue(fixture);
  const ConnectData other = MakeData(kCntlidDynamic, kDiskNqn, "nqn.2026-11.org.example:other");
  ExpectRefused(queue.Connect(MakeCmd(), other), StatusCode::kConnectInvalidHost, 0);
  EXPECT_TRUE(queue.Connect(MakeCmd(), MakeData()).status().ok());
}

TEST(AdminConnect, PastTheLastControllerItIsBusy) {
  Fixture fixture({.max_controllers = 1});
  RawQueue first(fixture);
  EXPECT_TRUE(first.Connect(MakeCmd(), MakeData()).status().ok());
  RawQueue second(fixture);
  ExpectRefused(second.Connect(MakeCmd(), MakeData()), StatusCode::kControllerBusy, 0);
}

TEST(AdminConnect, HostsChooseAmongStaticControllers) {
  Fixture fixture({.static_controllers = 2});
  RawQueue any(fixture);
  ExpectRefused(any.Connect(MakeCmd(), MakeData()), kInvalid, 0x10010);
  ExpectRefused(any.Connect(MakeCmd(), MakeData(0)), kInvalid, 0x10010);
  ExpectRefused(any.Connect(MakeCmd(), MakeData(3)), kInvalid, 0x10010);
  ExpectRefused(any.Connect(MakeCmd(), MakeData(0xFFF0)), kInvalid, 0x10010);
  RawQueue second(fixture);
  const Cqe chosen = second.Connect(MakeCmd(), MakeData(2));
  EXPECT_TRUE(chosen.status().ok());
  EXPECT_EQ(ConnectAccepted::FromDw0(chosen.dw0).cntlid, 2u);
  const Cqe left = any.Connect(MakeCmd(), MakeData(kCntlidStaticAny));
  EXPECT_EQ(ConnectAccepted::FromDw0(left.dw0).cntlid, 1u);
  RawQueue third(fixture);
  ExpectRefused(third.Connect(MakeCmd(), MakeData(2)), StatusCode::kControllerBusy, 0);
  ExpectRefused(third.Connect(MakeCmd(), MakeData(kCntlidStaticAny)), StatusCode::kControllerBusy,
                0);
  // Discovery controllers are made for each host all the same.
  const Cqe discovery = third.Connect(MakeCmd(), MakeData(kCntlidDynamic, kDiscoveryNqn));
  EXPECT_EQ(ConnectAccepted::FromDw0(discovery.dw0).cntlid, 3u);
}

TEST(AdminConnect, AStaticControllerIsFreeAgainOnceItsHostIsGone) {
  Fixture fixture({.static_controllers = 1});
  for (int i = 0; i < 3; ++i) {
    {
      RawQueue queue(fixture);
      EXPECT_TRUE(queue.Connect(MakeCmd(), MakeData(1)).status().ok());
    }
    fixture.events.Await(Kind::kEnded);
  }
}

TEST(AdminConnect, OtherCommandsHaveToWaitForIt) {
  Fixture fixture;
  RawQueue queue(fixture);
  for (const Sqe& sqe : {MakePropertyGet(Cap::kOffset, 8), MakeKeepAlive(), MakeDisconnect()}) {
    ExpectRefused(queue.Send(sqe), StatusCode::kCommandSequenceError, 0);
  }
}

TEST(AdminConnect, AQueueIsConnectedOnce) {
  Fixture fixture;
  RawQueue queue(fixture);
  EXPECT_TRUE(queue.Connect(MakeCmd(), MakeData()).status().ok());
  ExpectRefused(queue.Connect(MakeCmd(), MakeData()), StatusCode::kCommandSequenceError, 0);
  ExpectRefused(queue.Connect(MakeCmd(1), MakeData(1)), StatusCode::kCommandSequenceError, 0);
  EXPECT_TRUE(queue.Send(MakePropertyGet(Cap::kOffset, 8)).status().ok());
}

TEST(AdminConnect, FlowControlIsGivenUpWhenAsked) {
  Fixture fixture;
  RawQueue queue(fixture);
  ConnectCmd cmd = MakeCmd();
  cmd.cattr = kCattrDisableSqFlowControl;
  EXPECT_EQ(queue.Connect(cmd, MakeData()).sqhd, Cqe::kNoFlowControl);
  EXPECT_EQ(queue.Send(MakePropertyGet(Cap::kOffset, 8)).sqhd, 0u);
}

TEST(IoConnect, IsRefusedInTheWordsOfTheSpecification) {
  Fixture fixture;
  Host host(fixture);
  const std::uint16_t cntlid = host.association.cntlid();
  RawQueue queue(fixture);
  const auto refused = [&](const ConnectCmd& cmd, const ConnectData& data, StatusCode code,
                           std::uint32_t dw0) {
    ExpectRefused(queue.Connect(cmd, data), code, dw0);
  };
  refused(MakeCmd(1, 0), MakeData(cntlid), kInvalid, 0x2C);
  refused(MakeCmd(1, 1024), MakeData(cntlid), kInvalid, 0x2C);
  refused(MakeCmd(1), MakeData(static_cast<std::uint16_t>(cntlid + 100)), kInvalid, 0x10010);
  refused(MakeCmd(1), MakeData(kCntlidDynamic), kInvalid, 0x10010);
  refused(MakeCmd(1), MakeData(cntlid, kDiscoveryNqn), kInvalid, 0x10010);
  refused(MakeCmd(1), MakeData(cntlid, "nqn.2026-11.org.example:none"), kInvalid, 0x10100);
  refused(MakeCmd(1), MakeData(cntlid, kDiskNqn, "nqn.2026-11.org.example:thief"), kInvalid,
          0x10200);
  ConnectData other_id = MakeData(cntlid);
  other_id.hostid[0] = std::byte{2};
  refused(MakeCmd(1), other_id, kInvalid, 0x10000);
  refused(MakeCmd(65), MakeData(cntlid), kInvalid, 0x2A);
  refused(MakeCmd(0xFFFF), MakeData(cntlid), kInvalid, 0x2A);
  ConnectCmd with_kato = MakeCmd(1, 1023);
  with_kato.kato = 0xFFFFFFFF;
  ConnectData zero_id = MakeData(cntlid);
  zero_id.hostid = {};
  EXPECT_TRUE(queue.Connect(with_kato, zero_id).status().ok());
}

TEST(IoConnect, ComesAfterEnable) {
  Fixture fixture;
  Association association(HostParams());
  auto controller = HostController::Connect(association, fixture.Dial());
  ASSERT_TRUE(controller);
  RawQueue queue(fixture);
  const ConnectData data = MakeData(association.cntlid());
  ExpectRefused(queue.Connect(MakeCmd(1), data), kInvalid, 0x2A);
  ASSERT_TRUE(controller->Enable());
  EXPECT_TRUE(queue.Connect(MakeCmd(1), data).status().ok());
}

TEST(IoConnect, AQidIsUsedOnce) {
  Fixture fixture;
  Host host(fixture);
  HostQPair first = host.Io(1);
  const Result<HostQPair> second = host.TryIo(1);
  ASSERT_FALSE(second);
  EXPECT_EQ(Status::FromWire(second.error().status).code(), StatusCode::kCommandSequenceError);
  EXPECT_TRUE(Do(first, MakeFlush(1)).status().ok());
  EXPECT_TRUE(host.TryIo(2));
}

TEST(IoConnect, StaysWithinTheQueuesGranted) {
  Fixture fixture({.io_queues = 4});
  Host host(fixture);
  const auto granted = host.controller->SetNumberOfQueues(9);
  ASSERT_TRUE(granted);
  EXPECT_EQ(*granted, 4u);
  EXPECT_TRUE(host.TryIo(4));
  EXPECT_FALSE(host.TryIo(5));
}

TEST(Handshake, ASilentPeerIsLetGo) {
  Fixture fixture({.handshake_timeout = std::chrono::milliseconds(20)});
  const auto silent = fixture.Dial();
  EXPECT_EQ(fixture.events.Await(Kind::kHandshake).code, Code::kTimeout);
}

TEST(Handshake, SilentPeersMakeRoomForOthers) {
  Fixture fixture({.max_handshakes = 4});
  std::vector<std::unique_ptr<Stream>> silent;
  silent.reserve(20);
  for (int i = 0; i < 20; ++i) silent.push_back(fixture.Dial());
  Host host(fixture);
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(fixture.events.Await(Kind::kHandshake).code, Code::kClosed);
  }
  EXPECT_TRUE(host.controller->KeepAlive());
}

TEST(Handshake, PastTheLastConnectionStreamsAreClosed) {
  Fixture fixture({.max_connections = 1});
  Host host(fixture);
  Association association(HostParams());
  const auto refused = HostController::Connect(association, fixture.Dial());
  ASSERT_FALSE(refused);
  EXPECT_TRUE(host.controller->KeepAlive());
}

// The answer to a PDU of a type that does not exist, on a connected queue, is a TermReq and the
// end.
TEST(Handshake, WhatIsNoPduIsAnsweredWithATermReq) {
  Fixture fixture;
  const auto stream = fixture.Dial();
  constexpr std::array<std::byte, 24> kNoPdu{std::byte{0xFF}, std::byte{0}, std::byte{24},
                                             std::byte{0}, std::byte{24}};
  const ByteView view(kNoPdu);
  ASSERT_EQ(stream->Write({&view, 1}), kNoPdu.size());
  std::vector<std::byte> got(256);
  std::size_t size = 0;
  for (;;) {
    const auto read = stream->Receive({MutableBytes(got).subspan(size), {}}, Soon());
    if (!read) break;
    size += *read;
  }
  EXPECT_GE(size, 24u);
  EXPECT_EQ(got[0], std::byte{3});   // C2HTermReq,
  EXPECT_EQ(got[8], std::byte{1});   // Invalid PDU Header Field,
  EXPECT_EQ(got[10], std::byte{0});  // at octet 0.
  EXPECT_EQ(fixture.events.Await(Kind::kHandshake).code, Code::kPeerViolation);
}

TEST(Handshake, StopEndsEveryConnection) {
  Fixture fixture;
  Host host(fixture);
  HostQPair io = host.Io();
  const auto silent = fixture.Dial();
  fixture.target->Stop();
  EXPECT_EQ(fixture.target->connections(), 0u);
  EXPECT_EQ(fixture.target->associations(), 0u);
  EXPECT_FALSE(io.Execute(MakeFlush(1), kNoData, Soon()));
  EXPECT_FALSE(host.controller->KeepAlive());
  Association association(HostParams());
  EXPECT_FALSE(HostController::Connect(association, fixture.Dial()));
}

}  // namespace
}  // namespace nvmf::target
