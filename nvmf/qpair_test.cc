// The blocking queue pairs, host and controller, over socketpairs and over the loop transport.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <functional>
#include <thread>

#include "nvmf/controller_qpair.h"
#include "nvmf/host_qpair.h"
#include "nvmf/loop/loop.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/stream/socket_stream.h"
#include "nvmf/tcp_transport/tcp_host_queue.h"
#include "nvmf/testing/pattern.h"

namespace nvmf {
namespace {

using std::chrono::seconds;
using testing::Pattern;

constexpr const char* kHost = "nqn.2026-11.org.example:host";
constexpr const char* kSubsystem = "nqn.2026-11.org.example:disk";

Deadline Soon() { return Deadline::After(seconds(30)); }

AssociationParams Params() {
  return {.hostnqn = kHost, .subnqn = kSubsystem, .hostid = {std::byte{1}}};
}

// Runs a controller script on its own thread against a host on this one.
class QPairTest : public ::testing::Test {
 protected:
  using Script = std::function<void(ControllerQPair&)>;

  void Controller(Script script, tcp::ControllerParams params = {}) {
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    stream_ = SocketStream::Adopt(ends[0]);
    thread_ = std::thread([fd = ends[1], params, script = std::move(script)] {
      auto qpair = ControllerQPair::Accept(SocketStream::Adopt(fd), params, Soon());
      ASSERT_TRUE(qpair) << qpair.error().Message();
      script(*qpair);
    });
  }
  Result<HostQPair> Connect(QueueOptions options = {.qid = 0, .entries = 32}) {
    return HostQPair::Connect(association_, std::move(stream_), options);
  }
  ~QPairTest() override {
    stream_.reset();
    if (thread_.joinable()) thread_.join();
  }

  Association association_{Params()};
  std::unique_ptr<Stream> stream_;
  std::thread thread_;
};

void Accept(ControllerQPair& qpair, ControllerQPair::AcceptOptions options = {.cntlid = 7}) {
  ASSERT_TRUE(qpair.AcceptConnect(options, Soon()));
}

TEST_F(QPairTest, ConnectTellsWhoWantsWhatAndBringsTheControllerId) {
  Controller([](ControllerQPair& qpair) {
    EXPECT_EQ(qpair.connect().qid, 0);
    EXPECT_EQ(qpair.connect().entries(), 32U);
    EXPECT_EQ(qpair.connect().kato, 120'000U);
    EXPECT_EQ(NqnFromField(qpair.connect_data().subnqn), kSubsystem);
    EXPECT_EQ(NqnFromField(qpair.connect_data().hostnqn), kHost);
    EXPECT_EQ(qpair.connect_data().cntlid, kCntlidDynamic);
    Accept(qpair, {.cntlid = 0x1234});
  });
  ASSERT_TRUE(Connect());
  EXPECT_EQ(association_.cntlid(), 0x1234);
}

TEST_F(QPairTest, AnIoConnectNamesTheControllerAndHasNoKato) {
  association_.set_cntlid(5);
  Controller([](ControllerQPair& qpair) {
    EXPECT_EQ(qpair.connect_data().cntlid, 5);
    EXPECT_EQ(qpair.connect().kato, 0U);
    Accept(qpair);
  });
  ASSERT_TRUE(Connect({.qid = 1, .entries = 128}));
  EXPECT_EQ(association_.cntlid(), 5) << "only the admin queue sets it";
}

TEST_F(QPairTest, ARefusedConnectCarriesStatusAndDw0) {
  Controller([](ControllerQPair& qpair) {
    ASSERT_TRUE(qpair.RefuseConnect(Status(StatusCode::kConnectInvalidParameters, true),
                                    InvalidConnectData("subnqn"), Soon()));
    EXPECT_EQ(qpair.NextConnect(Soon()).error().code, Code::kClosed);
  });
  const auto qpair = Connect();
  ASSERT_FALSE(qpair);
  EXPECT_EQ(qpair.error().code, Code::kRefused);
  EXPECT_EQ(qpair.error().status, 0x8304);
  EXPECT_EQ(qpair.error().dw0, 0x00010100U);
}

TEST_F(QPairTest, ANameTooLongIsOurCallersMistake) {
  Association association({.hostnqn = std::string(224, 'n'), .subnqn = kSubsystem});
  LoopEnds ends = MakeLoop(4);
  const auto qpair = HostQPair::Connect(association, std::move(ends.host), {});
  EXPECT_EQ(qpair.error().code, Code::kInvalidArgument);
}

TEST_F(QPairTest, CommandsBeforeConnectAreRefusedAndConnectStillWorks) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  std::thread controller([fd = ends[1]] {
    auto qpair = ControllerQPair::Accept(SocketStream::Adopt(fd), {}, Soon());
    ASSERT_TRUE(qpair);
    Accept(*qpair);
  });
  auto queue = TcpHostQueue::Open(SocketStream::Adopt(ends[0]), {.entries = 32}, Soon());
  ASSERT_TRUE(queue);
  const auto early = (*queue)->Submit(MakePropertyGet(0, 8), kNoData);
  EXPECT_EQ((*queue)->Wait(*early, Soon())->status().code(), StatusCode::kCommandSequenceError);
  EXPECT_TRUE(HostQPair::Connect(association_, std::move(*queue), {}));
  controller.join();
}

TEST_F(QPairTest, ReceiveDataMayTakeAWriteInParts) {
  const std::vector<std::byte> out = Pattern(32768);
  Controller([&](ControllerQPair& qpair) {
    Accept(qpair);
    const auto capsule = qpair.Receive(Soon());
    ASSERT_TRUE(capsule);
    ASSERT_EQ(qpair.data_length(*capsule), 32768U);
    std::vector<std::byte> in(32768);
    const MutableBytes room(in);
    EXPECT_EQ(qpair.ReceiveData(*capsule, 4096, room.first(4), Soon()).error().code,
              Code::kInvalidArgument);
    ASSERT_TRUE(qpair.ReceiveData(*capsule, 0, room.first(4096), Soon()));
    ASSERT_TRUE(qpair.ReceiveData(*capsule, 4096, room.subspan(4096), Soon()));
    EXPECT_EQ(in, out);
    ASSERT_TRUE(qpair.SendSuccess(*capsule, Soon()));
  });
  auto qpair = Connect();
  ASSERT_TRUE(qpair);
  const auto done = qpair->Execute(Sqe{.opc = 1}, WriteFrom(out), Soon());
  ASSERT_TRUE(done) << done.error().Message();
  EXPECT_TRUE(done->status().ok());
}

TEST_F(QPairTest, InCapsuleDataAreReceivedTheSameWay) {
  const std::vector<std::byte> out = Pattern(512);
  Controller([&](ControllerQPair& qpair) {
    Accept(qpair);
    const auto capsule = qpair.Receive(Soon());
    std::vector<std::byte> in(512);
    ASSERT_TRUE(qpair.ReceiveData(*capsule, 0, in, Soon()));
    EXPECT_EQ(in, out);
    EXPECT_FALSE(qpair.ReceiveData(*capsule, 4, in, Soon()));
    ASSERT_TRUE(qpair.SendSuccess(*capsule, Soon()));
  });
  auto qpair = Connect();
  ASSERT_TRUE(qpair);
  EXPECT_TRUE(qpair->Execute(Sqe{.opc = 1}, WriteFrom(out), Soon())->status().ok());
}

TEST_F(QPairTest, CommandsThatComeDuringReceiveDataWaitTheirTurn) {
  const std::vector<std::byte> out = Pattern(16384);
  Controller([&](ControllerQPair& qpair) {
    Accept(qpair);
    const auto write = qpair.Receive(Soon());
    std::vector<std::byte> in(16384);
    ASSERT_TRUE(qpair.ReceiveData(*write, 0, in, Soon()));
    const auto next = qpair.Receive(Soon());
    ASSERT_TRUE(next);
    EXPECT_EQ(next->sqe.cdw10, 99U);
    ASSERT_TRUE(qpair.SendSuccess(*next, Soon()));
    ASSERT_TRUE(qpair.SendSuccess(*write, Soon()));
  });
  auto qpair = Connect();
  ASSERT_TRUE(qpair);
  const auto write = qpair->Submit(Sqe{.opc = 1}, WriteFrom(out));
  const auto other = qpair->Submit(Sqe{.opc = 0, .cdw10 = 99}, kNoData);
  EXPECT_EQ(qpair->WaitAny(Soon())->cqe.cid, *other);
  EXPECT_EQ(qpair->WaitAny(Soon())->cqe.cid, *write);
}

TEST_F(QPairTest, SendDataEndsWithSuccessOrWithAnError) {
  const std::vector<std::byte> page = Pattern(4096);
  Controller([&](ControllerQPair& qpair) {
    Accept(qpair);
    for (int i = 0; i < 2; ++i) {
      const auto capsule = qpair.Receive(Soon());
      ASSERT_TRUE(capsule);
      const Result<> sent = qpair.SendData(*capsule, page, Soon());
      EXPECT_EQ(sent.has_value(), i == 0);
    }
  });
  auto qpair = Connect();
  ASSERT_TRUE(qpair);
  std::vector<std::byte> room(4096);
  EXPECT_TRUE(
      qpair->Execute(MakeIdentify(Cns::kController), ReadInto(room), Soon())->status().ok());
  EXPECT_EQ(room, page);
  const auto small = qpair->Execute(MakeIdentify(Cns::kController),
                                    ReadInto(MutableBytes(room).first(512)), Soon());
  EXPECT_EQ(small->status().code(), StatusCode::kSglDataLengthInvalid);
}

TEST_F(QPairTest, FlowControlIsOffOnlyWhenAskedForAndGranted) {
  for (const bool granted : {true, false}) {
    AssociationParams params = Params();
    params.disable_flow_control = true;
    Association association(params);
    Controller([granted](ControllerQPair& qpair) {
      EXPECT_TRUE(qpair.connect().disables_flow_control());
      Accept(qpair, {.cntlid = 1, .grant_no_flow_control = granted});
      for (int i = 0; i < 40; ++i) {
        const auto capsule = qpair.Receive(Soon());
        ASSERT_TRUE(capsule);
        ASSERT_TRUE(qpair.SendSuccess(*capsule, Soon()));
      }
    });
    auto qpair = HostQPair::Connect(association, std::move(stream_), {.entries = 4});
    ASSERT_TRUE(qpair);
    for (int i = 0; i < 40; ++i) {
      const auto done = qpair->Execute(Sqe{}, kNoData, Soon());
      ASSERT_TRUE(done) << done.error().Message();
      EXPECT_EQ(done->cqe.sqhd, granted ? 0 : (i + 2) % 4);
    }
    thread_.join();
  }
}

TEST_F(QPairTest, TheSameQueuePairsRunOverTheLoopTransport) {
  LoopEnds ends = MakeLoop(32);
  const std::vector<std::byte> page = Pattern(4096);
  std::thread controller([&] {
    auto qpair = ControllerQPair::Accept(std::move(ends.controller), Soon());
    ASSERT_TRUE(qpair);
    EXPECT_EQ(NqnFromField(qpair->connect_data().subnqn), kSubsystem);
    Accept(*qpair, {.cntlid = 3});
    const auto read = qpair->Receive(Soon());
    ASSERT_TRUE(qpair->SendData(*read, page, Soon()));
    const auto write = qpair->Receive(Soon());
    std::vector<std::byte> in(4096);
    ASSERT_TRUE(qpair->ReceiveData(*write, 0, in, Soon()));
    EXPECT_EQ(in, page);
    ASSERT_TRUE(qpair->SendError(*write, StatusCode::kWriteFault, Soon()));
  });
  auto qpair = HostQPair::Connect(association_, std::move(ends.host), {.entries = 32});
  ASSERT_TRUE(qpair) << qpair.error().Message();
  EXPECT_EQ(association_.cntlid(), 3);
  std::vector<std::byte> room(4096);
  EXPECT_TRUE(qpair->Execute(Sqe{.opc = 2}, ReadInto(room), Soon())->status().ok());
  EXPECT_EQ(room, page);
  const auto done = qpair->Execute(Sqe{.opc = 1}, WriteFrom(page), Soon());
  EXPECT_EQ(done->status().code(), StatusCode::kWriteFault);
  controller.join();
}

}  // namespace
}  // namespace nvmf
