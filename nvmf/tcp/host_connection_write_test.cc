// What a host connection sends and when: writes, R2Ts, order, and going on with another owner.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "nvmf/tcp/host_connection_fixture.h"

namespace nvmf::tcp {
namespace {

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

TEST_F(HostConnectionTest, TheSubmissionQueueHoldsOneLessThanItsEntries) {
  Connect({.entries = 4});
  for (int i = 0; i < 3; ++i) Submit(kNoData);
  EXPECT_EQ(host_->Submit(Sqe{}, kNoData).error().code, Code::kBusy);
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

}  // namespace
}  // namespace nvmf::tcp
