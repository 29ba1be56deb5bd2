// A target changes its owner, and its hosts go on.
#include "nvmf/target/takeover.h"

#include <unistd.h>

#include <atomic>
#include <deque>

#include "nvmf/target/takeover_for_test.h"

namespace nvmf::target {
namespace {

TEST_F(TakeoverTest, AnIdleAssociationGoesOn) {
  Host host(fixture_, WithDigests());
  HostQPair io = host.Io();
  WriteAndReadBack(io, 0, 8, 1);
  for (int i = 0; i < 2; ++i) {
    TakeOver();
    std::vector<std::byte> kept(8 * kBlock);
    EXPECT_TRUE(Do(io, MakeRead(1, 0, 8), ReadInto(kept)).status().ok());
    EXPECT_EQ(kept, Pattern(8 * kBlock, 1));
    WriteAndReadBack(io, 100, 8, 2);     // In capsule,
    WriteAndReadBack(io, 1000, 200, 3);  // by R2T.
    EXPECT_TRUE(host.controller->KeepAlive());
    EXPECT_TRUE(host.controller->IdentifyNamespace(1));
    EXPECT_EQ(target().associations(), 1U);
  }
}

TEST_F(TakeoverTest, WhatTheHostHasSetStaysSet) {
  Host host(fixture_);
  auto& admin = host.controller;
  EXPECT_EQ(admin->SetNumberOfQueues(3).value(), 3U);
  EXPECT_TRUE(host.Admin(MakeSetFeatures(Feature::kVolatileWriteCache, 0)).status().code() !=
              StatusCode::kSuccess);  // RAM has no cache.
  EXPECT_TRUE(host.Admin(MakeSetFeatures(Feature::kArbitration, 7)).status().ok());
  EXPECT_TRUE(host.Admin(MakeSetFeatures(Feature::kKeepAliveTimer, 77'000)).status().ok());
  const auto cc = admin->PropertyGet(Cc::kOffset);
  const auto vs = admin->PropertyGet(Vs::kOffset);
  TakeOver();
  EXPECT_EQ(admin->PropertyGet(Cc::kOffset).value(), cc.value());
  EXPECT_EQ(admin->PropertyGet(Vs::kOffset).value(), vs.value());
  EXPECT_EQ(host.Admin(MakeGetFeatures(Feature::kArbitration)).cqe.dw0, 7U);
  EXPECT_EQ(host.Admin(MakeGetFeatures(Feature::kKeepAliveTimer)).cqe.dw0, 77'000U);
  EXPECT_EQ(host.Admin(MakeGetFeatures(Feature::kNumberOfQueues)).cqe.dw0, 0x00020002U);
  EXPECT_TRUE(admin->Shutdown());
}

TEST_F(TakeoverTest, AnEventThatWasAskedForBeforeIsToldAfter) {
  Host host(fixture_);
  HostQPair& admin = host.controller->admin();
  const auto kBits = kAsyncEventNamespaceAttribute;
  EXPECT_TRUE(host.Admin(MakeSetFeatures(Feature::kAsyncEventConfiguration, kBits)).status().ok());
  std::vector<std::uint16_t> wanted;
  for (int i = 0; i < 4; ++i) wanted.push_back(*admin.Submit(MakeAsyncEventRequest(), kNoData));
  EXPECT_TRUE(host.controller->KeepAlive());
  TakeOver();
  EXPECT_EQ(CodeOf(host.Admin(MakeAsyncEventRequest())), StatusCode::kAerLimitExceeded);
  EXPECT_EQ(disk()->AddNamespace(MakeRamBackend(kDiskBytes)), 2U);
  const auto told = admin.Wait(wanted[0], Soon());
  ASSERT_TRUE(told) << told.error().Message();
  EXPECT_EQ(AsyncEvent::FromDw0(told->cqe.dw0).lid, LogPage::kChangedNamespaces);
  TakeOver();  // It was told, and its log not read.
  NsidList list;
  std::array<std::byte, NsidList::kSize> page;
  ASSERT_TRUE(host.controller->GetLogPage({.lid = LogPage::kChangedNamespaces}, page));
  list = Decode<NsidList>(page);
  EXPECT_EQ(list.nsids[0], 2U);
  EXPECT_EQ(list.nsids[1], 0U);
}

TEST_F(TakeoverTest, TheDiscoveryLogGoesOn) {
  fixture_.target->AddReferral({.traddr = "192.0.2.1", .trsvcid = kDiscoveryPort});
  Host host(fixture_, HostParams(std::string(kDiscoveryNqn)));
  std::array<std::byte, 8192> before, after;
  ASSERT_TRUE(host.controller->GetLogPage({.lid = LogPage::kDiscovery}, before));
  TakeOver();
  ASSERT_TRUE(host.controller->GetLogPage({.lid = LogPage::kDiscovery}, after));
  EXPECT_EQ(before, after);
}

TEST_F(TakeoverTest, ControllerIdsAreNotUsedAgain) {
  std::uint16_t cntlid = 0;
  {
    Host gone(fixture_);
    cntlid = gone.association.cntlid();
  }
  fixture_.events.Await(TargetEvent::Kind::kEnded);
  TakeOver();
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  target().Serve(SocketStream::Adopt(ends[0]));
  Association association(HostParams());
  ASSERT_TRUE(HostController::Connect(association, SocketStream::Adopt(ends[1])));
  EXPECT_EQ(association.cntlid(), cntlid + 1);
}

TEST_F(TakeoverTest, AHostThatFallsSilentIsNoticedByTheNextOwner) {
  AssociationParams params = HostParams();
  params.kato_ms = 4000;  // A takeover of idle queues takes one second.
  Host host(fixture_, params);
  TakeOver();
  const auto ended = later_.Await(TargetEvent::Kind::kEnded);
  EXPECT_EQ(ended.code, Code::kTimeout);
}

// Octets of a command that is half-way, without the library's host.
class HalfWayTest : public TakeoverTest {
 protected:
  HalfWayTest() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    fixture_.target->Serve(SocketStream::Adopt(ends[0]));
    wire_ = SocketStream::Adopt(dup(ends[1]));
    auto io = host_.controller->ConnectIo(SocketStream::Adopt(ends[1]), {.qid = 1, .entries = 32});
    EXPECT_TRUE(io);
    io_.emplace(std::move(*io));
    Sqe sqe = MakeWrite(1, 5, 1);
    sqe.cid = 0x77;
    sqe.sgl1 = {.length = kBlock, .type = Sgl::kInCapsule};
    const std::array<std::byte, 8> head{std::byte{4},  std::byte{0}, std::byte{72}, std::byte{72},
                                        std::byte{72}, std::byte{2}, std::byte{0},  std::byte{0}};
    const auto octets = Encode(sqe);
    pdu_.assign(head.begin(), head.end());
    pdu_.insert(pdu_.end(), octets.begin(), octets.end());
    pdu_.resize(72 + kBlock, std::byte{0x5A});
  }
  void Say(std::size_t begin, std::size_t end) {
    const std::array<ByteView, 1> part{ByteView(pdu_).subspan(begin, end - begin)};
    EXPECT_EQ(wire_->Write(part).value(), end - begin);
  }
  void ExpectAnswer(std::uint16_t cid = 0x77) {
    std::array<std::byte, 24> answer{};
    for (std::size_t got = 0; got < answer.size();) {
      const auto more = wire_->Receive({MutableBytes(answer).subspan(got), {}}, Soon());
      ASSERT_TRUE(more) << more.error().Message();
      got += *more;
    }
    EXPECT_EQ(answer[0], std::byte{5}) << "CapsuleResp";
    EXPECT_EQ(LoadLittle<std::uint16_t>(ByteView(answer).subspan(20)), cid);
    EXPECT_EQ(LoadLittle<std::uint16_t>(ByteView(answer).subspan(22)) >> 1, 0) << "success";
  }
  // EndAndGoOn ends the PDU once the I/O queues are to rest, and says three more like it.
  void EndAndGoOn(const Target& target) {
    for (const Deadline end = Soon(); !target.parts().parking.pausing() && !end.passed();) {
      std::this_thread::yield();
    }
    std::vector<std::byte> octets(pdu_.begin() + 200, pdu_.end());
    for (const std::byte cid : {std::byte{0x78}, std::byte{0x79}, std::byte{0x7A}}) {
      pdu_[10] = cid;
      octets.insert(octets.end(), pdu_.begin(), pdu_.end());
    }
    const std::array<ByteView, 1> all{ByteView(octets)};
    EXPECT_EQ(wire_->Write(all).value(), octets.size());
  }

  Host host_{fixture_};
  std::unique_ptr<SocketStream> wire_;
  std::optional<HostQPair> io_;
  std::vector<std::byte> pdu_;
};

TEST_F(HalfWayTest, AHeaderThatIsHalfWayGoesAlong) {
  Say(0, 50);
  TakeOver();
  Say(50, pdu_.size());
  ExpectAnswer();
}

TEST_F(HalfWayTest, CommandsThatComeMeanwhileGoAlong) {
  Say(0, 200);
  std::thread speaking([&, &owner = target()] { EndAndGoOn(owner); });
  TakeOver();
  speaking.join();
  for (std::uint16_t cid = 0x77; cid <= 0x7A; ++cid) ExpectAnswer(cid);
}

TEST_F(HalfWayTest, CommandsThatComeMeanwhileAreDoneByTheOwnerThatKeepsThem) {
  Say(0, 200);
  Parking& parking = target().parts().parking;
  std::thread speaking([&, &owner = target()] { EndAndGoOn(owner); });
  parking.Alert(Soon());
  const auto parked = parking.Park(Soon());
  ASSERT_TRUE(parked) << parked.error().Message();
  EXPECT_EQ(parked->size(), 2U);
  speaking.join();
  parking.Resume();
  for (std::uint16_t cid = 0x77; cid <= 0x7A; ++cid) ExpectAnswer(cid);
}

TEST_F(HalfWayTest, DataThatAreHalfWayKeepTheTargetWhereItIs) {
  Say(0, 200);
  Channels channels;
  std::string reason;
  limits_.park = std::chrono::milliseconds(100);
  std::thread successor([&] {
    EXPECT_EQ(TakeTarget(*channels.successor, {}, limits_, reason).error().code, Code::kRefused);
  });
  EXPECT_EQ(GiveTarget(*channels.owner, server(), -1, limits_, reason_).error().code, Code::kBusy);
  successor.join();
  EXPECT_NE(reason.find("did not come to rest"), std::string::npos) << reason;
  EXPECT_TRUE(host_.controller->KeepAlive());
  Say(200, pdu_.size());
  ExpectAnswer();
}

TEST_F(TakeoverTest, HalfOfAFusedPairWaitsForTheOtherHalf) {
  Host host(fixture_);
  HostQPair io = host.Io();
  const std::vector<std::byte> zeros(kBlock), data(kBlock, std::byte{9});
  Sqe compare = MakeCompare(1, 3, 1);
  compare.flags |= kFuseFirst;
  Sqe write = MakeWrite(1, 3, 1);
  write.flags |= kFuseSecond;
  const auto first = io.Submit(compare, WriteFrom(zeros));
  ASSERT_TRUE(io.Flush(Soon()));
  TakeOver();
  const auto second = io.Submit(write, WriteFrom(data));
  EXPECT_TRUE(io.Wait(*first, Soon())->status().ok());
  EXPECT_TRUE(io.Wait(*second, Soon())->status().ok());
}

// Writes whole extents and reads them back, many at a time, until told to stop.
void Work(HostQPair& io, unsigned seed, const std::atomic<bool>& stop, std::uint64_t& rounds) {
  constexpr std::size_t kDepth = 32;
  constexpr std::uint32_t kBlocks = 24;  // 12 KiB: more than a capsule holds.
  const std::uint64_t base = seed * kDepth * kBlocks;
  std::vector<std::vector<std::byte>> written(kDepth), read(kDepth);
  for (; !stop.load(); ++rounds) {
    std::vector<std::uint16_t> cids;
    for (std::size_t i = 0; i < kDepth; ++i) {
      const std::uint32_t blocks = i % 2 == 0 ? kBlocks : 8;
      written[i] = Pattern(blocks * kBlock, static_cast<unsigned>(rounds * kDepth + i) ^ seed);
      const auto cid = io.Submit(MakeWrite(1, base + i * kBlocks, blocks), WriteFrom(written[i]));
      ASSERT_TRUE(cid) << cid.error().Message();
      cids.push_back(*cid);
    }
    for (const std::uint16_t cid : cids) ASSERT_TRUE(io.Wait(cid, Soon())->status().ok());
    cids.clear();
    for (std::size_t i = 0; i < kDepth; ++i) {
      read[i].assign(written[i].size(), std::byte{0});
      const auto blocks = static_cast<std::uint32_t>(read[i].size() / kBlock);
      cids.push_back(*io.Submit(MakeRead(1, base + i * kBlocks, blocks), ReadInto(read[i])));
    }
    for (const std::uint16_t cid : cids) ASSERT_TRUE(io.Wait(cid, Soon())->status().ok());
    ASSERT_EQ(read, written);
  }
}

TEST_F(TakeoverTest, HostsUnderLoadNoticeNothing) {
  Host host(fixture_, WithDigests());
  Host plain(fixture_);
  std::atomic<bool> stop{false};
  std::array<std::uint64_t, 3> rounds{};
  std::vector<std::thread> workers;
  std::deque<HostQPair> queues;
  queues.push_back(host.Io(1));
  queues.push_back(host.Io(2));
  queues.push_back(plain.Io(1));
  for (unsigned i = 0; i < queues.size(); ++i) {
    workers.emplace_back([&, i] { Work(queues[i], i, stop, rounds[i]); });
  }
  for (int i = 0; i < 5; ++i) {
    TakeOver();
    EXPECT_TRUE(host.controller->KeepAlive());
    EXPECT_TRUE(plain.controller->KeepAlive());
  }
  stop.store(true);
  for (std::thread& worker : workers) worker.join();
  for (const std::uint64_t done : rounds) EXPECT_GT(done, 0U);
  EXPECT_EQ(target().associations(), 2U);
}

}  // namespace
}  // namespace nvmf::target
