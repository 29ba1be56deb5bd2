#include "nvmf/tcp/pdu_rules.h"

#include <gtest/gtest.h>

namespace nvmf::tcp {
namespace {

constexpr std::uint32_t kType = 0, kFlags = 1, kHlen = 2, kPdo = 3, kPlen = 4;

Expectations Controller() {
  return {.self = Side::kController,
          .phase = Phase::kLive,
          .max_in_capsule = 8192,
          .max_h2c_data = 131072};
}

Expectations Host() { return {.self = Side::kHost, .phase = Phase::kLive}; }

PduHeader Capsule(std::uint32_t data = 0) { return Framing{.data = data}.Header<CapsuleCmd>(); }

void ExpectBad(const PduHeader& header, const Expectations& expect, Fes fes, std::uint32_t fei) {
  const auto judged = JudgeHeader(header, expect);
  ASSERT_FALSE(judged.has_value());
  EXPECT_EQ(judged.error(), (Violation{fes, fei})) << FesName(judged.error().fes);
}

void ExpectBadField(const PduHeader& header, const Expectations& expect, std::uint32_t at) {
  ExpectBad(header, expect, Fes::kInvalidPduHeaderField, at);
}

TEST(PduRules, UnassignedTypesAreRefusedAtTheType) {
  for (const int type : {0x08, 0x0A, 0x0B, 0x7F, 0xFF}) {
    ExpectBadField({.type = static_cast<PduType>(type), .hlen = 24, .plen = 24}, Controller(),
                   kType);
    ExpectBadField({.type = static_cast<PduType>(type), .hlen = 24, .plen = 24}, Host(), kType);
  }
}

TEST(PduRules, TheOtherDirectionsTypesAreRefusedAtTheType) {
  for (const PduRule& rule : kPduRules) {
    const Expectations expect = rule.sender == Side::kHost ? Host() : Controller();
    ExpectBadField({.type = rule.type, .hlen = rule.hlen, .plen = rule.hlen}, expect, kType);
  }
}

TEST(PduRules, NothingButTheInitialPduComesFirstAndItComesOnce) {
  Expectations connecting = Controller();
  connecting.phase = Phase::kConnecting;
  ExpectBad(Capsule(), connecting, Fes::kPduSequenceError, 0);
  EXPECT_TRUE(JudgeHeader(Framing{}.Header<IcReq>(), connecting));
  ExpectBad(Framing{}.Header<IcReq>(), Controller(), Fes::kPduSequenceError, 0);
  ExpectBad(Framing{}.Header<IcResp>(), Host(), Fes::kPduSequenceError, 0);
}

TEST(PduRules, HlenIsThatOfTheTypeAndIsJudgedBeforePlen) {
  for (const int hlen : {0, 8, 64, 71, 73, 128, 255}) {
    PduHeader header = Capsule();
    header.hlen = static_cast<std::uint8_t>(hlen);
    ExpectBadField(header, Controller(), kHlen);
    header.plen = 0xFFFFFFFF;
    ExpectBadField(header, Controller(), kHlen);
  }
}

TEST(PduRules, PlenBelowTheHeaderIsRefused) {
  for (const std::uint32_t plen : {0U, 7U, 8U, 71U}) {
    PduHeader header = Capsule();
    header.plen = plen;
    ExpectBadField(header, Controller(), kPlen);
  }
  Expectations digest = Controller();
  digest.header_digest = true;
  PduHeader header = Capsule();
  header.flags = kHdgstf;
  header.plen = 75;
  ExpectBadField(header, digest, kPlen);
  header.plen = 76;
  EXPECT_TRUE(JudgeHeader(header, digest));
}

TEST(PduRules, PlenOfAPduWithoutPayloadIsExact) {
  PduHeader header = Framing{}.Header<CapsuleResp>();
  header.plen = 25;
  ExpectBadField(header, Host(), kPlen);
  header = Framing{}.Header<R2T>();
  header.plen = 40;
  ExpectBadField(header, Host(), kPlen);
}

TEST(PduRules, InCapsuleDataStopAtTheLimit) {
  EXPECT_TRUE(JudgeHeader(Capsule(8192), Controller()));
  ExpectBadField(Capsule(8196), Controller(), kPlen);
  PduHeader header = Capsule(4);
  header.plen = 0xFFFFFFFF;
  ExpectBadField(header, Controller(), kPlen);
}

TEST(PduRules, H2CDataAboveMaxH2CDataIsALimitError) {
  EXPECT_TRUE(JudgeHeader(Framing{.data = 131072}.Header<H2CData>(), Controller()));
  ExpectBad(Framing{.data = 131076}.Header<H2CData>(), Controller(), Fes::kLimitExceeded, 0);
}

TEST(PduRules, PdoLiesBehindTheHeaderAligned) {
  for (const int pdo : {0, 1, 7, 8, 24, 68, 71, 73, 74}) {
    PduHeader header = Capsule(1024);
    header.pdo = static_cast<std::uint8_t>(pdo);
    ExpectBadField(header, Controller(), kPdo);
  }
  Expectations aligned = Controller();
  aligned.pda = 7;
  PduHeader header = Framing{.pda = 7, .data = 1024}.Header<CapsuleCmd>();
  EXPECT_EQ(header.pdo, 96);
  EXPECT_TRUE(JudgeHeader(header, aligned));
  header.pdo = 76;
  ExpectBadField(header, aligned, kPdo);
}

TEST(PduRules, PdoPastThePduIsRefused) {
  PduHeader header = Capsule(8);
  header.pdo = 84;
  ExpectBadField(header, Controller(), kPdo);
  Expectations digest = Controller();
  digest.data_digest = true;
  header = Framing{.data_digest = true, .data = 8}.Header<CapsuleCmd>();
  header.pdo = 84;  // Not even the digest fits behind it.
  ExpectBadField(header, digest, kPdo);
}

TEST(PduRules, ExtraPaddingIsSkippedNotTakenAsData) {
  PduHeader header = Capsule(1024);
  header.pdo = 128;
  header.plen = 128 + 1024;
  const auto judged = JudgeHeader(header, Controller());
  ASSERT_TRUE(judged);
  EXPECT_EQ(judged->front, 128U);
  EXPECT_EQ(judged->data, 1024U);
}

TEST(PduRules, PdoMeansNothingWithoutData) {
  PduHeader header = Capsule();
  header.pdo = 255;
  const auto judged = JudgeHeader(header, Controller());
  ASSERT_TRUE(judged);
  EXPECT_EQ(judged->front, 72U);
}

TEST(PduRules, DigestFlagsAgreeWithTheNegotiation) {
  for (const std::uint8_t flags : {kHdgstf, kDdgstf}) {
    PduHeader header = Capsule(8);
    header.flags = flags;
    ExpectBadField(header, Controller(), kFlags);
  }
  Expectations both = Controller();
  both.header_digest = both.data_digest = true;
  const Framing framing{.header_digest = true, .data_digest = true, .data = 8};
  for (const std::uint8_t missing : {kHdgstf, kDdgstf}) {
    PduHeader header = framing.Header<CapsuleCmd>();
    header.flags = static_cast<std::uint8_t>(header.flags & ~missing);
    ExpectBadField(header, both, kFlags);
  }
  EXPECT_TRUE(JudgeHeader(framing.Header<CapsuleCmd>(), both));
}

TEST(PduRules, ACapsuleWithoutDataHasNoDataDigest) {
  Expectations data = Controller();
  data.data_digest = true;
  EXPECT_TRUE(JudgeHeader(Capsule(), data));
  PduHeader header = Capsule();
  header.flags = kDdgstf;
  ExpectBadField(header, data, kFlags);
}

TEST(PduRules, ATermReqIsTakenInAnyPhaseAndAMalformedOneClosesAtOnce) {
  Expectations connecting = Host();
  connecting.phase = Phase::kConnecting;
  for (const std::uint32_t plen : {24U, 152U}) {
    const auto judged =
        JudgeHeader({.type = PduType::kC2HTermReq, .hlen = 24, .plen = plen}, connecting);
    ASSERT_TRUE(judged);
    EXPECT_FALSE(judged->close_at_once);
    EXPECT_EQ(judged->front, plen);
  }
  for (const std::uint32_t plen : {0U, 8U, 23U, 153U, 0xFFFFFFFFU}) {
    const auto judged =
        JudgeHeader({.type = PduType::kH2CTermReq, .hlen = 24, .plen = plen}, Controller());
    ASSERT_TRUE(judged);
    EXPECT_TRUE(judged->close_at_once);
    EXPECT_EQ(judged->front, 8U);
  }
}

}  // namespace
}  // namespace nvmf::tcp
