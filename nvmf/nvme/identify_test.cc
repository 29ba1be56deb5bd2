#include "nvmf/nvme/identify.h"

#include <gtest/gtest.h>

#include "nvmf/nvme/golden.h"

namespace nvmf {
namespace {

constexpr std::uint64_t kNoMost = 0xFFFFFFFFFFFFFFFF;

IdentifyController EveryField() {
  IdentifyController id{
      .vid = 0x0102,
      .ssvid = 0x0304,
      .rab = 5,
      .ieee = {std::byte{6}, std::byte{7}, std::byte{8}},
      .cmic = 0x0A,
      .mdts = 9,
      .cntlid = 0x0A0B,
      .ver = 0x00020100,
      .rtd3r = 0x11121314,
      .rtd3e = 0x15161718,
      .oaes = kOaesDiscovery | kOaesNamespaceAttribute,
      .ctratt = kCtrattHostId128 | kCtrattTbkas,
      .cntrltype = Cntrltype::kDiscovery,
      .fguid = {std::byte{0x21}},
      .oacs = 0x2223,
      .acl = 0x24,
      .aerl = 0x25,
      .frmw = 0x26,
      .lpa = kLpaCommandEffects | kLpaExtendedData,
      .elpe = 0x28,
      .npss = 0x29,
      .kas = 0x2A2B,
      .anatt = 0x2C,
      .anacap = 0x2D,
      .anagrpmax = 0x2E2F3031,
      .nanagrpid = 0x32333435,
      .cqt = 0x3637,
      .sqes = kSqes64,
      .cqes = kCqes16,
      .maxcmd = 0x3839,
      .nn = 0x3A3B3C3D,
      .oncs = 0x3E3F,
      .fuses = 0x4041,
      .fna = 0x42,
      .vwc = 0x43,
      .awun = 0x4445,
      .awupf = 0x4647,
      .nwpc = 0x48,
      .acwu = 0x494A,
      .sgls = kSglsSupported | kSglsOffset | kSglsTransport,
      .mnan = 0x4B4C4D4E,
      .ioccsz = 260,
      .iorcsz = 1,
      .icdoff = 0x4F50,
      .fcatt = 0x51,
      .msdbd = 0x52,
      .ofcs = 0x5354,
  };
  EXPECT_TRUE(SetText(id.sn, "S", '\0') && SetText(id.mn, "M", '\0') && SetText(id.fr, "F", '\0'));
  EXPECT_TRUE(SetNqnField(id.subnqn, "N"));
  return id;
}

TEST(IdentifyController, OctetsReadBothWays) {
  const Golden<IdentifyController> golden[] = {
      {"every field", EveryField(),
       "0201 0403 53 @24 4D @64 46 @72 05 060708 0A 09 0B0A 00010200 14131211 18171615"
       "@92 00010080 41000000 @111 02 21 @256 2322 24 25 26 06 28 29 @320 2B2A"
       "@342 2C 2D 31302F2E 35343332 @386 3736 @512 66 44 3938 3D3C3B3A 3F3E 4140 42 43 4544 4746"
       "@531 48 4A49 @536 01003000 4E4D4C4B @768 4E @1792 04010000 01000000 504F 51 52 5453"},
      {"nothing said", {}, ""},
  };
  ExpectBothWays<IdentifyController>(golden);
}

TEST(IdentifyController, TextFieldsFillTheirWidths) {
  EXPECT_EQ(OffsetOf<IdentifyController>("mn"), 4 + IdentifyController{}.sn.size());
  EXPECT_EQ(OffsetOf<IdentifyController>("fr"), 24 + IdentifyController{}.mn.size());
  EXPECT_EQ(OffsetOf<IdentifyController>("rab"), 64 + IdentifyController{}.fr.size());
  EXPECT_EQ(IdentifyController{}.subnqn.size(), 256u);
}

TEST(IdentifyController, TextIsReadWithoutItsPadding) {
  IdentifyController id;
  ASSERT_TRUE(SetText(id.sn, "SN 1"));
  EXPECT_EQ(id.sn[19], ' ');
  EXPECT_EQ(Text(id.sn), "SN 1");
}

TEST(IdentifyController, InCapsuleDataIsTheCapsuleWithoutTheSqe) {
  EXPECT_EQ(IdentifyController{.ioccsz = 260}.in_capsule_bytes(), 4096u);
  EXPECT_EQ(IdentifyController{.ioccsz = 1028}.in_capsule_bytes(), 16384u);
  EXPECT_EQ(IdentifyController{.ioccsz = 5}.in_capsule_bytes(), 16u);
  EXPECT_EQ(IdentifyController{.ioccsz = 0xFFFFFFFF}.in_capsule_bytes(), 68'719'476'656u);
}

TEST(IdentifyController, ACapsuleNoLargerThanTheSqeCarriesNothing) {
  EXPECT_EQ(IdentifyController{.ioccsz = 4}.in_capsule_bytes(), 0u);
  EXPECT_EQ(IdentifyController{.ioccsz = 3}.in_capsule_bytes(), 0u);
  EXPECT_EQ(IdentifyController{.ioccsz = 0}.in_capsule_bytes(), 0u);
}

TEST(IdentifyController, SettingInCapsuleBytesGivesIoccsz) {
  IdentifyController id;
  id.set_in_capsule_bytes(8192);
  EXPECT_EQ(id.ioccsz, 516u);
  id.set_in_capsule_bytes(0);
  EXPECT_EQ(id.ioccsz, 4u);
}

TEST(IdentifyController, MdtsCountsPagesOfMpsmin) {
  EXPECT_EQ(IdentifyController{.mdts = 5}.mdts_bytes(4096), 131'072u);
  EXPECT_EQ(IdentifyController{.mdts = 1}.mdts_bytes(1u << 27), 1ull << 28);
  EXPECT_EQ(IdentifyController{.mdts = 20}.mdts_bytes(4096), 1ull << 32) << "64 bit";
}

TEST(IdentifyController, MdtsOf0IsNoLimit) {
  EXPECT_EQ(IdentifyController{.mdts = 0}.mdts_bytes(4096), 0u);
}

TEST(IdentifyController, AnMdtsThatDoesNotFitIsTheMost) {
  EXPECT_EQ(IdentifyController{.mdts = 51}.mdts_bytes(4096), 1ull << 63);
  EXPECT_EQ(IdentifyController{.mdts = 52}.mdts_bytes(4096), kNoMost);
  EXPECT_EQ(IdentifyController{.mdts = 64}.mdts_bytes(4096), kNoMost);
  EXPECT_EQ(IdentifyController{.mdts = 255}.mdts_bytes(4096), kNoMost);
  EXPECT_EQ(IdentifyController{.mdts = 255}.mdts_bytes(0), 0u);
}

TEST(IdentifyController, ZeroBasedLimitsAreNaturalCounts) {
  const IdentifyController id{.acl = 3, .aerl = 255, .elpe = 0, .kas = 100};
  EXPECT_EQ(id.aborts(), 4u);
  EXPECT_EQ(id.async_events(), 256u);
  EXPECT_EQ(id.error_log_entries(), 1u);
  EXPECT_EQ(id.kas_ms(), 10'000u);
}

}  // namespace
}  // namespace nvmf
