// How associations end, and what ends with them.
#include "gtest/gtest.h"
#include "nvmf/target/host_for_test.h"

namespace nvmf::target {
namespace {

using Kind = TargetEvent::Kind;

bool Answers(HostQPair& io) { return io.Execute(MakeFlush(1), kNoData, Soon()).has_value(); }

TEST(Association, EndsWithItsAdminConnection) {
  Fixture fixture;
  auto host = std::make_unique<Host>(fixture);
  HostQPair first = host->Io(1);
  HostQPair second = host->Io(2);
  EXPECT_TRUE(Answers(first));
  host->controller.reset();
  fixture.events.Await(Kind::kEnded);
  EXPECT_FALSE(Answers(first));
  EXPECT_FALSE(Answers(second));
  const Result<HostQPair> late =
      HostQPair::Connect(host->association, fixture.Dial(), {.qid = 3, .entries = 32});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().dw0, 0x10010u);
}

TEST(Association, OutlivesAnIoConnection) {
  Fixture fixture;
  Host host(fixture);
  {
    HostQPair io = host.Io(1);
  }
  fixture.events.Await(Kind::kQueueEnded);
  EXPECT_TRUE(host.controller->KeepAlive());
  HostQPair again = host.Io(1);
  EXPECT_TRUE(Answers(again));
}

TEST(Association, ByTheLetterEndsWithAnIoConnection) {
  Fixture fixture({.io_loss_ends_association = true});
  Host host(fixture);
  {
    HostQPair io = host.Io(1);
  }
  fixture.events.Await(Kind::kEnded);
  EXPECT_FALSE(host.controller->KeepAlive());
}

TEST(Association, ByTheLetterOutlivesAResetThatEndsTheIoQueues) {
  Fixture fixture({.io_loss_ends_association = true});
  Host host(fixture);
  HostQPair io = host.Io(1);
  ASSERT_TRUE(host.controller->Disable());
  fixture.events.Await(Kind::kQueueEnded);
  ASSERT_TRUE(host.controller->Enable());
  HostQPair again = host.Io(1);
  EXPECT_TRUE(Answers(again));
}

TEST(Association, IsOverWhenNothingIsHeardForKato) {
  Fixture fixture;
  AssociationParams params = HostParams();
  params.kato_ms = 1;  // Rounded up to one second.
  Host host(fixture, params);
  HostQPair io = host.Io(1);
  const auto began = Deadline::Clock::now();
  const Events::Event ended = fixture.events.Await(Kind::kEnded);
  EXPECT_EQ(ended.code, Code::kTimeout);
  EXPECT_GE(Deadline::Clock::now() - began, std::chrono::milliseconds(900));
  EXPECT_FALSE(Answers(io));
}

TEST(Association, WaitsForEnableOnlySoLong) {
  Fixture fixture({.idle_timeout = std::chrono::milliseconds(30)});
  Association association(HostParams());
  auto controller = HostController::Connect(association, fixture.Dial());
  ASSERT_TRUE(controller);
  EXPECT_EQ(fixture.events.Await(Kind::kEnded).code, Code::kTimeout);
}

TEST(Association, OnceEnabledIsNotIdle) {
  Fixture fixture({.idle_timeout = std::chrono::milliseconds(30)});
  Host host(fixture);
  HostQPair io = host.Io(1);
  // An asynchronous event wakes the admin queue some times after the idle time.
  ASSERT_TRUE(host.controller->admin().Submit(MakeAsyncEventRequest(), kNoData));
  ASSERT_TRUE(host.controller->Execute(
      MakeSetFeatures(Feature::kAsyncEventConfiguration, kAsyncEventNamespaceAttribute), kNoData));
  const auto until = Deadline::After(std::chrono::milliseconds(60));
  while (!until.passed()) EXPECT_TRUE(Answers(io));
  EXPECT_TRUE(host.controller->KeepAlive());
}

TEST(Reset, EndsTheIoQueuesAndNotTheAssociation) {
  Fixture fixture;
  Host host(fixture);
  HostQPair io = host.Io(1);
  ASSERT_TRUE(host.controller->Disable());
  EXPECT_FALSE(Answers(io));
  const Completion done = host.Admin(MakeIdentify(Cns::kController));
  EXPECT_EQ(CodeOf(done), StatusCode::kCommandSequenceError);
  ASSERT_TRUE(host.controller->Enable());
  HostQPair again = host.Io(1);
  EXPECT_TRUE(Answers(again));
}

TEST(Reset, CanBeRepeatedWithIoUnderWay) {
  Fixture fixture;
  Host host(fixture);
  std::vector<std::byte> data(64 * 1024);
  for (int cycle = 0; cycle < 50; ++cycle) {
    HostQPair io = host.Io(1);
    for (int i = 0; i < 16; ++i) {
      ASSERT_TRUE(io.Submit(MakeRead(1, 0, 128), ReadInto(data)));
    }
    static_cast<void>(io.Flush(Soon()));
    ASSERT_TRUE(host.controller->Disable());
    ASSERT_TRUE(host.controller->Enable());
  }
}

TEST(Reset, TakesTheSettingsBack) {
  Fixture fixture;
  Host host(fixture);
  ASSERT_TRUE(host.controller->SetNumberOfQueues(1));
  ASSERT_TRUE(host.controller->Execute(MakeSetFeatures(Feature::kArbitration, 3), kNoData));
  ASSERT_TRUE(host.controller->Disable());
  ASSERT_TRUE(host.controller->Enable());
  EXPECT_EQ(host.Admin(MakeGetFeatures(Feature::kArbitration)).cqe.dw0, 0u);
  EXPECT_TRUE(host.TryIo(2));
}

TEST(Shutdown, EndsTheIoQueuesAndRefusesCommands) {
  Fixture fixture;
  Host host(fixture);
  HostQPair io = host.Io(1);
  ASSERT_TRUE(host.controller->Shutdown());
  EXPECT_FALSE(Answers(io));
  EXPECT_EQ(CodeOf(host.Admin(MakeKeepAlive())), StatusCode::kCommandSequenceError);
  const auto csts = host.controller->PropertyGet(Csts::kOffset);
  ASSERT_TRUE(csts);
  EXPECT_EQ(Csts{.raw = static_cast<std::uint32_t>(*csts)}.shst(), Shst::kComplete);
}

TEST(Disconnect, IsTheLastCompletionAndFreesTheQid) {
  Fixture fixture;
  Host host(fixture);
  for (int i = 0; i < 20; ++i) {
    HostQPair io = host.Io(1);
    std::vector<std::byte> data(256 * 1024);
    std::vector<std::uint16_t> cids;
    cids.reserve(8);
    for (int read = 0; read < 8; ++read) {
      cids.push_back(*io.Submit(MakeRead(1, 0, 512), ReadInto(data)));
    }
    const auto last = io.Submit(MakeDisconnect(), kNoData);
    ASSERT_TRUE(last);
    for (std::size_t n = 0; n < cids.size(); ++n) {
      const auto done = io.WaitAny(Soon());
      ASSERT_TRUE(done);
      EXPECT_TRUE(done->status().ok());
      EXPECT_NE(done->cqe.cid, *last);
    }
    const auto done = io.WaitAny(Soon());
    ASSERT_TRUE(done);
    EXPECT_EQ(done->cqe.cid, *last);
    EXPECT_TRUE(done->status().ok());
  }
}

TEST(Disconnect, WaitsForWritesUnderWay) {
  Fixture fixture;
  Host host(fixture);
  HostQPair io = host.Io(1);
  const auto data = Pattern(128 * 1024, 1);
  const auto write = io.Submit(MakeWrite(1, 0, 256), WriteFrom(data));
  const auto last = io.Submit(MakeDisconnect(), kNoData);
  const auto first = io.WaitAny(Soon());
  ASSERT_TRUE(first);
  EXPECT_EQ(first->cqe.cid, *write);
  EXPECT_TRUE(first->status().ok());
  const auto second = io.WaitAny(Soon());
  ASSERT_TRUE(second);
  EXPECT_EQ(second->cqe.cid, *last);
}

TEST(Disconnect, IsForIoQueuesAndOneFormat) {
  Fixture fixture;
  Host host(fixture);
  EXPECT_EQ(CodeOf(host.Admin(MakeDisconnect())), StatusCode::kDisconnectInvalidQueueType);
  HostQPair io = host.Io(1);
  const Completion done = Do(io, ViewAs<Sqe>(DisconnectCmd{.recfmt = 1}));
  EXPECT_EQ(CodeOf(done), StatusCode::kIncompatibleFormat);
  EXPECT_TRUE(Answers(io));
}

TEST(Subsystems, TakeTheirAssociationsWithThem) {
  Fixture fixture;
  Host host(fixture);
  HostQPair io = host.Io(1);
  EXPECT_TRUE(fixture.target->RemoveSubsystem(kDiskNqn));
  EXPECT_FALSE(Answers(io));
  EXPECT_FALSE(host.controller->KeepAlive());
  EXPECT_FALSE(fixture.target->RemoveSubsystem(kDiskNqn));
}

TEST(Subsystems, AreServedToSeveralHosts) {
  Fixture fixture;
  Host one(fixture);
  AssociationParams params = HostParams();
  params.hostnqn = "nqn.2026-11.org.example:another";
  params.hostid[0] = std::byte{2};
  Host two(fixture, params);
  EXPECT_NE(one.association.cntlid(), two.association.cntlid());
  HostQPair writer = one.Io();
  HostQPair reader = two.Io();
  const auto written = Pattern(kBlock, 7);
  EXPECT_TRUE(Do(writer, MakeWrite(1, 5, 1), WriteFrom(written)).status().ok());
  std::vector<std::byte> read(kBlock);
  EXPECT_TRUE(Do(reader, MakeRead(1, 5, 1), ReadInto(read)).status().ok());
  EXPECT_EQ(read, written);
}

}  // namespace
}  // namespace nvmf::target
