#include "nvmf/nvme/property.h"

#include <gtest/gtest.h>

namespace nvmf {
namespace {

TEST(Property, WidthsAreThoseOfTheTable) {
  EXPECT_EQ(PropertyWidth(0x00), 8u);
  for (const std::uint32_t offset : {0x08u, 0x14u, 0x1Cu, 0x20u, 0x64u, 0x68u}) {
    EXPECT_EQ(PropertyWidth(offset), 4u) << offset;
  }
}

TEST(Property, WhereNoPropertyBeginsTheWidthIs0) {
  for (const std::uint32_t offset : {0x01u, 0x04u, 0x0Cu, 0x10u, 0x15u, 0x18u, 0x24u, 0x28u, 0x30u,
                                     0x38u, 0x6Cu, 0x1000u, 0x1300u, 0xFFFFFFFFu}) {
    EXPECT_EQ(PropertyWidth(offset), 0u) << offset;
    EXPECT_STREQ(PropertyName(offset), "unknown");
  }
}

TEST(Property, NamesAreTheSpecifications) {
  EXPECT_STREQ(PropertyName(0x00), "CAP");
  EXPECT_STREQ(PropertyName(0x1C), "CSTS");
  EXPECT_STREQ(PropertyName(0x68), "CRTO");
}

TEST(Property, NssrMagicSpellsNvme) { EXPECT_EQ(kNssrMagic, 0x4E564D65u); }

TEST(Cap, EachPartStandsInItsBits) {
  EXPECT_EQ(Cap{.raw = 0xFFFF}.max_entries(), 65536u);
  EXPECT_TRUE(Cap{.raw = 1ull << 16}.cqr());
  EXPECT_EQ(Cap{.raw = 3ull << 17}.ams(), 3);
  EXPECT_EQ(Cap{.raw = 0xFFull << 24}.timeout_ms(), 127'500u);
  EXPECT_TRUE(Cap{.raw = 1ull << 36}.nssrs());
  EXPECT_EQ(Cap{.raw = 1ull << 37}.css(), Cap::kCssNvm);
  EXPECT_EQ(Cap{.raw = 1ull << 43}.css(), Cap::kCssSeveral);
  EXPECT_EQ(Cap{.raw = 1ull << 44}.css(), Cap::kCssAdminOnly);
  EXPECT_EQ(Cap{.raw = 0x2ull << 48}.mpsmin_bytes(), 16384u);
  EXPECT_EQ(Cap{.raw = 0xFull << 52}.mpsmax_bytes(), 1u << 27);
  EXPECT_TRUE(Cap{.raw = 1ull << 58}.nsss());
  EXPECT_TRUE(Cap{.raw = 1ull << 59}.crwms());
  EXPECT_TRUE(Cap{.raw = 1ull << 60}.crims());
}

TEST(Cap, BitsOfOthersDoNotLeakIn) {
  const Cap none{.raw = 0};
  EXPECT_EQ(none.max_entries(), 1u);
  EXPECT_EQ(none.timeout_ms(), 0u);
  EXPECT_EQ(none.mpsmin_bytes(), 4096u);
  const Cap others{.raw = ~(0xFFFFull | 0xFFull << 24 | 0xFull << 48)};
  EXPECT_EQ(others.max_entries(), 1u);
  EXPECT_EQ(others.timeout_ms(), 0u);
  EXPECT_EQ(others.mpsmin_bytes(), 4096u);
}

TEST(Cap, MakeGivesTheRegister) {
  EXPECT_EQ(Cap::Make({}).raw, 0x000000201E01007Fu);
  EXPECT_EQ(Cap::Make({.max_entries = 65536,
                       .timeout_ms = 1,
                       .css = Cap::kCssSeveral | Cap::kCssNvm,
                       .mpsmin_bytes = 8192,
                       .mpsmax_bytes = 1u << 27,
                       .nssrs = true,
                       .crwms = true,
                       .crims = true})
                .raw,
            0x18F108300101FFFFu);
}

TEST(Cap, TimesAreRoundedUpToAUnitAndCutAtTheLargest) {
  EXPECT_EQ(Cap::Make({.timeout_ms = 0}).timeout_ms(), 0u);
  EXPECT_EQ(Cap::Make({.timeout_ms = 500}).timeout_ms(), 500u);
  EXPECT_EQ(Cap::Make({.timeout_ms = 501}).timeout_ms(), 1000u);
  EXPECT_EQ(Cap::Make({.timeout_ms = 0xFFFFFFFF}).timeout_ms(), 127'500u);
}

TEST(Vs, VersionsCompareInOrder) {
  EXPECT_EQ(Vs::Make(2, 0).raw, 0x00020000u);
  EXPECT_EQ(Vs::Make(1, 4).raw, 0x00010400u);
  EXPECT_EQ(Vs{.raw = 0x00020103}.major(), 2);
  EXPECT_EQ(Vs{.raw = 0x00020103}.minor(), 1);
  EXPECT_EQ(Vs{.raw = 0x00020103}.tertiary(), 3);
  EXPECT_LT(Vs::Make(1, 4, 9), Vs::Make(2, 0));
}

TEST(Cc, TheUsualValueIs00460001) {
  const Cc cc = Cc::Enable();
  EXPECT_EQ(cc.raw, 0x00460001u);
  EXPECT_TRUE(cc.en());
  EXPECT_EQ(cc.css(), Cc::kCssNvm);
  EXPECT_EQ(cc.mps_bytes(), 4096u);
  EXPECT_EQ(cc.shn(), Shn::kNone);
  EXPECT_EQ(cc.iosqes_bytes(), 64u);
  EXPECT_EQ(cc.iocqes_bytes(), 16u);
}

TEST(Cc, ChangesTouchOnlyTheirBits) {
  EXPECT_EQ(Cc::Enable().with_en(false).raw, 0x00460000u);
  EXPECT_EQ(Cc::Enable().with_shn(Shn::kNormal).raw, 0x00464001u);
  EXPECT_EQ(Cc::Enable().with_shn(Shn::kAbrupt).raw, 0x00468001u);
  EXPECT_EQ(Cc::Enable().with_css(Cc::kCssAll).raw, 0x00460061u);
  EXPECT_EQ(Cc{.raw = 0xFFFFFFFF}.with_shn(Shn::kNone).raw, 0xFFFF3FFFu);
}

TEST(Cc, EachPartStandsInItsBits) {
  EXPECT_TRUE(Cc{.raw = 0x00000001}.en());
  EXPECT_EQ(Cc{.raw = 0x00000060}.css(), Cc::kCssAll);
  EXPECT_EQ(Cc{.raw = 0x00000080}.mps_bytes(), 8192u);
  EXPECT_EQ(Cc{.raw = 0x00000800}.ams(), 1);
  EXPECT_EQ(Cc{.raw = 0x00004000}.shn(), Shn::kNormal);
  EXPECT_EQ(Cc{.raw = 0x00008000}.shn(), Shn::kAbrupt);
  EXPECT_EQ(Cc{.raw = 0x00010000}.iosqes_bytes(), 2u);
  EXPECT_EQ(Cc{.raw = 0x00100000}.iocqes_bytes(), 2u);
  EXPECT_TRUE(Cc{.raw = 0x01000000}.crime());
}

TEST(Cc, AnyValueCanBeAsked) {
  const Cc cc{.raw = 0xFFFFFFFF};
  EXPECT_EQ(cc.css(), 7);
  EXPECT_EQ(cc.mps_bytes(), 1u << 27);
  EXPECT_EQ(cc.ams(), 7);
  EXPECT_EQ(cc.shn(), Shn::kReserved);
  EXPECT_EQ(cc.iosqes_bytes(), 32768u);
  EXPECT_EQ(cc.iocqes_bytes(), 32768u);
  EXPECT_TRUE(cc.crime());
  EXPECT_FALSE(Cc{.raw = ~(1u << 24)}.crime());
}

TEST(Csts, EachPartStandsInItsBits) {
  EXPECT_EQ(Csts{}.with_rdy(true).raw, 0x01u);
  EXPECT_EQ(Csts{}.with_cfs(true).raw, 0x02u);
  EXPECT_EQ(Csts{}.with_shst(Shst::kInProgress).raw, 0x04u);
  EXPECT_EQ(Csts{}.with_shst(Shst::kComplete).raw, 0x08u);
  EXPECT_EQ(Csts{}.with_nssro(true).raw, 0x10u);
  EXPECT_EQ(Csts{.raw = 0x04}.shst(), Shst::kInProgress);
  EXPECT_EQ(Csts{.raw = 0x08}.shst(), Shst::kComplete);
  EXPECT_TRUE(Csts{.raw = 0x20}.pp());
  EXPECT_TRUE(Csts{.raw = 0x40}.st());
  EXPECT_TRUE(Csts{.raw = 0x01}.rdy());
  EXPECT_TRUE(Csts{.raw = 0x02}.cfs());
  EXPECT_TRUE(Csts{.raw = 0x10}.nssro());
}

TEST(Csts, ShutdownStatusIsReplacedNotAdded) {
  const Csts csts = Csts{}.with_rdy(true).with_shst(Shst::kInProgress).with_shst(Shst::kComplete);
  EXPECT_EQ(csts.raw, 0x09u);
  EXPECT_EQ(csts.shst(), Shst::kComplete);
}

TEST(Crto, TimesAreInUnitsOf500Ms) {
  EXPECT_EQ(Crto::Make(10'000, 500).raw, 0x00010014u);
  EXPECT_EQ(Crto{.raw = 0x00010014}.crwmt_ms(), 10'000u);
  EXPECT_EQ(Crto{.raw = 0x00010014}.crimt_ms(), 500u);
  EXPECT_EQ(Crto{.raw = 0xFFFFFFFF}.crwmt_ms(), 32'767'500u);
  EXPECT_EQ(Crto::Make(0xFFFFFFFF, 0).raw, 0x0000FFFFu);
}

}  // namespace
}  // namespace nvmf
