#include "nvmf/nvme/namespace_list.h"

#include <gtest/gtest.h>

#include <vector>

#include "nvmf/nvme/golden.h"

namespace nvmf {
namespace {

constexpr std::size_t kPage = 64;
using Page = std::array<std::byte, kPage>;

// ReadAll returns "type:length type:length ...", with " damaged" when the list is.
std::string ReadAll(ByteView page) {
  NamespaceDescriptorReader reader(page);
  std::string text;
  while (const std::optional<NamespaceDescriptor> name = reader.Next()) {
    text += std::to_string(std::to_underlying(name->nidt)) + ':' +
            std::to_string(name->nid.size()) + ' ';
  }
  EXPECT_FALSE(reader.Next()) << "the end is the end";
  return text + (reader.damaged() ? "damaged" : "end");
}

TEST(NsidList, OctetsReadBothWays) {
  NsidList list{.nsids = {1, 0x01020304}};
  list.nsids[1023] = 0xFFFFFFFE;
  const Golden<NsidList> golden[] = {{"three", list, "01000000 04030201 @4092 FEFFFFFF"}};
  ExpectBothWays<NsidList>(golden);
}

TEST(NsidList, TheFirstZeroEndsIt) {
  NsidList list{.nsids = {5, 7, 0, 9}};
  ASSERT_EQ(list.used().size(), 2u);
  EXPECT_EQ(list.used()[1], 7u);
  EXPECT_TRUE(NsidList{}.used().empty());
}

TEST(NsidList, AFullListHasNoEndMark) {
  NsidList list;
  list.nsids.fill(1);
  EXPECT_EQ(list.used().size(), 1024u);
}

TEST(NamespaceDescriptors, WhatIsWrittenIsRead) {
  Page page;
  page.fill(std::byte{0xEE});
  NamespaceDescriptorWriter writer(page);
  const std::array<std::byte, 16> uuid = Octets<16>("A0A1A2A3 A4A5A6A7 A8A9AAAB ACADAEAF");
  const std::array<std::byte, 8> eui64 = Octets<8>("B0B1B2B3 B4B5B6B7");
  const std::array csi{std::byte{0x02}};
  ASSERT_TRUE(writer.Add(Nidt::kUuid, uuid));
  ASSERT_TRUE(writer.Add(Nidt::kEui64, eui64));
  ASSERT_TRUE(writer.Add(Nidt::kCsi, csi));
  EXPECT_EQ(ToHex(page), ToHex(Octets<kPage>("03100000 A0A1A2A3 A4A5A6A7 A8A9AAAB ACADAEAF"
                                             "01080000 B0B1B2B3 B4B5B6B7 04010000 02")));
  EXPECT_EQ(ReadAll(page), "3:16 1:8 4:1 end");
}

TEST(NamespaceDescriptors, TheNameIsTheOctetsOfThePage) {
  const auto page = Octets<kPage>("01080000 B0B1B2B3 B4B5B6B7");
  const auto name = NamespaceDescriptorReader(page).Next();
  ASSERT_TRUE(name);
  EXPECT_EQ(name->nidt, Nidt::kEui64);
  EXPECT_EQ(name->nid.data(), page.data() + 4);
}

TEST(NamespaceDescriptors, ALengthOf0EndsTheList) {
  EXPECT_EQ(ReadAll(Octets<kPage>("")), "end");
  EXPECT_EQ(ReadAll(Octets<kPage>("04010000 00 03000000 03100000")), "4:1 end");
}

TEST(NamespaceDescriptors, ANameMayEndWithThePage) {
  EXPECT_EQ(ReadAll(Octets<5>("04010000 07")), "4:1 end");
  EXPECT_EQ(ReadAll(Octets<8>("04010000 07 040100")), "4:1 end") << "too short for another";
}

TEST(NamespaceDescriptors, ANameThatOverrunsThePageIsDamage) {
  EXPECT_EQ(ReadAll(Octets<19>("03100000")), "damaged") << "15 octets left of 16";
  EXPECT_EQ(ReadAll(Octets<20>("03100000")), "3:16 end");
  EXPECT_EQ(ReadAll(Octets<4>("7FFF0000")), "damaged");
  EXPECT_EQ(ReadAll(Octets<kPage>("04010000 00 7FFF0000")), "4:1 damaged");
}

TEST(NamespaceDescriptors, ALengthThatIsNotItsTypesIsDamage) {
  EXPECT_EQ(ReadAll(Octets<kPage>("01070000")), "damaged");
  EXPECT_EQ(ReadAll(Octets<kPage>("01090000")), "damaged");
  EXPECT_EQ(ReadAll(Octets<kPage>("03080000")), "damaged");
  EXPECT_EQ(ReadAll(Octets<kPage>("04020000")), "damaged");
}

TEST(NamespaceDescriptors, NamesOfUnknownTypesAreHandedOut) {
  EXPECT_EQ(ReadAll(Octets<kPage>("7F050000 0000000000 04010000 00")), "127:5 4:1 end");
}

TEST(NamespaceDescriptors, AnyPageIsReadWithinItsBounds) {
  for (unsigned fill = 0; fill <= 0xFF; ++fill) {
    for (std::size_t size = 0; size <= 24; ++size) {
      const std::vector<std::byte> page(size, static_cast<std::byte>(fill));
      ReadAll(page);
    }
  }
}

TEST(NamespaceDescriptors, AddRefusesWhatDoesNotFitAndWritesNothing) {
  std::array<std::byte, 10> page{};
  NamespaceDescriptorWriter writer(page);
  const std::array<std::byte, 16> name{std::byte{1}};
  EXPECT_FALSE(writer.Add(Nidt::kEui64, ByteView(name).first(8)));
  EXPECT_FALSE(writer.Add(Nidt::kCsi, ByteView(name).first(2))) << "not its length";
  EXPECT_FALSE(writer.Add(Nidt::kCsi, {})) << "a length of 0 would end the list";
  EXPECT_EQ(ToHex(page), "");
  EXPECT_TRUE(writer.Add(Nidt::kCsi, ByteView(name).first(1)));
  EXPECT_TRUE(writer.Add(Nidt::kCsi, ByteView(name).first(1))) << "to the last octet";
  EXPECT_FALSE(writer.Add(Nidt::kCsi, ByteView(name).first(1)));
}

TEST(NamespaceDescriptors, AddTakesUnknownTypesUpTo255Octets) {
  std::array<std::byte, 600> page{};
  const std::array<std::byte, 256> name{};
  NamespaceDescriptorWriter writer(page);
  EXPECT_FALSE(writer.Add(static_cast<Nidt>(9), name));
  EXPECT_TRUE(writer.Add(static_cast<Nidt>(9), ByteView(name).first(255)));
}

}  // namespace
}  // namespace nvmf
