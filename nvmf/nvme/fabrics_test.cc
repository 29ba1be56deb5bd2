#include "nvmf/nvme/fabrics.h"

#include <gtest/gtest.h>

#include "nvmf/nvme/golden.h"

namespace nvmf {
namespace {

constexpr Sgl kConnectDataInCapsule{.length = 1024, .type = Sgl::kInCapsule};

constexpr Golden<ConnectCmd> kGoldenConnect[] = {
    {"admin queue, 32 entries, KATO 120 s, data in capsule",
     {.cid = 1, .sgl1 = kConnectDataInCapsule, .sqsize = 31, .kato = 120'000},
     "7F 40 01 00 01 00 00 00  00 00 00 00 00 00 00 00"
     "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
     "00 04 00 00 00 00 00 01  00 00 00 00 1F 00 00 00"
     "C0 D4 01 00 00 00 00 00  00 00 00 00 00 00 00 00"},
    {"every field",
     {.opc = 0x7E,
      .flags = 0x80,
      .cid = 0x0102,
      .fctype = static_cast<FabricsType>(0xC0),
      .sgl1 = {.address = 8, .length = 9, .type = 0x5A},
      .recfmt = 0x0304,
      .qid = 0x0506,
      .sqsize = 0x0708,
      .cattr = 0x0F,
      .kato = 0x090A0B0C,
      .nvmsetid = 0x0D0E},
     "7E80 0201 C0 @24 08 @32 09 @39 5A @40 0403 0605 0807 0F 00 0C0B0A09 0E0D"},
};

constexpr Golden<PropertyGetCmd> kGoldenPropertyGet[] = {
    {"CAP", {.cid = 2, .attrib = 1}, "7F40 0200 04 @40 01 000000 00000000"},
    {"CSTS", {.cid = 3, .ofst = 0x1C}, "7F40 0300 04 @44 1C"},
    {"far", {.ofst = 0x12345678}, "7F40 0000 04 @44 78563412"},
};

constexpr Golden<PropertySetCmd> kGoldenPropertySet[] = {
    {"CC", {.cid = 4, .ofst = 0x14, .value = 0x00460001}, "7F40 0400 00 @44 14000000 01004600"},
    {"8 octets",
     {.attrib = 1, .ofst = 0x1300, .value = 0x0102030405060708},
     "7F40 @40 01 @44 00130000 0807060504030201"},
};

constexpr Golden<DisconnectCmd> kGoldenDisconnect[] = {
    {"as sent", {.cid = 5}, "7F40 0500 08"},
    {"another format", {.recfmt = 0x0102}, "7F40 0000 08 @40 0201"},
};

constexpr Golden<AuthenticationCmd> kGoldenAuthentication[] = {
    {"Send of 4096",
     {.cid = 6, .sgl1 = {.length = 4096, .type = Sgl::kTransport}, .tl = 4096},
     "7F40 0600 05 @32 00100000 0000005A @41 01 01 E9 00100000"},
    {"Receive, other protocol",
     {.fctype = FabricsType::kAuthenticationReceive, .spsp0 = 2, .spsp1 = 3, .secp = 0, .tl = 1},
     "7F40 0000 06 @41 02 03 00 01"},
};

ConnectData Data() {
  ConnectData data{.hostid = {std::byte{0xA0}, std::byte{0xA1}}, .cntlid = 0x0102};
  data.hostid[15] = std::byte{0xAF};
  EXPECT_TRUE(SetNqnField(data.subnqn, "nqn.2014-08.a:b"));
  EXPECT_TRUE(SetNqnField(data.hostnqn, "nqn.2014-08.c:d"));
  return data;
}

TEST(ConnectCmd, OctetsReadBothWays) { ExpectBothWays<ConnectCmd>(kGoldenConnect); }
TEST(PropertyGetCmd, OctetsReadBothWays) { ExpectBothWays<PropertyGetCmd>(kGoldenPropertyGet); }
TEST(PropertySetCmd, OctetsReadBothWays) { ExpectBothWays<PropertySetCmd>(kGoldenPropertySet); }
TEST(DisconnectCmd, OctetsReadBothWays) { ExpectBothWays<DisconnectCmd>(kGoldenDisconnect); }
TEST(AuthenticationCmd, OctetsReadBothWays) {
  ExpectBothWays<AuthenticationCmd>(kGoldenAuthentication);
}

TEST(ConnectData, OctetsReadBothWays) {
  const Golden<ConnectData> golden[] = {
      {"I/O queue", Data(),
       "A0A1 @15 AF 0201 @256 6E716E2E 32303134 2D30382E 613A62"
       "@512 6E716E2E 32303134 2D30382E 633A64"},
      {"nothing said", {}, "@16 FFFF"},
  };
  ExpectBothWays<ConnectData>(golden);
}

TEST(ConnectData, NamesWithoutAnEndAreNoNames) {
  std::array<std::byte, ConnectData::kSize> octets;
  octets.fill(std::byte{'x'});
  const auto data = Decode<ConnectData>(octets);
  EXPECT_EQ(NqnFromField(data.subnqn), std::nullopt);
  EXPECT_EQ(NqnFromField(data.hostnqn), std::nullopt);
}

TEST(MakeConnect, GivesTheWorkedCommand) {
  Sqe sqe = MakeConnect(0, 32, 120'000, false);
  sqe.cid = 1;
  sqe.sgl1 = kConnectDataInCapsule;
  EXPECT_EQ(ToHex(Encode(sqe)), ToHex(Octets<64>(kGoldenConnect[0].hex)));
}

TEST(MakeConnect, EntriesAre0sBasedOnTheWire) {
  EXPECT_EQ(ViewAs<ConnectCmd>(MakeConnect(1, 2, 0, false)).sqsize, 1);
  EXPECT_EQ(ViewAs<ConnectCmd>(MakeConnect(1, 65536, 0, false)).sqsize, 0xFFFF);
  EXPECT_EQ((ConnectCmd{.sqsize = 0}.entries()), 1u);
  EXPECT_EQ((ConnectCmd{.sqsize = 0xFFFF}.entries()), 65536u);
}

TEST(MakeConnect, KatoIsReservedOnAnIoQueue) {
  EXPECT_EQ(ViewAs<ConnectCmd>(MakeConnect(0, 32, 5000, false)).kato, 5000u);
  EXPECT_EQ(ViewAs<ConnectCmd>(MakeConnect(1, 32, 5000, false)).kato, 0u);
}

TEST(MakeConnect, FlowControlIsDisabledByBit2OfCattr) {
  EXPECT_EQ(ViewAs<ConnectCmd>(MakeConnect(1, 32, 0, true)).cattr, 0x04);
  EXPECT_EQ(ViewAs<ConnectCmd>(MakeConnect(1, 32, 0, false)).cattr, 0x00);
  EXPECT_TRUE((ConnectCmd{.cattr = 0xFF}.disables_flow_control()));
  EXPECT_FALSE((ConnectCmd{.cattr = 0xFB}.disables_flow_control()));
}

TEST(MakePropertyGet, WidthIsInAttrib) {
  EXPECT_EQ(ViewAs<PropertyGetCmd>(MakePropertyGet(0x00, 8)), (PropertyGetCmd{.attrib = 1}));
  EXPECT_EQ(ViewAs<PropertyGetCmd>(MakePropertyGet(0x1C, 4)), (PropertyGetCmd{.ofst = 0x1C}));
}

TEST(PropertyCmd, ReservedValuesOfAttribHaveNoWidth) {
  EXPECT_EQ((PropertyGetCmd{.attrib = 0}.width()), 4u);
  EXPECT_EQ((PropertyGetCmd{.attrib = 1}.width()), 8u);
  for (std::uint8_t attrib = 2; attrib < 8; ++attrib) {
    EXPECT_EQ((PropertyGetCmd{.attrib = attrib}.width()), 0u);
    EXPECT_EQ((PropertySetCmd{.attrib = attrib}.width()), 0u);
  }
  EXPECT_EQ((PropertySetCmd{.attrib = 0xF9}.width()), 8u) << "bits 7:3 are not checked";
}

TEST(MakePropertySet, FourOctetsStandInTheLowHalf) {
  EXPECT_EQ(ViewAs<PropertySetCmd>(MakePropertySet(0x14, 4, 0xAAAAAAAA00460001)),
            (PropertySetCmd{.ofst = 0x14, .value = 0x00460001}));
  EXPECT_EQ(ViewAs<PropertySetCmd>(MakePropertySet(0x1300, 8, 0xAAAAAAAA00460001)),
            (PropertySetCmd{.attrib = 1, .ofst = 0x1300, .value = 0xAAAAAAAA00460001}));
}

TEST(MakeDisconnect, IsFctype08) { EXPECT_EQ(MakeDisconnect(), (Sqe{.opc = 0x7F, .nsid = 0x08})); }

TEST(MakeAuthentication, DirectionFollowsTheType) {
  const Sqe send = MakeAuthentication(FabricsType::kAuthenticationSend, 16);
  const Sqe receive = MakeAuthentication(FabricsType::kAuthenticationReceive, 16);
  EXPECT_EQ(DataDirection(send), Direction::kToController);
  EXPECT_EQ(DataDirection(receive), Direction::kToHost);
  EXPECT_EQ(send.cdw10, 0xE9010100u);
  EXPECT_EQ(send.cdw11, 16u);
}

}  // namespace
}  // namespace nvmf
