// Data that a controller connection asks for, and going on with another owner.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "nvmf/tcp/controller_connection_fixture.h"

namespace nvmf::tcp {
namespace {

TEST_F(ControllerConnectionTest, DataAreAskedForAndLandInTheLentBuffer) {
  Connect({}, {.dgst = 3});
  const R2T r2t = AskAll(10000);
  EXPECT_EQ(r2t.cccid, 7);
  EXPECT_EQ(r2t.r2to, 0U);
  EXPECT_EQ(r2t.r2tl, 10000U);
  SayData(r2t, 0, 4, false);
  SayData(r2t, 4, 8192, false);
  EXPECT_FALSE(controller_->HasEvent());
  SayData(r2t, 8196, 1804, true);
  ASSERT_TRUE(controller_->HasEvent());
  const Event event = controller_->NextEvent();
  EXPECT_EQ(event.kind, Event::Kind::kData);
  EXPECT_EQ(event.tag, tag_);
  EXPECT_FALSE(event.data_error);
  EXPECT_TRUE(std::ranges::equal(buffer_, ByteView(big_).first(10000)));
}

TEST_F(ControllerConnectionTest, R2TsAreContiguousAndAtMostMaxR2TAreOut) {
  Connect({.max_r2tl = 4096, .max_r2t = 4}, {.maxr2t = 1});
  const R2T first = AskAll(16384);
  const auto second = wire_->Expect<R2T>();
  wire_->ExpectSilence();
  EXPECT_EQ(second.r2to, 4096U);
  EXPECT_NE(first.ttag, second.ttag);
  SayData(first, 0, 4096, true);
  EXPECT_EQ(wire_->Expect<R2T>().r2to, 8192U);
  wire_->ExpectSilence();
}

TEST_F(ControllerConnectionTest, TheHostsMaxR2TOfOneIsHonoured) {
  Connect({.max_r2tl = 4096, .max_r2t = 4}, {.maxr2t = 0});
  AskAll(16384);
  wire_->ExpectSilence();
}

TEST_F(ControllerConnectionTest, PartsOfATransferAreAskedForOneAfterTheOther) {
  Connect();
  const Tag tag = Arrive(Command(kWrite, 7, 8192));
  buffer_.assign(4096, std::byte{0});
  EXPECT_FALSE(controller_->RequestData(tag, 4096, buffer_)) << "the first part comes first";
  ASSERT_TRUE(controller_->RequestData(tag, 0, buffer_));
  EXPECT_FALSE(controller_->RequestData(tag, 4096, buffer_)) << "not while one is under way";
  SayData(wire_->Expect<R2T>(), 0, 4096, true);
  controller_->NextEvent();
  ASSERT_TRUE(controller_->RequestData(tag, 4096, buffer_));
  const auto r2t = wire_->Expect<R2T>();
  EXPECT_EQ(r2t.r2to, 4096U);
  SayData(r2t, 4096, 4096, true);
  EXPECT_TRUE(std::ranges::equal(buffer_, ByteView(big_).subspan(4096, 4096)));
  controller_->NextEvent();
  EXPECT_FALSE(controller_->RequestData(tag, 8192, buffer_)) << "past the data";
}

TEST_F(ControllerConnectionTest, H2CDataIsJudged) {
  const struct {
    const char* name;
    std::uint16_t cccid_off, ttag_xor;
    std::uint32_t datao, datal, carried;
    bool last;
    Fes fes;
    std::uint32_t fei;
  } kBad[] = {
      {"unknown TTAG", 0, 0x8000, 0, 8192, 8192, true, Fes::kInvalidPduHeaderField, 10},
      {"idle TTAG", 0, 1, 0, 8192, 8192, true, Fes::kInvalidPduHeaderField, 10},
      {"CCCID", 1, 0, 0, 8192, 8192, true, Fes::kInvalidPduHeaderField, 8},
      {"gap", 0, 0, 512, 512, 512, false, Fes::kPduSequenceError, 0},
      {"past the R2T", 0, 0, 0, 8196, 8196, true, Fes::kDataTransferOutOfRange, 0},
      {"behind the R2T", 0, 0, 8192, 4, 4, true, Fes::kDataTransferOutOfRange, 0},
      {"wraps", 0, 0, 0xFFFFF000, 0x2000, 0x2000, true, Fes::kDataTransferOutOfRange, 0},
      {"above MAXH2CDATA", 0, 0, 0, 131076, 131076, true, Fes::kLimitExceeded, 0},
      {"DATAL 0", 0, 0, 0, 0, 0, false, Fes::kInvalidPduHeaderField, 16},
      {"DATAL 510", 0, 0, 0, 510, 510, false, Fes::kInvalidPduHeaderField, 16},
      {"DATAO 2", 0, 0, 2, 512, 512, false, Fes::kInvalidPduHeaderField, 12},
      {"DATAL below what is carried", 0, 0, 0, 512, 1024, false, Fes::kInvalidPduHeaderField, 16},
      {"DATAL above what is carried", 0, 0, 0, 1024, 512, false, Fes::kInvalidPduHeaderField, 16},
      {"LAST_PDU too early", 0, 0, 0, 4096, 4096, true, Fes::kPduSequenceError, 0},
      {"LAST_PDU missing", 0, 0, 0, 8192, 8192, false, Fes::kPduSequenceError, 0},
  };
  for (const auto& bad : kBad) {
    SCOPED_TRACE(bad.name);
    Connect();
    const R2T r2t = AskAll(8192);
    wire_->Say(H2CData{.cccid = static_cast<std::uint16_t>(r2t.cccid + bad.cccid_off),
                       .ttag = static_cast<std::uint16_t>(r2t.ttag ^ bad.ttag_xor),
                       .datao = bad.datao,
                       .datal = bad.datal},
               ByteView(big_).first(bad.carried), bad.last ? kLastPdu : 0);
    ExpectViolation(bad.fes, bad.fei);
    EXPECT_TRUE(std::ranges::all_of(buffer_, [](std::byte b) { return b == std::byte{0}; }));
  }
}

TEST_F(ControllerConnectionTest, H2CDataWithoutAnyR2TIsRefused) {
  for (const int ttag : {0, 1, 0x7F, 0x8000, 0xFFFE, 0xFFFF}) {
    Connect();
    wire_->Say(H2CData{.ttag = static_cast<std::uint16_t>(ttag), .datal = 512},
               ByteView(big_).first(512), kLastPdu);
    ExpectViolation(Fes::kInvalidPduHeaderField, 10);
  }
}

TEST_F(ControllerConnectionTest, H2CDataAfterTheLastFindsNoTtag) {
  Connect();
  const R2T r2t = AskAll(4096);
  SayData(r2t, 0, 4096, true);
  SayData(r2t, 0, 4096, true);
  ExpectViolation(Fes::kInvalidPduHeaderField, 10);
}

TEST_F(ControllerConnectionTest, DamagedDataAreTakenToTheEndAndReported) {
  Connect({}, {.dgst = kDgstData});
  const R2T r2t = AskAll(8192);
  const auto header = wire_->Header<H2CData>(4096);
  wire_->SayAs(header, H2CData{.cccid = r2t.cccid, .ttag = r2t.ttag, .datal = 4096},
               ByteView(big_).first(4096), 0, 1);
  SayData(r2t, 4096, 4096, true);
  ASSERT_TRUE(controller_->HasEvent());
  EXPECT_TRUE(controller_->NextEvent().data_error);
  EXPECT_FALSE(controller_->failed());
}

TEST_F(ControllerConnectionTest, AnEarlyAnswerFollowsTheDataThatAreDue) {
  Connect();
  const R2T r2t = AskAll(8192);
  ASSERT_TRUE(controller_->Respond(tag_, Cqe{.status_field = 2}));
  wire_->ExpectSilence();
  SayData(r2t, 0, 4096, false);
  SayData(r2t, 4096, 4096, true);
  EXPECT_EQ(wire_->Expect<CapsuleResp>().cqe.status_field, 2);
  EXPECT_TRUE(std::ranges::all_of(buffer_, [](std::byte b) { return b == std::byte{0}; }))
      << "the buffer was no longer lent";
}

TEST_F(ControllerConnectionTest, AnEarlyAnswerInTheMiddleOfAPduGivesTheMemoryBack) {
  Connect({}, {.dgst = kDgstData});
  const R2T r2t = AskAll(8192);
  const auto header = EncodePdu(H2CData{.cccid = r2t.cccid, .ttag = r2t.ttag, .datal = 8192},
                                {.data_digest = true, .data = 8192, .flags = kLastPdu});
  wire_->Feed(header);
  wire_->Feed(ByteView(big_).first(4096));
  ASSERT_TRUE(controller_->Respond(tag_, Cqe{.status_field = 2}));
  std::ranges::fill(buffer_, std::byte{0});
  wire_->ExpectSilence();
  wire_->Feed(ByteView(big_).subspan(4096, 4096));
  wire_->Feed(std::array<std::byte, 4>{});  // The digest, of which nobody asks any more.
  EXPECT_EQ(wire_->Expect<CapsuleResp>().cqe.status_field, 2);
  EXPECT_TRUE(std::ranges::all_of(buffer_, [](std::byte b) { return b == std::byte{0}; }));
}

TEST_F(ControllerConnectionTest, CommandsThatWaitGoToAnotherOwnerWithTheirData) {
  Connect({.cpda = 3}, {.dgst = 3});
  controller_->SetQueue(8, true, 8192);
  const R2T r2t = AskAll(1024, 5);  // In our owner's hands, its data fetched.
  SayData(r2t, 0, 1024, true);
  controller_->NextEvent();
  wire_->Say(CapsuleCmd{.sqe = Command(kWrite, 6, 512, Sgl::kInCapsule)},
             ByteView(big_).first(512));
  wire_->Say(CapsuleCmd{.sqe = Command(kRead, 7, 4096)});
  EXPECT_EQ(controller_->Export().error().code, Code::kBusy) << "whose data? only we know";
  const ControllerConnection::Fetched fetched[] = {{.tag = tag_, .data = buffer_}};
  const auto state = controller_->Export(fetched);
  ASSERT_TRUE(state) << state.error().Message();
  ASSERT_EQ(state->commands.size(), 3U);

  auto resumed = ControllerConnection::Resume({}, *state);
  ASSERT_TRUE(resumed) << resumed.error().Message();
  ControllerConnection& controller = **resumed;
  ScriptedWire wire(controller);
  wire.framing = wire_->framing;
  for (std::uint16_t cid = 5; cid <= 7; ++cid) {
    ASSERT_TRUE(controller.HasEvent());
    const Tag tag = controller.NextEvent().tag;
    EXPECT_EQ(controller.sqe(tag).cid, cid);
    const std::size_t size = cid == 5 ? 1024 : cid == 6 ? 512 : 0;
    EXPECT_TRUE(std::ranges::equal(controller.in_capsule(tag), ByteView(big_).first(size)));
    ASSERT_TRUE(controller.Respond(tag, Cqe{}));
    ScriptedWire::Heard heard;
    EXPECT_EQ(wire.Expect<CapsuleResp>(&heard).cqe, (Cqe{.sqhd = 3, .cid = cid}));
    EXPECT_TRUE(heard.digests_good);
  }
  wire.Say(CapsuleCmd{.sqe = Command(kFlush, 5, 0)});
  EXPECT_TRUE(controller.HasEvent());
}

TEST_F(ControllerConnectionTest, AConnectionInTheMiddleOfSomethingIsNotGivenAway) {
  Connect();
  const Tag tag = Arrive(Command(kRead, 1, 512));
  EXPECT_TRUE(controller_->Export());
  ASSERT_TRUE(controller_->SendData(tag, ByteView(big_).first(512), Cqe{}));
  EXPECT_EQ(controller_->Export().error().code, Code::kBusy) << "an answer is leaving";
  wire_->Expect<C2HData>();
  wire_->Expect<CapsuleResp>();
  EXPECT_TRUE(controller_->Export());
  AskAll(4096, 2);
  EXPECT_EQ(controller_->Export().error().code, Code::kBusy) << "data are due";
}

TEST_F(ControllerConnectionTest, CommandsGoInTheOrderInWhichTheyCame) {
  Connect();
  const Tag first = Arrive(Command(kRead, 1, 512));
  Arrive(Command(kRead, 2, 512));
  ASSERT_TRUE(controller_->Respond(first, Cqe{}));
  wire_->Expect<CapsuleResp>();
  Arrive(Command(kRead, 3, 512));  // In the place that the first has left.
  wire_->Say(CapsuleCmd{.sqe = Command(kRead, 4, 512)});
  const ControllerState state = *controller_->Export();
  ASSERT_EQ(state.commands.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(state.commands[i].sqe.cid, i + 2);
}

TEST_F(ControllerConnectionTest, AStateThatNoConnectionCanHaveIsRefused) {
  Connect();
  Arrive(Command(kWrite, 1, 512, Sgl::kInCapsule), ByteView(big_).first(512));
  const ControllerState good = *controller_->Export();
  const auto refused = [&](auto&& change) {
    ControllerState state = good;
    change(state);
    return !ControllerConnection::Resume({}, state).has_value();
  };
  EXPECT_FALSE(refused([](ControllerState&) {}));
  EXPECT_TRUE(refused([](ControllerState& s) { s.entries = 1; }));
  EXPECT_TRUE(refused([](ControllerState& s) { s.entries = 16384; }));
  EXPECT_TRUE(refused([](ControllerState& s) { s.sq_head = s.entries; }));
  EXPECT_TRUE(refused([](ControllerState& s) { s.commands.resize(100); }));
  EXPECT_TRUE(refused([](ControllerState& s) { s.commands[0].data.resize(8196); }));
  EXPECT_TRUE(refused([](ControllerState& s) { s.commands[0].data.clear(); }));
  EXPECT_TRUE(refused([](ControllerState& s) { s.commands[0].sqe.sgl1.type = 0xF; }));
  EXPECT_TRUE(refused([](ControllerState& s) { s.commands.push_back(s.commands[0]); }));
  EXPECT_TRUE(refused([](ControllerState& s) { s.in_capsule_bytes = 1 << 30; }));
  EXPECT_TRUE(refused([](ControllerState& s) { s.negotiated.cpda = 32; }));
  EXPECT_TRUE(refused([](ControllerState& s) { s.unread.resize(1 << 20); }));
}

}  // namespace
}  // namespace nvmf::tcp
