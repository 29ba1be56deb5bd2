#include "conformance/script/answer.h"

#include <gtest/gtest.h>

#include "conformance/wire/frame.h"

namespace nvmf::conformance {
namespace {

template <tcp::Pdu P>
Event Came(const P& pdu) {
  Event event{.kind = Event::Kind::kPdu, .pdu = {}};
  event.pdu.bytes = Compose(pdu, {});
  event.pdu.header = Decode<tcp::PduHeader>(ByteView(event.pdu.bytes).first<tcp::kHeaderBytes>());
  return event;
}

Event CameTermReq(std::uint16_t fes, std::uint32_t fei) {
  return Came(tcp::C2HTermReq{{.fes = fes, .fei = fei}});
}

Event CameResponse(std::uint16_t cid, Status status) {
  Cqe cqe{.cid = cid};
  cqe.set_status(status);
  return Came(tcp::CapsuleResp{.cqe = cqe});
}

Event Came(Event::Kind kind) { return {.kind = kind, .pdu = {}}; }

const Answer kBadHlen = TermReq({{Fes::kInvalidPduHeaderField, 2}});

Verdict HeldAgainstBadHlenOrClose(const Event& event) {
  return Outcome(event).Or(kBadHlen, kPass).Or(Closed(), kNonStrict, "closed");
}

TEST(Outcome, TheFirstAnswerThatFitsDecides) {
  EXPECT_EQ(HeldAgainstBadHlenOrClose(CameTermReq(1, 2)).kind, kPass);
  EXPECT_EQ(HeldAgainstBadHlenOrClose(Came(Event::Kind::kFin)).kind, kNonStrict);
  EXPECT_EQ(HeldAgainstBadHlenOrClose(Came(Event::Kind::kReset)).kind, kNonStrict);
  const Verdict twice =
      Outcome(CameTermReq(1, 2)).Or(AnyTermReq(), kInfo, "first").Or(kBadHlen, kPass);
  EXPECT_EQ(twice.kind, kInfo);
  EXPECT_EQ(twice.message, "first");
}

TEST(Outcome, WhatFitsNothingFailsAndSaysSo) {
  const Verdict verdict = HeldAgainstBadHlenOrClose(CameTermReq(1, 4));
  EXPECT_EQ(verdict.kind, kFail);
  EXPECT_NE(verdict.message.find("expected TermReq (FES 01h FEI 2h), or close"), std::string::npos);
  EXPECT_NE(verdict.message.find("fei=4"), std::string::npos);
}

TEST(Outcome, SilenceThatFitsNothingIsAHang) {
  EXPECT_EQ(HeldAgainstBadHlenOrClose(Came(Event::Kind::kSilence)).kind, kHang);
  const Verdict quiet = Outcome(Came(Event::Kind::kSilence)).Or(Silence(), kPass);
  EXPECT_EQ(quiet.kind, kPass);
}

TEST(Outcome, GarbageFails) {
  EXPECT_EQ(HeldAgainstBadHlenOrClose(Came(Event::Kind::kGarbage)).kind, kFail);
}

TEST(Outcome, AnEndInsideAPduIsNoClose) {
  Event event = Came(Event::Kind::kFin);
  event.pdu.bytes.resize(4);
  EXPECT_EQ(HeldAgainstBadHlenOrClose(event).kind, kFail);
}

TEST(Answer, TermReqsAreToldApartByFesAndFei) {
  EXPECT_FALSE(kBadHlen.fits(CameTermReq(1, 3)));
  EXPECT_FALSE(kBadHlen.fits(CameTermReq(6, 2)));
  EXPECT_TRUE(TermReqFes({Fes::kInvalidPduHeaderField}).fits(CameTermReq(1, 3)));
  EXPECT_TRUE(AnyTermReq().fits(CameTermReq(0xFFFF, 3)));
  EXPECT_FALSE(AnyTermReq().fits(Came(tcp::R2T{})));
}

TEST(Answer, CompletionsAreToldApartByCidAndStatus) {
  const Event refused = CameResponse(7, Status(StatusCode::kInvalidField, true));
  EXPECT_TRUE(Completion(7, {StatusCode::kInvalidField}).fits(refused));
  EXPECT_FALSE(Completion(8, {StatusCode::kInvalidField}).fits(refused));
  EXPECT_FALSE(Completion(7, {StatusCode::kInvalidOpcode}).fits(refused));
  EXPECT_FALSE(Success(7).fits(refused));
  EXPECT_TRUE(AnyError(7).fits(refused));
  EXPECT_FALSE(AnyError(7).fits(CameResponse(7, {})));
  EXPECT_TRUE(AnyCompletion(7).fits(CameResponse(7, {})));
}

TEST(Answer, OfACommandThatWasTriedItsStatusAndValueCount) {
  const Event refused = CameResponse(7, Status(StatusCode::kInvalidField, true));
  EXPECT_TRUE(Says({StatusCode::kInvalidOpcode, StatusCode::kInvalidField}).fits(refused));
  EXPECT_FALSE(Says({StatusCode::kInvalidOpcode}).fits(refused));
  EXPECT_TRUE(SaysAnyError().fits(refused));
  EXPECT_FALSE(SaysDone().fits(refused));
  EXPECT_TRUE(SaysDone().fits(CameResponse(8, {})));
  EXPECT_FALSE(SaysDone().fits(Came(tcp::R2T{})));
  const Event value = Came(tcp::CapsuleResp{.cqe = {.dw0 = 2, .dw1 = 1}});
  EXPECT_TRUE(SaysWith(StatusCode::kSuccess, 0x1'0000'0002).fits(value));
  EXPECT_FALSE(SaysWith(StatusCode::kSuccess, 2).fits(value));
  EXPECT_FALSE(SaysWith(StatusCode::kInvalidField, 0x1'0000'0002).fits(value));
}

}  // namespace
}  // namespace nvmf::conformance
