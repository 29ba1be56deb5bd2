#include "nvmf/tcp/controller_connection.h"

#include <gtest/gtest.h>

#include "nvmf/testing/pattern.h"
#include "nvmf/testing/scripted_wire.h"

namespace nvmf::tcp {
namespace {

using testing::Pattern;
using testing::ScriptedWire;

constexpr std::uint8_t kRead = 2, kWrite = 1, kFlush = 0;

class ControllerConnectionTest : public ::testing::Test {
 protected:
  void Connect(ControllerParams params = {}, IcReq icreq = {}) {
    controller_.emplace(params);
    wire_.emplace(*controller_);
    wire_->Say(icreq);
    const auto resp = wire_->Expect<IcResp>();
    wire_->framing = {.header_digest = (resp.dgst & kDgstHeader) != 0,
                      .data_digest = (resp.dgst & kDgstData) != 0,
                      .pda = resp.cpda};
  }
  static Sqe Command(std::uint8_t opc, std::uint16_t cid, std::uint32_t length,
                     std::uint8_t type = Sgl::kTransport) {
    return {.opc = opc, .cid = cid, .nsid = 1, .sgl1 = {.length = length, .type = type}};
  }
  // Arrive says a command and returns its tag.
  Tag Arrive(const Sqe& sqe, ByteView data = {}) {
    wire_->Say(CapsuleCmd{.sqe = sqe}, data);
    EXPECT_TRUE(controller_->HasEvent());
    if (!controller_->HasEvent()) return 0;
    const Event event = controller_->NextEvent();
    EXPECT_EQ(event.kind, Event::Kind::kCommand);
    EXPECT_EQ(controller_->sqe(event.tag).cid, sqe.cid);
    return event.tag;
  }
  // AskAll has the whole data of a write of `length` octets asked for; returns the first R2T.
  R2T AskAll(std::uint32_t length, std::uint16_t cid = 7) {
    buffer_.assign(length, std::byte{0});
    tag_ = Arrive(Command(kWrite, cid, length));
    EXPECT_TRUE(controller_->RequestData(tag_, 0, buffer_));
    return wire_->Expect<R2T>();
  }
  void SayData(const R2T& r2t, std::uint32_t datao, std::uint32_t datal, bool last) {
    wire_->Say(H2CData{.cccid = r2t.cccid, .ttag = r2t.ttag, .datao = datao, .datal = datal},
               ByteView(big_).subspan(datao, datal), last ? kLastPdu : 0);
  }
  void ExpectViolation(Fes fes, std::uint32_t fei) {
    wire_->ExpectTermReq(fes, fei);
    ASSERT_TRUE(controller_->failed());
    EXPECT_EQ(controller_->failure().code, Code::kPeerViolation);
  }
  void ExpectAnswer(std::uint16_t cid, StatusCode code) {
    const auto resp = wire_->Expect<CapsuleResp>();
    EXPECT_EQ(resp.cqe.cid, cid);
    EXPECT_EQ(resp.cqe.status().code(), code) << resp.cqe.status().Text();
    EXPECT_FALSE(controller_->HasEvent()) << "it must not surface";
    EXPECT_FALSE(controller_->failed());
  }

  std::optional<ControllerConnection> controller_;
  std::optional<ScriptedWire> wire_;
  std::vector<std::byte> big_ = Pattern(300000);
  std::vector<std::byte> buffer_;
  Tag tag_ = 0;
};

TEST_F(ControllerConnectionTest, ItGrantsTheDigestsThatWereAskedFor) {
  for (std::uint8_t asked = 0; asked < 4; ++asked) {
    Connect({.maxh2cdata = 65536}, {.hpda = 1, .dgst = asked, .maxr2t = 0xFFFFFFFF});
    EXPECT_EQ(controller_->negotiated(), (Negotiated{.header_digest = (asked & 1) != 0,
                                                     .data_digest = (asked & 2) != 0,
                                                     .hpda = 1,
                                                     .maxr2t = 0x100000000,
                                                     .maxh2cdata = 65536}));
  }
  Connect({.header_digest = false}, {.dgst = 3});
  EXPECT_FALSE(controller_->negotiated().header_digest);
}

TEST_F(ControllerConnectionTest, IcReqIsJudged) {
  for (const auto& [icreq, fei] :
       {std::pair{IcReq{.pfv = 1}, 8U}, std::pair{IcReq{.hpda = 32}, 10U}}) {
    controller_.emplace(ControllerParams{});
    wire_.emplace(*controller_);
    wire_->Say(icreq);
    ExpectViolation(Fes::kInvalidPduHeaderField, fei);
  }
}

TEST_F(ControllerConnectionTest, AnH2CTermReqEndsTheConnectionUnanswered) {
  Connect();
  H2CTermReq term;
  term.fes = 1;
  term.fei = 4;
  wire_->Say(term);
  ASSERT_TRUE(controller_->failed());
  EXPECT_EQ(controller_->failure().violation, (Violation{Fes::kInvalidPduHeaderField, 4}));
  wire_->ExpectSilence();
}

TEST_F(ControllerConnectionTest, InCapsuleDataComeWithTheCommand) {
  Connect({.cpda = 7}, {.dgst = 3});
  const Tag tag = Arrive(Command(kWrite, 5, 4096, Sgl::kInCapsule), ByteView(big_).first(4096));
  EXPECT_TRUE(std::ranges::equal(controller_->in_capsule(tag), ByteView(big_).first(4096)));
}

TEST_F(ControllerConnectionTest, ADescriptorThatTcpDoesNotKnowIsACommandError) {
  Connect();
  for (const int type : {0x00, 0x10, 0x20, 0x30, 0x40, 0x4F, 0x50, 0x51, 0x60, 0xF0, 0xFF}) {
    wire_->Say(CapsuleCmd{.sqe = Command(kRead, 9, 4096, static_cast<std::uint8_t>(type))});
    ExpectAnswer(9, StatusCode::kSglTypeInvalid);
  }
  Arrive(Command(kRead, 9, 4096));
}

TEST_F(ControllerConnectionTest, DescriptorsAreJudgedAsReceived) {
  Connect();
  Sqe sqe = Command(kWrite, 1, 512, Sgl::kInCapsule);
  sqe.sgl1.address = 4;
  wire_->Say(CapsuleCmd{.sqe = sqe}, ByteView(big_).first(512));
  ExpectAnswer(1, StatusCode::kSglOffsetInvalid);
  wire_->Say(CapsuleCmd{.sqe = Command(kWrite, 2, 512, Sgl::kInCapsule)});
  ExpectAnswer(2, StatusCode::kSglDataLengthInvalid);
  wire_->Say(CapsuleCmd{.sqe = Command(kRead, 3, 512, Sgl::kInCapsule)});
  ExpectAnswer(3, StatusCode::kSglTypeInvalid);
  wire_->Say(CapsuleCmd{.sqe = Command(kRead, 4, 510)});
  ExpectAnswer(4, StatusCode::kSglGranularityInvalid);
  sqe = Command(kRead, 5, 512);
  sqe.flags = 0;
  wire_->Say(CapsuleCmd{.sqe = sqe});
  ExpectAnswer(5, StatusCode::kInvalidField);
}

TEST_F(ControllerConnectionTest, ACommandWithoutDataNeedsNoDescriptor) {
  Connect();
  Sqe sqe = Command(kFlush, 1, 4096, 0x00);
  sqe.flags = 0;
  const Tag tag = Arrive(sqe);
  EXPECT_EQ(controller_->data_length(tag), 0U);
}

TEST_F(ControllerConnectionTest, AnInCapsuleDescriptorOfNoLengthMeansNoDataEitherWay) {
  Connect();
  EXPECT_EQ(controller_->data_length(Arrive(Command(kRead, 1, 0, Sgl::kInCapsule))), 0U);
  EXPECT_EQ(controller_->data_length(Arrive(Command(kWrite, 2, 0, Sgl::kInCapsule))), 0U);
}

TEST_F(ControllerConnectionTest, DataThatNoDescriptorMentionsAreFatal) {
  Connect();
  wire_->Say(CapsuleCmd{.sqe = Command(kWrite, 1, 512, Sgl::kInCapsule)},
             ByteView(big_).first(1024));
  ExpectViolation(Fes::kInvalidPduHeaderField, 4);
  Connect();
  wire_->Say(CapsuleCmd{.sqe = Command(kWrite, 1, 512)}, ByteView(big_).first(512));
  ExpectViolation(Fes::kInvalidPduHeaderField, 4);
}

TEST_F(ControllerConnectionTest, TwoCommandsWithOneCidAreAConflict) {
  Connect();
  const Tag tag = Arrive(Command(kFlush, 3, 0));
  wire_->Say(CapsuleCmd{.sqe = Command(kFlush, 3, 0)});
  ExpectAnswer(3, StatusCode::kCommandIdConflict);
  wire_->Say(CapsuleCmd{.sqe = Command(kFlush, 3, 0)});
  ExpectAnswer(3, StatusCode::kCommandIdConflict);
  ASSERT_TRUE(controller_->Respond(tag, Cqe{}));
  wire_->Expect<CapsuleResp>();
  Arrive(Command(kFlush, 3, 0));
}

TEST_F(ControllerConnectionTest, DamagedInCapsuleDataFailThatCommandOnly) {
  Connect({}, {.dgst = kDgstData});
  const auto header = wire_->Header<CapsuleCmd>(512);
  wire_->SayAs(header, CapsuleCmd{.sqe = Command(kWrite, 6, 512, Sgl::kInCapsule)},
               ByteView(big_).first(512), 0, 1);
  ExpectAnswer(6, StatusCode::kTransientTransportError);
  Arrive(Command(kWrite, 6, 512, Sgl::kInCapsule), ByteView(big_).first(512));
}

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

TEST_F(ControllerConnectionTest, DataGoOutInOrderWithLastPduOnTheLast) {
  Connect({.max_c2h_data = 4096}, {.hpda = 31, .dgst = 3});
  const Tag tag = Arrive(Command(kRead, 8, 10000));
  ASSERT_TRUE(controller_->SendData(tag, ByteView(big_).first(10000), Cqe{.dw0 = 5}));
  for (std::uint32_t at = 0; at < 10000; at += 4096) {
    ScriptedWire::Heard heard;
    const auto pdu = wire_->Expect<C2HData>(&heard);
    EXPECT_EQ(pdu.datao, at);
    EXPECT_EQ(heard.header.pdo, 128);
    EXPECT_EQ((heard.header.flags & kLastPdu) != 0, at + pdu.datal == 10000);
    EXPECT_EQ(heard.header.flags & kSuccess, 0);
    EXPECT_TRUE(std::ranges::equal(heard.data, ByteView(big_).subspan(at, pdu.datal)));
  }
  EXPECT_EQ(wire_->Expect<CapsuleResp>().cqe, (Cqe{.dw0 = 5, .sqhd = 1, .cid = 8}));
}

TEST_F(ControllerConnectionTest, SuccessIsUsedOnlyWithoutFlowControlAndWhenItSaysItAll) {
  const auto flags = [&](const Cqe& cqe) {
    const Tag tag = Arrive(Command(kRead, 8, 4));
    EXPECT_TRUE(controller_->SendData(tag, ByteView(big_).first(4), cqe));
    ScriptedWire::Heard heard;
    wire_->Expect<C2HData>(&heard);
    return heard.header.flags & kSuccess;
  };
  Connect();
  EXPECT_EQ(flags({}), 0);
  wire_->Expect<CapsuleResp>();
  controller_->SetQueue(32, false, 8192);
  EXPECT_EQ(flags({}), kSuccess);
  wire_->ExpectSilence();
  EXPECT_EQ(flags({.dw0 = 1}), 0);
  EXPECT_EQ(wire_->Expect<CapsuleResp>().cqe.sqhd, 0) << "no SQHD without flow control";
  EXPECT_EQ(flags({.status_field = 2}), 0);
  wire_->Expect<CapsuleResp>();
}

TEST_F(ControllerConnectionTest, ASuccessWithoutDataStillSendsItsCompletion) {
  Connect();
  controller_->SetQueue(32, false, 8192);
  const Tag tag = Arrive(Command(kRead, 8, 4096));
  ASSERT_TRUE(controller_->SendData(tag, {}, Cqe{}));
  EXPECT_EQ(wire_->Expect<CapsuleResp>().cqe.cid, 8);
}

TEST_F(ControllerConnectionTest, SqhdCountsCommandsModuloTheQueue) {
  Connect();
  controller_->SetQueue(4, true, 8192);
  for (const int sqhd : {1, 2, 3, 0, 1, 2}) {
    const Tag tag = Arrive(Command(kFlush, 1, 0));
    ASSERT_TRUE(controller_->Respond(tag, Cqe{}));
    EXPECT_EQ(wire_->Expect<CapsuleResp>().cqe.sqhd, sqhd);
  }
}

TEST_F(ControllerConnectionTest, MoreCommandsThanEntriesEndTheConnection) {
  Connect();
  controller_->SetQueue(4, true, 8192);
  for (std::uint16_t cid = 0; cid < 4; ++cid) Arrive(Command(kFlush, cid, 0));
  wire_->Say(CapsuleCmd{.sqe = Command(kFlush, 9, 0)});
  ExpectViolation(Fes::kPduSequenceError, 0);
}

TEST_F(ControllerConnectionTest, ALargeQueueHoldsItsCommandsAndTtagsStayDistinct) {
  Connect({.max_r2t = 4});
  controller_->SetQueue(1024, true, 8192);
  buffer_.assign(8196, std::byte{0});
  std::vector<bool> seen(65536);
  for (std::uint16_t cid = 0; cid < 1024; ++cid) {
    const Tag tag = Arrive(Command(kWrite, cid, 8196));
    ASSERT_TRUE(controller_->RequestData(tag, 0, buffer_));
    const auto r2t = wire_->Expect<R2T>();
    EXPECT_FALSE(seen[r2t.ttag]) << "TTAG given twice";
    seen[r2t.ttag] = true;
  }
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
  EXPECT_TRUE(refused([](ControllerState& s) { s.sq_head = s.entries; }));
  EXPECT_TRUE(refused([](ControllerState& s) { s.commands.resize(100); }));
  EXPECT_TRUE(refused([](ControllerState& s) { s.commands[0].data.resize(8196); }));
  EXPECT_TRUE(refused([](ControllerState& s) { s.in_capsule_bytes = 1 << 30; }));
  EXPECT_TRUE(refused([](ControllerState& s) { s.negotiated.cpda = 32; }));
  EXPECT_TRUE(refused([](ControllerState& s) { s.unread.resize(1 << 20); }));
}

TEST_F(ControllerConnectionTest, MoreDataThanTheCommandHasRoomForIsOurCallersMistake) {
  Connect();
  const Tag tag = Arrive(Command(kRead, 1, 512));
  EXPECT_EQ(controller_->SendData(tag, ByteView(big_).first(516), Cqe{}).error().code,
            Code::kInvalidArgument);
  EXPECT_TRUE(controller_->live());
  EXPECT_TRUE(controller_->SendData(tag, ByteView(big_).first(512), Cqe{}));
}

}  // namespace
}  // namespace nvmf::tcp
