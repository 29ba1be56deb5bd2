#include "nvmf/tcp/pdu.h"

#include <gtest/gtest.h>

#include <variant>

#include "nvmf/testing/hex.h"

namespace nvmf::tcp {
namespace {

using testing::FromHex;
using testing::ToHex;
using AnyPdu = std::variant<IcReq, IcResp, H2CTermReq, C2HTermReq, CapsuleCmd, CapsuleResp, H2CData,
                            C2HData, R2T>;

struct Golden {
  const char* name;
  AnyPdu pdu;
  Framing framing;
  const char* header;  // HLEN octets, by hand from the specification's figures.
};

H2CTermReq MakeH2CTermReq() {
  H2CTermReq term;
  term.fes = 1;
  term.fei = 0x11223344;
  return term;
}

C2HTermReq MakeC2HTermReq() {
  C2HTermReq term;
  term.fes = 5;
  return term;
}

const Golden kGolden[] = {
    {"ICReq",
     IcReq{.hpda = 31, .dgst = 3, .maxr2t = 0x01020304},
     {},
     "00008000 80000000 00001f03 04030201 00*112"},
    {"ICResp",
     IcResp{.dgst = 3, .maxh2cdata = 131072},
     {},
     "01008000 80000000 00000003 00000200 00*112"},
    {"H2CTermReq", MakeH2CTermReq(), {}, "02001800 18000000 0100 44332211 00*10"},
    {"C2HTermReq",
     MakeC2HTermReq(),
     {.header_digest = true, .data_digest = true},
     "03001800 18000000 0500 00000000 00*10"},
    {"CapsuleCmd with data",
     CapsuleCmd{.sqe = {.opc = 0x7F,
                        .cid = 1,
                        .nsid = 1,
                        .sgl1 = {.length = 1024, .type = Sgl::kInCapsule},
                        .cdw11 = 0x1F,
                        .cdw12 = 120000}},
     {.data = 1024},
     "04004848 48040000 7f400100 01000000 00*24 00040000 00000001"
     "00000000 1f000000 c0d40100 00*12"},
    {"CapsuleCmd, both digests, data aligned to 32",
     CapsuleCmd{.sqe = {.opc = 1, .cid = 0xBEEF, .nsid = 2}},
     {.header_digest = true, .data_digest = true, .pda = 7, .data = 512},
     "04034860 64020000 0140efbe 02000000 00*56"},
    {"CapsuleResp",
     CapsuleResp{.cqe = {.dw0 = 0x00010100, .sqhd = 3, .cid = 7, .status_field = 0x8304}},
     {.header_digest = true},
     "05011800 1c000000 00010100 00000000 03000000 07000483"},
    {"H2CData",
     H2CData{.cccid = 0x1234, .ttag = 7, .datao = 4096, .datal = 512},
     {.data = 512, .flags = kLastPdu},
     "06041818 18020000 34120700 00100000 00020000 00000000"},
    {"C2HData",
     C2HData{.cccid = 0x1234, .datao = 0, .datal = 4096},
     {.data_digest = true, .data = 4096, .flags = kLastPdu | kSuccess},
     "070e1818 1c100000 34120000 00000000 00100000 00000000"},
    {"R2T",
     R2T{.cccid = 0x1234, .ttag = 0xFFFF, .r2to = 4096, .r2tl = 512},
     {},
     "09001800 18000000 3412ffff 00100000 00020000 00000000"},
};

TEST(Pdu, EncodesToTheGoldenBytes) {
  for (const Golden& golden : kGolden) {
    std::visit(
        [&](const auto& pdu) {
          EXPECT_EQ(ToHex(EncodePdu(pdu, golden.framing)), ToHex(FromHex(golden.header)))
              << golden.name;
        },
        golden.pdu);
  }
}

TEST(Pdu, DecodesFromTheGoldenBytes) {
  for (const Golden& golden : kGolden) {
    std::visit(
        [&]<class P>(const P& pdu) {
          const std::vector<std::byte> octets = FromHex(golden.header);
          ASSERT_EQ(octets.size(), P::kSize) << golden.name;
          EXPECT_EQ(Decode<P>(std::span<const std::byte, P::kSize>(octets)), pdu) << golden.name;
          const auto header = Decode<PduHeader>(std::span<const std::byte, 8>(octets.data(), 8));
          EXPECT_EQ(header, golden.framing.Header<P>()) << golden.name;
        },
        golden.pdu);
  }
}

TEST(Pdu, AnAlignmentThatIsNoPowerOfTwoIsHonoured) {
  const Framing framing{.pda = 2, .data = 4};  // 12 octets
  EXPECT_EQ(framing.Header<CapsuleCmd>().pdo, 72);
  EXPECT_EQ(framing.Header<H2CData>().pdo, 24);
  const Framing digest{.header_digest = true, .pda = 2, .data = 4};
  EXPECT_EQ(digest.Header<CapsuleCmd>().pdo, 84);
  EXPECT_EQ(digest.Header<H2CData>().pdo, 36);
}

TEST(Pdu, TheLargestAlignmentStillFitsPdo) {
  const Framing framing{.header_digest = true, .pda = 31, .data = 4};
  EXPECT_EQ(framing.Header<CapsuleCmd>().pdo, 128);
}

TEST(Pdu, DescribeUsesTheSpecificationsNames) {
  EXPECT_EQ(Describe(R2T{.cccid = 1, .ttag = 2, .r2to = 3, .r2tl = 4}),
            "cccid=1 ttag=2 r2to=3 r2tl=4");
}

}  // namespace
}  // namespace nvmf::tcp
