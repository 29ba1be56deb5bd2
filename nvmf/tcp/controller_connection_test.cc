#include "nvmf/tcp/controller_connection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "nvmf/tcp/controller_connection_fixture.h"

namespace nvmf::tcp {
namespace {

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

TEST_F(ControllerConnectionTest, ADescriptorOfZeroesMeansNoDataEitherWay) {
  Connect();
  for (const std::uint8_t opc : {kRead, kWrite}) {
    EXPECT_EQ(controller_->data_length(Arrive(Command(opc, opc, 0, 0x00))), 0U);
  }
  Sqe sqe = Command(kRead, 5, 0, 0x00);
  sqe.sgl1.address = 8;
  wire_->Say(CapsuleCmd{.sqe = sqe});
  ExpectAnswer(5, StatusCode::kSglTypeInvalid);
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

TEST_F(ControllerConnectionTest, InCapsuleDataStopAtWhatTheQueueGrants) {
  Connect();
  Arrive(Command(kWrite, 1, 8192, Sgl::kInCapsule), ByteView(big_).first(8192));
  wire_->Say(CapsuleCmd{.sqe = Command(kWrite, 2, 8196, Sgl::kInCapsule)},
             ByteView(big_).first(8196));
  ExpectViolation(Fes::kInvalidPduHeaderField, 4);
  Connect();
  controller_->SetQueue(16, true, 512);
  Arrive(Command(kWrite, 1, 512, Sgl::kInCapsule), ByteView(big_).first(512));
  wire_->Say(CapsuleCmd{.sqe = Command(kWrite, 2, 516, Sgl::kInCapsule)},
             ByteView(big_).first(516));
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

TEST_F(ControllerConnectionTest, ATermReqRepeatsTheHeaderAndNothingElse) {
  Connect({.cpda = 31}, {.dgst = 3});
  ScriptedWire::Heard heard;
  wire_->Say(H2CData{.ttag = 5, .datal = 512}, ByteView(big_).first(512), kLastPdu);
  wire_->ExpectTermReq(Fes::kInvalidPduHeaderField, 10, &heard);
  EXPECT_EQ(heard.header.plen, 24U + 24U) << "no HDGST, no PAD";
  Connect();
  controller_->AbortConnection("the host broke a rule above the transport");
  wire_->ExpectTermReq(Fes::kPduSequenceError, 0, &heard);
  EXPECT_EQ(heard.header.plen, 24U) << "there is no PDU in error";
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
