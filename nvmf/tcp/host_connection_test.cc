#include "nvmf/tcp/host_connection.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "nvmf/tcp/host_connection_fixture.h"

namespace nvmf::tcp {
namespace {

TEST_F(HostConnectionTest, ItSaysIcReqAndNothingElseUntilIcResp) {
  host_.emplace(HostParams{.header_digest = true, .data_digest = true, .hpda = 3, .maxr2t = 2});
  wire_.emplace(*host_);
  EXPECT_EQ(wire_->Expect<IcReq>(), (IcReq{.hpda = 3, .dgst = 3, .maxr2t = 1}));
  wire_->ExpectSilence();
  EXPECT_EQ(host_->Submit(Sqe{}, kNoData).error().code, Code::kInvalidArgument);
}

TEST_F(HostConnectionTest, IcRespIsJudged) {
  const struct {
    IcResp resp;
    std::uint32_t fei;
  } kBad[] = {{{.pfv = 1, .maxh2cdata = 4096}, 8},
              {{.cpda = 32, .maxh2cdata = 4096}, 10},
              {{.dgst = 1, .maxh2cdata = 4096}, 11},
              {{.maxh2cdata = 4097}, 12},
              {{.maxh2cdata = 0}, 12}};
  for (const auto& bad : kBad) {
    host_.emplace(HostParams{});
    wire_.emplace(*host_);
    wire_->Expect<IcReq>();
    wire_->Say(bad.resp);
    ExpectViolation(Fes::kInvalidPduHeaderField, bad.fei);
  }
}

TEST_F(HostConnectionTest, ADeclinedDigestEndsTheConnectionUnlessItWasOptional) {
  for (const bool optional : {false, true}) {
    host_.emplace(HostParams{.data_digest = true, .digests_optional = optional});
    wire_.emplace(*host_);
    wire_->Expect<IcReq>();
    wire_->Say(IcResp{.maxh2cdata = 4096});
    EXPECT_EQ(host_->live(), optional);
    EXPECT_EQ(host_->failed(), !optional);
    if (!optional) {
      EXPECT_EQ(host_->failure().code, Code::kRefused);
    }
  }
}

TEST_F(HostConnectionTest, ATermReqInPlaceOfIcRespIsReported) {
  host_.emplace(HostParams{});
  wire_.emplace(*host_);
  wire_->Expect<IcReq>();
  C2HTermReq term;
  term.fes = 6;
  term.fei = 8;
  wire_->Say(term);
  ASSERT_TRUE(host_->failed());
  EXPECT_EQ(host_->failure().code, Code::kTerminatedByPeer);
  EXPECT_EQ(host_->failure().violation, (Violation{Fes::kUnsupportedParameter, 8}));
  wire_->ExpectSilence();
}

TEST_F(HostConnectionTest, ASecondIcRespIsASequenceError) {
  Connect();
  wire_->Say(IcResp{.maxh2cdata = 4096});
  ExpectViolation(Fes::kPduSequenceError, 0);
}

TEST_F(HostConnectionTest, AReadLandsInItsBuffer) {
  Connect({.header_digest = true, .data_digest = true, .hpda = 7});
  const std::uint16_t cid = SubmitRead(page_);
  wire_->Say(C2HData{.cccid = cid, .datao = 0, .datal = 1024}, ByteView(big_).first(1024));
  wire_->Say(C2HData{.cccid = cid, .datao = 1024, .datal = 3072},
             ByteView(big_).subspan(1024, 3072), kLastPdu);
  EXPECT_FALSE(host_->completed(cid));
  wire_->Say(Success(cid));
  const Completion done = Take(cid);
  EXPECT_TRUE(done.status().ok());
  EXPECT_EQ(done.bytes, 4096U);
  EXPECT_TRUE(std::ranges::equal(page_, ByteView(big_).first(4096)));
}

TEST_F(HostConnectionTest, SuccessStandsForTheCompletionAndFreesTheCid) {
  Connect({.entries = 2});
  for (int i = 0; i < 3; ++i) {
    const std::uint16_t cid = SubmitRead(page_);
    EXPECT_EQ(host_->Submit(Sqe{}, kNoData).error().code, Code::kBusy);
    wire_->Say(C2HData{.cccid = cid, .datal = 4096}, ByteView(big_).first(4096),
               kLastPdu | kSuccess);
    EXPECT_TRUE(Take(cid).status().ok());
  }
}

TEST_F(HostConnectionTest, ASuccessBeforeAllDataIsAShortReadNotASuccess) {
  Connect();
  std::uint16_t cid = SubmitRead(page_);
  wire_->Say(C2HData{.cccid = cid, .datal = 512}, ByteView(big_).first(512), kLastPdu);
  wire_->Say(Success(cid));
  EXPECT_EQ(Take(cid).status().code(), StatusCode::kDataTransferError);
  cid = SubmitRead(page_);
  wire_->Say(C2HData{.cccid = cid, .datal = 512}, ByteView(big_).first(512), kLastPdu | kSuccess);
  EXPECT_EQ(Take(cid).status().code(), StatusCode::kDataTransferError);
}

TEST_F(HostConnectionTest, ADataDigestErrorFailsTheCommandAndTheConnectionGoesOn) {
  Connect({.data_digest = true});
  const std::uint16_t cid = SubmitRead(page_);
  const auto header = wire_->Header<C2HData>(2048);
  wire_->SayAs(header, C2HData{.cccid = cid, .datal = 2048}, ByteView(big_).first(2048), 0, 1);
  wire_->Say(C2HData{.cccid = cid, .datao = 2048, .datal = 2048}, ByteView(big_).first(2048),
             kLastPdu);
  wire_->Say(Success(cid));
  EXPECT_EQ(Take(cid).status().code(), StatusCode::kTransientTransportError);
  const std::uint16_t next = Submit(kNoData);
  wire_->Expect<CapsuleCmd>();
  wire_->Say(Success(next, 2));
  EXPECT_TRUE(Take(next).status().ok());
}

TEST_F(HostConnectionTest, AHeaderDigestErrorCarriesTheValueReceived) {
  Connect({.header_digest = true});
  const std::uint16_t cid = Submit(kNoData);
  wire_->Expect<CapsuleCmd>();
  const auto header = wire_->Header<CapsuleResp>();
  const CapsuleResp resp = Success(cid);
  const std::uint32_t good = Crc32c(EncodePdu(resp, {.header_digest = true}));
  wire_->SayAs(header, resp, {}, 0x80000000);
  ScriptedWire::Heard heard;
  wire_->ExpectTermReq(Fes::kHeaderDigestError, good ^ 0x80000000, &heard);
  EXPECT_EQ(heard.header.plen, 24U + 24U) << "the TermReq repeats the header in error";
}

TEST_F(HostConnectionTest, C2HDataForNobodyIsAnInvalidField) {
  Connect();
  const std::uint16_t cid = SubmitRead(page_);
  wire_->Say(C2HData{.cccid = static_cast<std::uint16_t>(cid + 1), .datal = 4}, FourOctets());
  ExpectViolation(Fes::kInvalidPduHeaderField, 8);
}

TEST_F(HostConnectionTest, C2HDataAfterTheLastIsASequenceError) {
  Connect();
  const std::uint16_t cid = SubmitRead(page_);
  wire_->Say(C2HData{.cccid = cid, .datal = 4}, FourOctets(), kLastPdu);
  wire_->Say(C2HData{.cccid = cid, .datao = 4, .datal = 4}, FourOctets());
  ExpectViolation(Fes::kPduSequenceError, 0);
}

TEST_F(HostConnectionTest, C2HDataOutsideTheBufferIsOutOfRangeAndTouchesNothing) {
  for (const std::uint32_t datao : {4096U, 0xFFFFFFFCU}) {
    Connect();
    const std::uint16_t cid = SubmitRead(page_);
    wire_->Say(C2HData{.cccid = cid, .datao = datao, .datal = 4}, FourOctets());
    ExpectViolation(Fes::kDataTransferOutOfRange, 0);
  }
  Connect();
  const std::uint16_t cid = SubmitRead(page_);
  wire_->Say(C2HData{.cccid = cid, .datal = 4100}, ByteView(big_).first(4100));
  ExpectViolation(Fes::kDataTransferOutOfRange, 0);
  EXPECT_TRUE(std::ranges::all_of(page_, [](std::byte b) { return b == std::byte{0}; }));
}

TEST_F(HostConnectionTest, C2HDataLengthsAreJudged) {
  Connect();
  std::uint16_t cid = SubmitRead(page_);
  wire_->Say(C2HData{.cccid = cid, .datal = 512}, ByteView(big_).first(1024));
  ExpectViolation(Fes::kInvalidPduHeaderField, 16);
  Connect();
  cid = SubmitRead(page_);
  wire_->Say(C2HData{.cccid = cid, .datal = 0});
  ExpectViolation(Fes::kInvalidPduHeaderField, 16);
}

TEST_F(HostConnectionTest, SuccessWithoutLastPduIsAnInvalidField) {
  Connect();
  const std::uint16_t cid = SubmitRead(page_);
  wire_->Say(C2HData{.cccid = cid, .datal = 4}, FourOctets(), kSuccess);
  ExpectViolation(Fes::kInvalidPduHeaderField, 1);
}

TEST_F(HostConnectionTest, ACompletionForNobodyIsAnInvalidField) {
  Connect();
  wire_->Say(Success(7));
  ExpectViolation(Fes::kInvalidPduHeaderField, 20);
}

TEST_F(HostConnectionTest, TheSameCompletionTwiceIsAnInvalidField) {
  Connect();
  const std::uint16_t cid = Submit(kNoData);
  wire_->Expect<CapsuleCmd>();
  wire_->Say(Success(cid));
  wire_->Say(Success(cid));
  ExpectViolation(Fes::kInvalidPduHeaderField, 20);
}

TEST_F(HostConnectionTest, ALateCompletionDoesNotFindTheNextCommandOfItsSlot) {
  Connect({.entries = 2});
  const std::uint16_t cid = Submit(kNoData);
  wire_->Expect<CapsuleCmd>();
  wire_->Say(Success(cid));
  Take(cid);
  EXPECT_NE(Submit(kNoData), cid);
  wire_->Expect<CapsuleCmd>();
  wire_->Say(Success(cid));
  ExpectViolation(Fes::kInvalidPduHeaderField, 20);
}

TEST_F(HostConnectionTest, AnSqhdPastTheQueueIsAnInvalidField) {
  Connect({.entries = 32});
  const std::uint16_t cid = Submit(kNoData);
  wire_->Expect<CapsuleCmd>();
  wire_->Say(Success(cid, 32));
  ExpectViolation(Fes::kInvalidPduHeaderField, 16);
}

TEST_F(HostConnectionTest, SqhdIsIgnoredWhenFlowControlIsOff) {
  Connect({.entries = 32});
  host_->DisableFlowControl();
  const std::uint16_t cid = Submit(kNoData);
  wire_->Expect<CapsuleCmd>();
  wire_->Say(Success(cid, 999));
  EXPECT_TRUE(Take(cid).status().ok());
}

TEST_F(HostConnectionTest, AStaleSqhdKeepsTheQueueFull) {
  Connect({.entries = 4});
  std::uint16_t cids[3];
  for (auto& cid : cids) {
    cid = Submit(kNoData);
    wire_->Expect<CapsuleCmd>();
  }
  wire_->Say(Success(cids[2], 0));  // Nothing was consumed, says SQHD.
  Take(cids[2]);
  EXPECT_TRUE(host_->full());
  wire_->Say(Success(cids[0], 3));
  EXPECT_FALSE(host_->full());
}

TEST_F(HostConnectionTest, OurCallersMistakesLeaveTheConnectionUnharmed) {
  Connect();
  EXPECT_EQ(host_->Submit(Sqe{}, WriteFrom(ByteView(big_).first(3))).error().code,
            Code::kInvalidArgument);
  EXPECT_EQ(host_->Submit(Sqe{}, Data{.into = page_, .from = big_}).error().code,
            Code::kInvalidArgument);
  EXPECT_TRUE(host_->live());
  EXPECT_EQ(host_->outstanding(), 0U);
}

TEST_F(HostConnectionTest, TheFirstFailureIsKept) {
  Connect();
  host_->Fail({.code = Code::kClosed});
  host_->Fail({.code = Code::kIo});
  EXPECT_EQ(host_->failure().code, Code::kClosed);
  EXPECT_EQ(host_->Submit(Sqe{}, kNoData).error().code, Code::kClosed);
}

}  // namespace
}  // namespace nvmf::tcp
