#include "nvmf/controller/identify_builder.h"

#include <numeric>
#include <vector>

#include "gtest/gtest.h"

namespace nvmf::controller {
namespace {

std::vector<std::byte> Octets(const IdentifyController& id) {
  const auto page = Encode(id);
  return {page.begin(), page.end()};
}

std::uint8_t At(const std::vector<std::byte>& page, std::size_t offset) {
  return std::to_integer<std::uint8_t>(page.at(offset));
}

TEST(IdentifyController, IoControllersSayWhatFabricsNeeds) {
  const auto page = Octets(BuildIdentifyController({.subnqn = "nqn.2026-11.org.example:d",
                                                    .serial = "S",
                                                    .cntlid = 0x1234,
                                                    .mdts_bytes = 1 << 20,
                                                    .in_capsule_bytes = 8192,
                                                    .max_commands = 1024,
                                                    .kas_ms = 1000}));
  EXPECT_EQ(At(page, 4), 'S');
  EXPECT_EQ(At(page, 5), ' ');
  EXPECT_EQ(At(page, 77), 8);     // MDTS
  EXPECT_EQ(At(page, 78), 0x34);  // CNTLID
  EXPECT_EQ(At(page, 111), 1);    // CNTRLTYPE
  EXPECT_EQ(At(page, 320), 10);   // KAS
  EXPECT_EQ(At(page, 512), 0x66);
  EXPECT_EQ(At(page, 513), 0x44);
  EXPECT_EQ(At(page, 515), 4);     // MAXCMD 1024
  EXPECT_EQ(At(page, 538), 0x30);  // SGLS bits 20 and 21
  EXPECT_EQ(At(page, 1792), 0x04);
  EXPECT_EQ(At(page, 1793), 0x02);  // IOCCSZ 516
  EXPECT_EQ(At(page, 1796), 1);     // IORCSZ
  EXPECT_EQ(At(page, 1803), 1);     // MSDBD
}

TEST(IdentifyController, DiscoveryControllersHaveNothingOfIo) {
  const auto id =
      BuildIdentifyController({.type = Cntrltype::kDiscovery, .in_capsule_bytes = 8192});
  EXPECT_EQ(id.cntrltype, Cntrltype::kDiscovery);
  EXPECT_EQ(id.ioccsz, 0u);
  EXPECT_EQ(id.nn, 0u);
  EXPECT_EQ(id.ofcs, 0u);
}

TEST(IdentifyController, TextThatDoesNotFitIsCut) {
  const auto id =
      BuildIdentifyController({.serial = std::string_view("0123456789012345678901234")});
  EXPECT_EQ(Text(id.sn), "01234567890123456789");
}

TEST(IdentifyNamespace, TellsSizeAndFormat) {
  const auto ns =
      BuildIdentifyNamespace({.nsze = 100, .block_bytes = 4096, .write_protected = true});
  EXPECT_EQ(ns.nsze, 100u);
  EXPECT_EQ(ns.block_bytes(), 4096u);
  EXPECT_EQ(ns.bytes(), 409'600u);
  EXPECT_TRUE(ns.write_protected());
}

TEST(NamespaceDescriptors, NameNguidUuidAndCommandSet) {
  std::array<std::byte, 4096> page;
  Uuid uuid{};
  uuid[3] = std::byte{9};
  WriteNamespaceDescriptors({.uuid = uuid}, page);
  NamespaceDescriptorReader reader(page);
  const auto nguid = reader.Next();
  const auto second = reader.Next();
  const auto csi = reader.Next();
  ASSERT_TRUE(nguid && second && csi);
  EXPECT_EQ(nguid->nidt, Nidt::kNguid);
  EXPECT_EQ(second->nidt, Nidt::kUuid);
  EXPECT_TRUE(std::ranges::equal(second->nid, uuid));
  EXPECT_EQ(csi->nidt, Nidt::kCsi);
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.damaged());
}

TEST(ActiveNsids, AreThoseAfterTheOneGivenAndAtMost1024) {
  std::vector<std::uint32_t> nsids(1500);
  std::iota(nsids.begin(), nsids.end(), 1u);
  EXPECT_EQ(BuildActiveNsids(nsids, 0).used().size(), 1024u);
  EXPECT_EQ(BuildActiveNsids(nsids, 0).nsids.front(), 1u);
  EXPECT_EQ(BuildActiveNsids(nsids, 1499).used().size(), 1u);
  EXPECT_EQ(BuildActiveNsids(nsids, 1499).nsids.front(), 1500u);
  EXPECT_TRUE(BuildActiveNsids(nsids, 1500).used().empty());
}

TEST(NamespaceIndependentTest, TheNamespaceIsReady) {
  const auto page = Encode(BuildNamespaceIndependent({}));
  EXPECT_EQ(std::to_integer<int>(page[14]), 1);
  EXPECT_EQ(std::to_integer<int>(page[1]), 1);
}

TEST(CommandSetCombinationsTest, TheNvmCommandSetStandsAlone) {
  const auto page = Encode(BuildCommandSetCombinations());
  EXPECT_EQ(std::to_integer<int>(page[0]), 1);
  EXPECT_EQ(std::accumulate(page.begin(), page.end(), 0,
                            [](int sum, std::byte b) { return sum + std::to_integer<int>(b); }),
            1);
}

}  // namespace
}  // namespace nvmf::controller
