// One wrong PDU per check: each is observed, against the right rule.
#include "conformance/script/judge.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/wire/frame.h"

namespace nvmf::conformance {
namespace {

// Judged returns the rules that the PDU breaks.
template <tcp::Pdu P>
std::vector<std::string> Judged(const P& pdu, const Negotiated& negotiated, ByteView data = {},
                                const Lies& lies = {}, std::uint8_t flags = 0) {
  constexpr bool kHosts = P::kType == tcp::PduType::kIcReq || P::kType == tcp::PduType::kH2CData ||
                          P::kType == tcp::PduType::kH2CTermReq ||
                          P::kType == tcp::PduType::kCapsuleCmd;
  constexpr Side kSide = kHosts ? Side::kHost : Side::kController;
  Received received;
  received.bytes = Compose(pdu, negotiated.FramingFrom(kSide, data.size(), flags), data, lies);
  received.header = Decode<tcp::PduHeader>(ByteView(received.bytes).first<tcp::kHeaderBytes>());
  received.data_digest = negotiated.data_digest;
  if (negotiated.header_digest) received.hdgst = Digest{lies.hdgst_xor, 0};
  if (negotiated.data_digest && !data.empty()) received.ddgst = Digest{lies.ddgst_xor, 0};
  std::vector<std::string> rules;
  for (const Observation& flaw : JudgePdu(received, kSide, negotiated)) {
    rules.emplace_back(flaw.rule);
  }
  return rules;
}

using Rules = std::vector<std::string>;

bool Breaks(const Rules& rules, std::string_view rule) {
  return std::ranges::find(rules, rule) != rules.end();
}

const tcp::IcResp kIcResp = {.maxh2cdata = 8192};
const Bytes kData = Pattern(512, 1);
const tcp::C2HData kC2H = {.datal = 512};

TEST(Judge, WellFormedPdusBreakNothing) {
  for (const bool digests : {false, true}) {
    Negotiated negotiated{.header_digest = digests, .data_digest = digests, .hpda = 7, .cpda = 3};
    negotiated.maxh2cdata = 8192;
    EXPECT_EQ(Judged(kIcResp, negotiated), Rules{});
    EXPECT_EQ(Judged(tcp::CapsuleResp{}, negotiated), Rules{});
    EXPECT_EQ(Judged(kC2H, negotiated, kData, {}, tcp::kLastPdu), Rules{});
    EXPECT_EQ(Judged(tcp::R2T{.r2tl = 512}, negotiated), Rules{});
    EXPECT_EQ(Judged(tcp::C2HTermReq{{.fes = 1, .fei = 2}}, negotiated, Bytes(24)), Rules{});
    EXPECT_EQ(Judged(tcp::IcReq{}, negotiated), Rules{});
    EXPECT_EQ(Judged(tcp::CapsuleCmd{}, negotiated), Rules{});
    EXPECT_EQ(Judged(tcp::CapsuleCmd{}, negotiated, kData), Rules{});
    EXPECT_EQ(Judged(tcp::H2CData{.datal = 512}, negotiated, kData), Rules{});
  }
}

TEST(Judge, IcResp) {
  const Negotiated plain{};
  EXPECT_TRUE(Breaks(Judged(kIcResp, plain, {}, {.flags = 1}), "TCP-IC-01"));
  EXPECT_TRUE(Breaks(Judged(kIcResp, plain, {}, {.hlen = 127}), "TCP-IC-01"));
  EXPECT_TRUE(Breaks(Judged(kIcResp, plain, {}, {.pdo = 1}), "TCP-IC-01"));
  EXPECT_TRUE(Breaks(Judged(kIcResp, plain, {}, {.pokes = {{8, 1}}}), "TCP-IC-01"));
  EXPECT_TRUE(Breaks(Judged(kIcResp, plain, {}, {.pokes = {{10, 32}}}), "TCP-IC-03"));
  EXPECT_TRUE(Breaks(Judged(kIcResp, plain, {}, {.pokes = {{11, 4}}}), "TCP-IC-03"));
  EXPECT_TRUE(Breaks(Judged(kIcResp, plain, {}, {.pokes = {{127, 1}}}), "TCP-IC-03"));
  EXPECT_TRUE(
      Breaks(Judged(tcp::IcResp{.dgst = 2, .maxh2cdata = 8192}, {.asked_dgst = 1}), "TCP-IC-04"));
  EXPECT_TRUE(Breaks(Judged(tcp::IcResp{.maxh2cdata = 0}, plain), "TCP-IC-05"));
  EXPECT_TRUE(Breaks(Judged(tcp::IcResp{.maxh2cdata = 8193}, plain), "TCP-IC-05"));
  EXPECT_EQ(Judged(tcp::IcResp{.maxh2cdata = 4092}, plain), Rules{"TCP-IC-06"});
}

TEST(Judge, C2HTermReq) {
  const Negotiated plain{};
  const tcp::C2HTermReq good{{.fes = 1, .fei = 2}};
  EXPECT_TRUE(Breaks(Judged(good, plain, {}, {.plen = 23}), "TCP-TERM-01"));
  EXPECT_TRUE(Breaks(Judged(good, plain, Bytes(129)), "TCP-TERM-01"));
  EXPECT_TRUE(Breaks(Judged(good, plain, {}, {.pokes = {{23, 1}}}), "TCP-TERM-01"));
  EXPECT_TRUE(Breaks(Judged(good, plain, {}, {.flags = 1}), "TCP-TERM-04"));
  EXPECT_TRUE(Breaks(Judged(tcp::C2HTermReq{{.fes = 0}}, plain), "TCP-TERM-03"));
  EXPECT_TRUE(Breaks(Judged(tcp::C2HTermReq{{.fes = 7}}, plain), "TCP-TERM-03"));
  EXPECT_TRUE(Breaks(Judged(tcp::C2HTermReq{{.fes = 2, .fei = 1}}, plain), "TCP-TERM-03"));
}

TEST(Judge, CapsuleResp) {
  const Negotiated plain{};
  EXPECT_TRUE(Breaks(Judged(tcp::CapsuleResp{}, plain, {}, {.pdo = 24}), "TCP-RSP-01"));
  EXPECT_TRUE(Breaks(Judged(tcp::CapsuleResp{}, plain, {}, {.plen = 28}), "TCP-RSP-01"));
  EXPECT_TRUE(Breaks(Judged(tcp::CapsuleResp{}, plain, {}, {.flags = 4}), "TCP-RSP-01"));
  EXPECT_TRUE(Breaks(Judged(tcp::CapsuleResp{.cqe = {.sqid = 1}}, plain), "TCP-RSP-03"));
  EXPECT_TRUE(Breaks(Judged(tcp::CapsuleResp{.cqe = {.status_field = 1}}, plain), "TCP-RSP-03"));
}

TEST(Judge, C2HData) {
  const Negotiated plain{};
  const auto judged = [&](const Lies& lies, std::uint8_t flags = tcp::kLastPdu) {
    return Judged(kC2H, plain, kData, lies, flags);
  };
  EXPECT_TRUE(Breaks(judged({.hlen = 25}), "TCP-C2H-01"));
  EXPECT_TRUE(Breaks(judged({.flags = 0x10}), "TCP-C2H-01"));
  EXPECT_TRUE(Breaks(judged({.pokes = {{11, 1}}}), "TCP-C2H-01"));
  EXPECT_TRUE(Breaks(judged({.pokes = {{20, 1}}}), "TCP-C2H-01"));
  EXPECT_TRUE(Breaks(judged({.plen = 540}), "TCP-C2H-03"));
  EXPECT_TRUE(Breaks(Judged(tcp::C2HData{.datal = 510}, plain, Bytes(510)), "TCP-C2H-03"));
  EXPECT_TRUE(Breaks(judged({}, tcp::kSuccess), "TCP-C2H-05"));
  EXPECT_TRUE(Breaks(judged({}, tcp::kSuccess | tcp::kLastPdu), "TCP-C2H-06"));
  EXPECT_FALSE(
      Breaks(Judged(kC2H, {.flow_control = false}, kData, {}, tcp::kSuccess | tcp::kLastPdu),
             "TCP-C2H-06"));
  EXPECT_TRUE(Breaks(judged({.pdo = 25}), "TCP-C2H-08"));
  EXPECT_TRUE(Breaks(judged({.pdo = 20}), "TCP-C2H-08"));
  EXPECT_TRUE(Breaks(Judged(kC2H, {.hpda = 1}, kData, {.pdo = 28}), "TCP-C2H-08"));
}

TEST(Judge, R2T) {
  const Negotiated plain{};
  EXPECT_TRUE(Breaks(Judged(tcp::R2T{.r2tl = 4}, plain, {}, {.hlen = 23}), "TCP-R2T-01"));
  EXPECT_TRUE(Breaks(Judged(tcp::R2T{.r2tl = 4}, plain, {}, {.flags = 4}), "TCP-R2T-01"));
  EXPECT_TRUE(Breaks(Judged(tcp::R2T{.r2tl = 4}, plain, {}, {.pokes = {{23, 1}}}), "TCP-R2T-01"));
  EXPECT_TRUE(Breaks(Judged(tcp::R2T{.r2tl = 0}, plain), "TCP-R2T-04"));
  EXPECT_TRUE(Breaks(Judged(tcp::R2T{.r2tl = 510}, plain), "TCP-R2T-04"));
  EXPECT_TRUE(Breaks(Judged(tcp::R2T{.r2to = 2, .r2tl = 4}, plain), "TCP-R2T-04"));
}

TEST(Judge, Digests) {
  const Negotiated both{.header_digest = true, .data_digest = true};
  EXPECT_TRUE(Breaks(Judged(tcp::R2T{.r2tl = 4}, both, {}, {.flags = 0}), "DG-01"));
  EXPECT_TRUE(Breaks(Judged(tcp::R2T{.r2tl = 4}, both, {}, {.hdgst_xor = 1}), "DG-01"));
  EXPECT_TRUE(Breaks(Judged(kC2H, both, kData, {.flags = 1}), "DG-02"));
  EXPECT_TRUE(Breaks(Judged(kC2H, both, kData, {.ddgst_xor = 1}), "DG-02"));
  EXPECT_TRUE(Breaks(Judged(kC2H, {}, kData, {.flags = 2}), "DG-03"));
  EXPECT_TRUE(Breaks(Judged(tcp::CapsuleResp{}, {}, {}, {.flags = 1}), "DG-03"));
}

TEST(Judge, HostPdus) {
  const Negotiated plain{.maxh2cdata = 4096};
  EXPECT_TRUE(Breaks(Judged(tcp::IcReq{.hpda = 32}, plain), "TCP-ICH-01"));
  EXPECT_TRUE(Breaks(Judged(tcp::IcReq{}, plain, {}, {.pokes = {{16, 1}}}), "TCP-ICH-01"));
  EXPECT_TRUE(Breaks(Judged(tcp::CapsuleCmd{}, {.cpda = 7}, kData, {.pdo = 76}), "TCP-ICH-06"));
  EXPECT_TRUE(Breaks(Judged(tcp::H2CData{.datal = 8192}, plain, Bytes(8192)), "TCP-R2TH-02"));
  EXPECT_TRUE(Breaks(
      Judged(tcp::H2CData{.datal = 512}, {.header_digest = true}, kData, {.flags = 0}), "DGH-01"));
  EXPECT_TRUE(Breaks(Judged(tcp::H2CTermReq{{.fes = 9}}, plain), "TCP-TERMH-01"));
}

}  // namespace
}  // namespace nvmf::conformance
