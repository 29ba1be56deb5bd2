#include "nvmf/nvme/discovery.h"

#include <gtest/gtest.h>

#include "nvmf/nvme/golden.h"

namespace nvmf {
namespace {

constexpr std::string_view kNqn = "nqn.2016-06.io.spdk:cnode1";

DiscoveryEntry Good() {
  return MakeTcpEntry(SubType::kNvm, kNqn, "192.0.2.1", 4420).value_or(DiscoveryEntry{});
}

// WithPort returns the good entry with another TRSVCID.
DiscoveryEntry WithPort(std::string_view text, char padding = ' ') {
  DiscoveryEntry entry = Good();
  EXPECT_TRUE(SetText(entry.trsvcid, text, padding));
  return entry;
}

DiscoveryEntry WithAddress(AdrFam adrfam, std::string_view text, char padding = ' ') {
  DiscoveryEntry entry = Good();
  entry.adrfam = adrfam;
  EXPECT_TRUE(SetText(entry.traddr, text, padding));
  return entry;
}

constexpr Golden<DiscoveryHeader> kGoldenHeader[] = {
    {"every field",
     {.genctr = 0x0102030405060708,
      .numrec = 0x1112131415161718,
      .recfmt = 0x2122,
      .dlpf = 0x23,
      .tdlpl = 0x24252627},
     "0807060504030201 1817161514131211 2221 23 00 27262524"},
};

TEST(DiscoveryHeader, OctetsReadBothWays) { ExpectBothWays<DiscoveryHeader>(kGoldenHeader); }

TEST(DiscoveryHeader, TheLogIsTheHeaderAndItsEntries) {
  EXPECT_EQ((DiscoveryHeader{.numrec = 0}.log_bytes()), 1024u);
  EXPECT_EQ((DiscoveryHeader{.numrec = 3}.log_bytes()), 4096u);
}

TEST(DiscoveryHeader, ALogThatDoesNotFitIsTheMost) {
  EXPECT_EQ((DiscoveryHeader{.numrec = (1ull << 54) - 2}.log_bytes()), 0xFFFFFFFFFFFFFC00u);
  EXPECT_EQ((DiscoveryHeader{.numrec = (1ull << 54) - 1}.log_bytes()), 0xFFFFFFFFFFFFFFFFu);
  EXPECT_EQ((DiscoveryHeader{.numrec = 0xFFFFFFFFFFFFFFFF}.log_bytes()), 0xFFFFFFFFFFFFFFFFu);
}

TEST(DiscoveryHeader, OnlyFormat0IsReadable) {
  EXPECT_TRUE((DiscoveryHeader{.recfmt = 0}.readable()));
  EXPECT_FALSE((DiscoveryHeader{.recfmt = 1}.readable()));
}

TEST(DiscoveryEntry, OctetsReadBothWays) {
  DiscoveryEntry entry{.trtype = TrType::kRdma,
                       .adrfam = AdrFam::kIpv6,
                       .subtype = SubType::kDiscovery,
                       .treq = 0x05,
                       .portid = 0x0102,
                       .cntlid = 0x0304,
                       .asqsz = 0x0506,
                       .eflags = 0x0708,
                       .sectype = SecType::kTls13};
  ASSERT_TRUE(SetText(entry.trsvcid, "8009", '\0') && SetText(entry.traddr, "::1", '\0'));
  ASSERT_TRUE(SetNqnField(entry.subnqn, "N"));
  entry.trsvcid[31] = '!';
  entry.subnqn[255] = '!';
  entry.traddr[255] = '!';
  const Golden<DiscoveryEntry> golden[] = {
      {"every field", entry,
       "01 02 03 05 0201 0403 0605 0807 @32 38303039 @63 21 @256 4E @511 21 @512 3A3A31 @767 21 "
       "02"},
  };
  ExpectBothWays<DiscoveryEntry>(golden);
}

TEST(DiscoveryEntry, ATcpEntryIsPaddedWithSpacesAndUsable) {
  const DiscoveryEntry entry = Good();
  EXPECT_EQ(EntryFault(entry), nullptr);
  EXPECT_TRUE(EntryIsUsable(entry));
  EXPECT_EQ(entry.trsvcid[31], ' ');
  EXPECT_EQ(entry.traddr[255], ' ');
  EXPECT_EQ(entry.subnqn[255], '\0');
  EXPECT_EQ(entry.cntlid, 0xFFFF);
  EXPECT_EQ(entry.port(), 4420);
  EXPECT_EQ(entry.nqn(), kNqn);
  EXPECT_EQ(Text(entry.traddr), "192.0.2.1");
}

TEST(DiscoveryEntry, MakeTellsTheFamilyByTheAddress) {
  const auto entry = MakeTcpEntry(SubType::kReferral, kDiscoveryNqn, "2001:db8::1", 8009);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->adrfam, AdrFam::kIpv6);
  EXPECT_EQ(entry->subtype, SubType::kReferral);
}

TEST(DiscoveryEntry, MakeRefusesWhatAHostCouldNotUse) {
  EXPECT_FALSE(MakeTcpEntry(SubType::kNvm, kNqn, "localhost", 4420));
  EXPECT_FALSE(MakeTcpEntry(SubType::kNvm, kNqn, std::string(257, '1'), 4420));
  EXPECT_FALSE(MakeTcpEntry(SubType::kNvm, kNqn, "192.0.2.1", 0));
  EXPECT_FALSE(MakeTcpEntry(SubType::kNvm, "cnode1", "192.0.2.1", 4420));
  EXPECT_FALSE(MakeTcpEntry(static_cast<SubType>(0), kNqn, "192.0.2.1", 4420));
}

TEST(DiscoveryEntry, PaddingOfEitherKindIsRead) {
  EXPECT_TRUE(EntryIsUsable(WithPort("4420", '\0')));
  EXPECT_TRUE(EntryIsUsable(WithAddress(AdrFam::kIpv4, "192.0.2.1", '\0')));
}

TEST(DiscoveryEntry, OtherTransportsAreNotUsed) {
  DiscoveryEntry entry = Good();
  for (const unsigned trtype : {0u, 1u, 2u, 4u, 0xFEu, 0xFFu}) {
    entry.trtype = static_cast<TrType>(trtype);
    EXPECT_STREQ(EntryFault(entry), "TRTYPE is not TCP");
  }
}

TEST(DiscoveryEntry, OtherAddressFamiliesAreNotUsed) {
  DiscoveryEntry entry = Good();
  for (const unsigned adrfam : {0u, 3u, 4u, 5u, 0xFEu, 0xFFu}) {
    entry.adrfam = static_cast<AdrFam>(adrfam);
    EXPECT_STREQ(EntryFault(entry), "ADRFAM is neither IPv4 nor IPv6");
  }
}

TEST(DiscoveryEntry, SubtypesAre1To3) {
  DiscoveryEntry entry = Good();
  for (const unsigned subtype : {0u, 4u, 0xFFu}) {
    entry.subtype = static_cast<SubType>(subtype);
    EXPECT_STREQ(EntryFault(entry), "SUBTYPE is reserved");
  }
  for (const unsigned subtype : {1u, 2u, 3u}) {
    entry.subtype = static_cast<SubType>(subtype);
    EXPECT_TRUE(EntryIsUsable(entry));
  }
}

TEST(DiscoveryEntry, ReservedControllerIdsAreNotUsed) {
  DiscoveryEntry entry = Good();
  for (const unsigned cntlid : {0x0000u, 0xFFEFu, 0xFFFEu, 0xFFFFu}) {
    entry.cntlid = static_cast<std::uint16_t>(cntlid);
    EXPECT_TRUE(EntryIsUsable(entry)) << cntlid;
  }
  for (const unsigned cntlid : {0xFFF0u, 0xFFFDu}) {
    entry.cntlid = static_cast<std::uint16_t>(cntlid);
    EXPECT_STREQ(EntryFault(entry), "CNTLID is reserved");
  }
}

TEST(DiscoveryEntry, ThePortIsDecimalFrom1To65535) {
  EXPECT_EQ(WithPort("1").port(), 1);
  EXPECT_EQ(WithPort("65535").port(), 65535);
  EXPECT_EQ(WithPort("00000000000000000000000000004420").port(), 4420) << "the whole field";
  const std::string_view kBad[] = {"",      "0",     "65536", "4294971716", "18446744073709556036",
                                   "-1",    "+4420", " 4420", "0x1144",     "4420x",
                                   "44 20", "4420.", "nvme",  "4420\n"};
  for (const std::string_view bad : kBad) {
    EXPECT_STREQ(EntryFault(WithPort(bad)), "TRSVCID is not a decimal port") << bad;
  }
}

TEST(DiscoveryEntry, TheAddressIsNumericAndOfItsFamily) {
  for (const char* good : {"0.0.0.0", "255.255.255.255", "10.0.0.1"}) {
    EXPECT_TRUE(EntryIsUsable(WithAddress(AdrFam::kIpv4, good))) << good;
  }
  for (const char* good : {"::", "::1", "fe80::1", "2001:db8:0:1:1:1:1:1", "::ffff:192.0.2.1"}) {
    EXPECT_TRUE(EntryIsUsable(WithAddress(AdrFam::kIpv6, good))) << good;
  }
  for (const char* bad : {"", "localhost", "256.0.0.1", "1.2.3", "1.2.3.4.5", "1.2.3.4:4420",
                          "1.2.3.4;reboot", " 1.2.3.4", "0x7f000001", "::1"}) {
    EXPECT_FALSE(EntryIsUsable(WithAddress(AdrFam::kIpv4, bad))) << bad;
  }
  for (const char* bad : {"", "1.2.3.4", ":::", "1::2::3", "12345::", "[::1]", "fe80::1%eth0"}) {
    EXPECT_STREQ(EntryFault(WithAddress(AdrFam::kIpv6, bad)),
                 "TRADDR is not a numeric address of ADRFAM");
  }
}

TEST(DiscoveryEntry, AnAddressThatFillsItsFieldIsNoAddress) {
  EXPECT_FALSE(EntryIsUsable(WithAddress(AdrFam::kIpv4, std::string(256, '1'))));
  EXPECT_FALSE(EntryIsUsable(WithAddress(AdrFam::kIpv6, std::string(256, ':'))));
}

TEST(DiscoveryEntry, AnUnterminatedOrMalformedNqnIsNotUsed) {
  DiscoveryEntry entry = Good();
  entry.subnqn.fill('x');
  EXPECT_STREQ(EntryFault(entry), "SUBNQN is not a terminated NQN");
  EXPECT_EQ(entry.nqn(), std::nullopt);
  ASSERT_TRUE(SetNqnField(entry.subnqn, "cnode1"));
  EXPECT_FALSE(EntryIsUsable(entry));
  entry.subnqn = {};
  EXPECT_FALSE(EntryIsUsable(entry));
}

TEST(DiscoveryEntry, AnEntryOfOneOctetValueIsJudgedWithinItsBounds) {
  for (unsigned fill = 0; fill <= 0xFF; ++fill) {
    std::array<std::byte, DiscoveryEntry::kSize> octets;
    octets.fill(static_cast<std::byte>(fill));
    EXPECT_FALSE(EntryIsUsable(Decode<DiscoveryEntry>(octets)));
  }
}

TEST(DiscoveryEntry, ValuesAreNamed) {
  EXPECT_STREQ(TrTypeName(TrType::kTcp), "tcp");
  EXPECT_STREQ(TrTypeName(static_cast<TrType>(9)), "unknown");
  EXPECT_STREQ(AdrFamName(AdrFam::kIpv6), "ipv6");
  EXPECT_STREQ(AdrFamName(static_cast<AdrFam>(9)), "unknown");
  EXPECT_STREQ(SubTypeName(SubType::kReferral), "referral");
  EXPECT_STREQ(SubTypeName(static_cast<SubType>(9)), "unknown");
  EXPECT_STREQ(SecTypeName(SecType::kTls13), "tls1.3");
  EXPECT_STREQ(SecTypeName(static_cast<SecType>(9)), "unknown");
}

}  // namespace
}  // namespace nvmf
