#include "nvmf/tcp/host_connection.h"

#include <gtest/gtest.h>

#include <array>

#include "nvmf/testing/pattern.h"
#include "nvmf/testing/scripted_wire.h"

namespace nvmf::tcp {
namespace {

using testing::Pattern;
using testing::ScriptedWire;

constexpr std::uint32_t kMaxH2CData = 4096;

class HostConnectionTest : public ::testing::Test {
 protected:
  void Connect(HostParams params = {}) {
    host_.emplace(params);
    wire_.emplace(*host_);
    const auto icreq = wire_->Expect<IcReq>();
    wire_->Say(IcResp{.dgst = icreq.dgst, .maxh2cdata = kMaxH2CData});
    wire_->framing = {.header_digest = params.header_digest,
                      .data_digest = params.data_digest,
                      .pda = params.hpda};
    ASSERT_TRUE(host_->live());
  }

  std::uint16_t Submit(const Data& data, std::uint8_t opc = 2) {
    const auto cid = host_->Submit(Sqe{.opc = opc, .nsid = 1}, data);
    EXPECT_TRUE(cid) << cid.error().Message();
    return cid.value_or(0);
  }
  // SubmitWrite is a write too large for a capsule, its capsule already heard.
  std::uint16_t SubmitWrite(ByteView data) {
    const std::uint16_t cid = Submit(WriteFrom(data), 1);
    wire_->Expect<CapsuleCmd>();
    return cid;
  }
  std::uint16_t SubmitRead(MutableBytes into) {
    const std::uint16_t cid = Submit(ReadInto(into));
    wire_->Expect<CapsuleCmd>();
    return cid;
  }
  void ExpectViolation(Fes fes, std::uint32_t fei) {
    wire_->ExpectTermReq(fes, fei);
    ASSERT_TRUE(host_->failed());
    EXPECT_EQ(host_->failure().code, Code::kPeerViolation);
  }
  Completion Take(std::uint16_t cid) {
    const auto done = host_->Take(cid);
    EXPECT_TRUE(done.has_value());
    return done.value_or(Completion{});
  }
  ByteView FourOctets() const { return ByteView(big_).first(4); }
  static CapsuleResp Success(std::uint16_t cid, std::uint16_t sqhd = 1) {
    return {.cqe = {.sqhd = sqhd, .cid = cid}};
  }

  std::optional<HostConnection> host_;
  std::optional<ScriptedWire> wire_;
  std::vector<std::byte> big_ = Pattern(65536);
  std::vector<std::byte> page_ = std::vector<std::byte>(4096);
};

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

TEST_F(HostConnectionTest, AWriteThatFitsGoesInTheCapsule) {
  Connect();
  Submit(WriteFrom(ByteView(big_).first(8192)), 1);
  ScriptedWire::Heard heard;
  const auto capsule = wire_->Expect<CapsuleCmd>(&heard);
  EXPECT_EQ(capsule.sqe.sgl1, (Sgl{.length = 8192, .type = Sgl::kInCapsule}));
  EXPECT_TRUE(std::ranges::equal(heard.data, ByteView(big_).first(8192)));
}

TEST_F(HostConnectionTest, ALargerWriteWaitsForItsR2Ts) {
  Connect();
  Submit(WriteFrom(ByteView(big_).first(8196)), 1);
  const auto capsule = wire_->Expect<CapsuleCmd>();
  EXPECT_EQ(capsule.sqe.sgl1, (Sgl{.length = 8196, .type = Sgl::kTransport}));
  wire_->ExpectSilence();
}

TEST_F(HostConnectionTest, H2CDataIsSplitByMaxH2CDataAndDataoAdvances) {
  Connect({.header_digest = true, .data_digest = true});
  const std::uint16_t cid = SubmitWrite(big_);
  wire_->Say(R2T{.cccid = cid, .ttag = 0xFFFF, .r2to = 0, .r2tl = 10000});
  std::uint32_t at = 0;
  for (const std::uint32_t datal : {4096U, 4096U, 1808U}) {
    ScriptedWire::Heard heard;
    EXPECT_EQ(wire_->Expect<H2CData>(&heard),
              (H2CData{.cccid = cid, .ttag = 0xFFFF, .datao = at, .datal = datal}));
    EXPECT_EQ((heard.header.flags & kLastPdu) != 0, at + datal == 10000);
    EXPECT_TRUE(std::ranges::equal(heard.data, ByteView(big_).subspan(at, datal)));
    at += datal;
  }
  wire_->ExpectSilence();
  wire_->Say(R2T{.cccid = cid, .ttag = 0, .r2to = 10000, .r2tl = 4});
  EXPECT_EQ(wire_->Expect<H2CData>().datao, 10000U);
}

TEST_F(HostConnectionTest, SeveralR2TsAreServedInTheirOrder) {
  Connect({.maxr2t = 3});
  const std::uint16_t cid = SubmitWrite(big_);
  for (std::uint16_t i = 0; i < 3; ++i) {
    wire_->Say(R2T{.cccid = cid, .ttag = i, .r2to = i * 8192U, .r2tl = 8192});
  }
  for (std::uint32_t at = 0; at < 3 * 8192; at += 4096) {
    const auto data = wire_->Expect<H2CData>();
    EXPECT_EQ(data.datao, at);
    EXPECT_EQ(data.ttag, at / 8192);
  }
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

TEST_F(HostConnectionTest, C2HDataForAWriteIsASequenceError) {
  Connect();
  const std::uint16_t cid = SubmitWrite(big_);
  wire_->Say(C2HData{.cccid = cid, .datal = 4}, FourOctets());
  ExpectViolation(Fes::kPduSequenceError, 0);
}

TEST_F(HostConnectionTest, C2HDataOutOfOrderIsASequenceError) {
  for (const std::uint32_t datao : {512U, 0U}) {
    Connect();
    const std::uint16_t cid = SubmitRead(page_);
    if (datao == 0) wire_->Say(C2HData{.cccid = cid, .datal = 4}, FourOctets());
    wire_->Say(C2HData{.cccid = cid, .datao = datao, .datal = 4}, FourOctets());
    ExpectViolation(Fes::kPduSequenceError, 0);
  }
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

TEST_F(HostConnectionTest, TheSubmissionQueueHoldsOneLessThanItsEntries) {
  Connect({.entries = 4});
  for (int i = 0; i < 3; ++i) Submit(kNoData);
  EXPECT_EQ(host_->Submit(Sqe{}, kNoData).error().code, Code::kBusy);
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

TEST_F(HostConnectionTest, R2TsAreJudged) {
  const struct {
    std::uint32_t r2to, r2tl;
    Fes fes;
    std::uint32_t fei;
  } kBad[] = {{2, 4, Fes::kInvalidPduHeaderField, 12},
              {0, 0, Fes::kInvalidPduHeaderField, 16},
              {0, 510, Fes::kInvalidPduHeaderField, 16},
              {0, 65540, Fes::kDataTransferOutOfRange, 0},
              {0xFFFFF000, 0x2000, Fes::kDataTransferOutOfRange, 0},
              {4096, 0xFFFFF000, Fes::kDataTransferOutOfRange, 0},
              {4096, 4, Fes::kPduSequenceError, 0}};
  for (const auto& bad : kBad) {
    Connect();
    const std::uint16_t cid = SubmitWrite(big_);
    wire_->Say(R2T{.cccid = cid, .ttag = 1, .r2to = bad.r2to, .r2tl = bad.r2tl});
    ExpectViolation(bad.fes, bad.fei);
  }
}

TEST_F(HostConnectionTest, AnR2TWhoseEndWrapsToZeroLeaksNothing) {
  Connect();
  const std::uint16_t cid = SubmitWrite(big_);
  wire_->Say(R2T{.cccid = cid, .ttag = 1, .r2to = 0, .r2tl = 4096});
  wire_->Expect<H2CData>();
  wire_->Say(R2T{.cccid = cid, .ttag = 2, .r2to = 4096, .r2tl = 0xFFFFF000});
  ExpectViolation(Fes::kDataTransferOutOfRange, 0);
}

TEST_F(HostConnectionTest, ARepeatedR2TIsASequenceError) {
  Connect({.maxr2t = 2});
  const std::uint16_t cid = SubmitWrite(big_);
  wire_->Say(R2T{.cccid = cid, .ttag = 1, .r2to = 0, .r2tl = 4096});
  wire_->Expect<H2CData>();
  wire_->Say(R2T{.cccid = cid, .ttag = 1, .r2to = 0, .r2tl = 4096});
  ExpectViolation(Fes::kPduSequenceError, 0);
}

TEST_F(HostConnectionTest, MoreR2TsThanMaxR2TExceedTheLimit) {
  Connect();
  const std::uint16_t cid = SubmitWrite(big_);
  wire_->Say(R2T{.cccid = cid, .ttag = 1, .r2to = 0, .r2tl = 4096});
  wire_->Say(R2T{.cccid = cid, .ttag = 2, .r2to = 4096, .r2tl = 4096});
  ExpectViolation(Fes::kLimitExceeded, 0);
}

TEST_F(HostConnectionTest, AnR2TForNobodyOrForNoSuchDataIsRefused) {
  Connect();
  wire_->Say(R2T{.cccid = 9, .ttag = 1, .r2tl = 4});
  ExpectViolation(Fes::kInvalidPduHeaderField, 8);
  Connect();
  const std::uint16_t read = SubmitRead(page_);
  wire_->Say(R2T{.cccid = read, .ttag = 1, .r2tl = 4});
  ExpectViolation(Fes::kPduSequenceError, 0);
  Connect();
  const std::uint16_t in_capsule = SubmitWrite(ByteView(big_).first(512));
  wire_->Say(R2T{.cccid = in_capsule, .ttag = 1, .r2tl = 4});
  ExpectViolation(Fes::kPduSequenceError, 0);
}

TEST_F(HostConnectionTest, AnEarlyAnswerWaitsForTheDataThatAreLeaving) {
  Connect();
  const std::uint16_t cid = SubmitWrite(big_);
  wire_->Say(R2T{.cccid = cid, .ttag = 1, .r2to = 0, .r2tl = 65536});
  ASSERT_FALSE(host_->PendingOutput().empty());  // H2CData hold spans of big_.
  CapsuleResp error = Success(cid);
  error.cqe.set_status(StatusCode::kInternalError);
  wire_->Say(error);
  EXPECT_FALSE(host_->completed(cid)) << "big_ is still lent";
  wire_->Expect<H2CData>();
  EXPECT_EQ(Take(cid).status().code(), StatusCode::kInternalError);
}

TEST_F(HostConnectionTest, CommandsLeaveInTheOrderOfTheirSubmission) {
  Connect({.entries = 4});
  const std::uint16_t write = SubmitWrite(big_);
  const std::uint16_t other = Submit(kNoData);
  wire_->Expect<CapsuleCmd>();
  wire_->Say(R2T{.cccid = write, .ttag = 1, .r2to = 0, .r2tl = 4096});
  wire_->Say(Success(write, 2));  // Answered before it served its R2T.
  wire_->Say(Success(other, 2));
  Take(write);
  Take(other);
  const std::uint16_t first = Submit(kNoData);   // Has the slot of `other`,
  const std::uint16_t second = Submit(kNoData);  // and this one that of the write.
  EXPECT_EQ(wire_->Expect<CapsuleCmd>().sqe.cid, first);
  EXPECT_EQ(wire_->Expect<CapsuleCmd>().sqe.cid, second);
  wire_->ExpectSilence();
}

TEST_F(HostConnectionTest, CompletionsComeInTheirOrderAndOnce) {
  Connect();
  const std::uint16_t a = Submit(kNoData);
  const std::uint16_t b = Submit(kNoData);
  const std::uint16_t c = Submit(kNoData);
  for (int i = 0; i < 3; ++i) wire_->Expect<CapsuleCmd>();
  for (const std::uint16_t cid : {b, c, a}) wire_->Say(Success(cid));
  EXPECT_EQ(host_->NextCompleted(), b);
  Take(c);
  Take(b);
  EXPECT_FALSE(host_->Take(b).has_value());
  EXPECT_EQ(host_->NextCompleted(), a);
  Take(a);
  EXPECT_EQ(host_->NextCompleted(), std::nullopt);
}

TEST_F(HostConnectionTest, AnIdleConnectionGoesOnWithAnotherOwner) {
  Connect({.header_digest = true, .data_digest = true, .entries = 4});
  host_->SetInCapsuleBytes(512);
  for (int i = 0; i < 5; ++i) {
    const std::uint16_t cid = Submit(kNoData);
    wire_->Expect<CapsuleCmd>();
    wire_->Say(Success(cid, static_cast<std::uint16_t>((i + 1) % 4)));
    Take(cid);
  }
  const auto half = EncodePdu(R2T{}, {.header_digest = true});
  wire_->Feed(ByteView(half).first(10));
  const auto state = host_->Export();
  ASSERT_TRUE(state) << state.error().Message();
  EXPECT_EQ(state->unread.size(), 10U);
  EXPECT_EQ(state->sq_head, 1);
  auto resumed = HostConnection::Resume(*state);
  ASSERT_TRUE(resumed);
  HostConnection& host = **resumed;
  HostState taken = *host.Export();
  EXPECT_GT(taken.generation, state->generation);
  taken.generation = state->generation;
  EXPECT_EQ(taken, *state) << "what was given is what was taken";
  ScriptedWire wire(host);
  wire.framing = wire_->framing;
  const auto cid = host.Submit(Sqe{.opc = 1}, WriteFrom(ByteView(big_).first(512)));
  EXPECT_EQ(host_->Submit(Sqe{}, kNoData).has_value(), true) << "the old owner was left as it was";
  ScriptedWire::Heard heard;
  EXPECT_EQ(wire.Expect<CapsuleCmd>(&heard).sqe.cid, *cid);
  EXPECT_TRUE(heard.digests_good);
  EXPECT_GE(*cid / 4, state->generation);
  wire.Feed(
      ByteView(half).subspan(10));  // The rest of the PDU that was half here: an R2T that lies.
  wire.Feed(std::array<std::byte, 4>{});
  wire.ExpectTermReq(Fes::kHeaderDigestError, 0);
}

TEST_F(HostConnectionTest, ABusyConnectionIsNotGivenAway) {
  Connect();
  const std::uint16_t cid = Submit(kNoData);
  EXPECT_EQ(host_->Export().error().code, Code::kBusy);
  wire_->Expect<CapsuleCmd>();
  EXPECT_EQ(host_->Export().error().code, Code::kBusy);
  wire_->Say(Success(cid));
  EXPECT_EQ(host_->Export().error().code, Code::kBusy) << "its completion was not taken";
  Take(cid);
  EXPECT_TRUE(host_->Export());
}

TEST_F(HostConnectionTest, AStateThatNoConnectionCanHaveIsRefused) {
  Connect();
  const HostState good = *host_->Export();
  const auto refused = [&](auto&& change) {
    HostState state = good;
    change(state);
    return !HostConnection::Resume(state).has_value();
  };
  EXPECT_FALSE(refused([](HostState&) {}));
  EXPECT_TRUE(refused([](HostState& s) { s.entries = 1; }));
  EXPECT_TRUE(refused([](HostState& s) { s.sq_head = s.entries; }));
  EXPECT_TRUE(refused([](HostState& s) { s.negotiated.hpda = 32; }));
  EXPECT_TRUE(refused([](HostState& s) { s.negotiated.maxh2cdata = 2; }));
  EXPECT_TRUE(refused([](HostState& s) { s.negotiated.maxr2t = 9; }));
  EXPECT_TRUE(refused([](HostState& s) { s.unread.resize(1 << 20); }));
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
