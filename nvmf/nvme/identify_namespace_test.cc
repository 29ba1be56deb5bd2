#include "nvmf/nvme/identify_namespace.h"

#include <gtest/gtest.h>

#include "nvmf/nvme/golden.h"

namespace nvmf {
namespace {

IdentifyNamespace EveryField() {
  IdentifyNamespace ns{
      .nsze = 0x0102030405060708,
      .ncap = 0x1112131415161718,
      .nuse = 0x2122232425262728,
      .nsfeat = 0x31,
      .nlbaf = 63,
      .flbas = 0x33,
      .mc = 0x34,
      .dpc = 0x35,
      .dps = 0x36,
      .nmic = 0x37,
      .rescap = 0x38,
      .anagrpid = 0x39404142,
      .nsattr = 0x43,
      .nguid = {std::byte{0x44}},
      .eui64 = {std::byte{0x46}},
  };
  ns.nguid[15] = std::byte{0x45};
  ns.eui64[7] = std::byte{0x47};
  ns.lbaf[0] = {.ms = 0x0102, .lbads = 9, .rp = 2};
  ns.lbaf[63] = {.ms = 8, .lbads = 12, .rp = 1};
  return ns;
}

// Formatted returns a namespace whose only format has that LBADS.
IdentifyNamespace Formatted(std::uint8_t lbads, std::uint64_t nsze = 1) {
  IdentifyNamespace ns{.nsze = nsze};
  ns.lbaf[0].lbads = lbads;
  return ns;
}

TEST(IdentifyNamespace, OctetsReadBothWays) {
  const Golden<IdentifyNamespace> golden[] = {
      {"every field", EveryField(),
       "0807060504030201 1817161514131211 2827262524232221 31 3F 33 34 35 36 37 38"
       "@92 42414039 @99 43 @104 44 @119 45 46 @127 47 @128 0201 09 02 @380 0800 0C 01"},
      {"inactive", {}, ""},
  };
  ExpectBothWays<IdentifyNamespace>(golden);
}

TEST(IdentifyNamespace, AllZerosAreAnInactiveNamespace) {
  const IdentifyNamespace ns;
  EXPECT_FALSE(ns.active());
  EXPECT_EQ(ns.block_bytes(), 0u);
  EXPECT_EQ(ns.bytes(), 0u);
}

TEST(IdentifyNamespace, BlockIsTwoToTheLbads) {
  EXPECT_EQ(Formatted(9).block_bytes(), 512u);
  EXPECT_EQ(Formatted(12).block_bytes(), 4096u);
  EXPECT_EQ(Formatted(12, 3).bytes(), 12'288u);
}

TEST(IdentifyNamespace, AnLbadsThatMakesNoSenseHasNoBlock) {
  EXPECT_EQ(Formatted(8).block_bytes(), 0u);
  EXPECT_EQ(Formatted(31).block_bytes(), 1u << 31);
  EXPECT_EQ(Formatted(32).block_bytes(), 0u);
  EXPECT_EQ(Formatted(64).block_bytes(), 0u);
  EXPECT_EQ(Formatted(255).block_bytes(), 0u);
}

TEST(IdentifyNamespace, TheFormatIsInTwoPiecesOfFlbas) {
  IdentifyNamespace ns = EveryField();
  ns.flbas = 0x6F;
  EXPECT_EQ(ns.format_index(), 63u);
  EXPECT_EQ(ns.block_bytes(), 4096u);
  EXPECT_EQ(ns.metadata_bytes(), 8u);
  ns.flbas = 0x90;
  EXPECT_EQ(ns.format_index(), 0u) << "bits 4 and 7 are no part of it";
}

TEST(IdentifyNamespace, AFormatPastNlbafIsNone) {
  IdentifyNamespace ns = EveryField();
  ns.flbas = 0x6F;
  ns.nlbaf = 62;
  EXPECT_EQ(ns.block_bytes(), 0u);
  EXPECT_EQ(ns.metadata_bytes(), 0u);
  ns.nlbaf = 255;
  EXPECT_EQ(ns.block_bytes(), 4096u) << "an NLBAF that lies reaches no further than 64 formats";
}

TEST(IdentifyNamespace, ASizeThatDoesNotFitIsTheMost) {
  EXPECT_EQ(Formatted(9, 0x007FFFFFFFFFFFFF).bytes(), 0xFFFFFFFFFFFFFE00u);
  EXPECT_EQ(Formatted(9, 0x0080000000000000).bytes(), 0xFFFFFFFFFFFFFFFFu);
  EXPECT_EQ(Formatted(31, 0xFFFFFFFFFFFFFFFF).bytes(), 0xFFFFFFFFFFFFFFFFu);
}

TEST(IdentifyNamespace, WriteProtectionIsBit0OfNsattr) {
  EXPECT_TRUE((IdentifyNamespace{.nsattr = 0x01}.write_protected()));
  EXPECT_FALSE((IdentifyNamespace{.nsattr = 0xFE}.write_protected()));
}

}  // namespace
}  // namespace nvmf
