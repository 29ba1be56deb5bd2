#include "nvmf/handoff/record.h"

#include <gtest/gtest.h>

#include <string>

#include "nvmf/base/crc32c.h"
#include "nvmf/testing/pattern.h"

namespace nvmf {
namespace {

using testing::Pattern;

constexpr std::size_t kVersionAt = 8, kCrcAt = 16, kCheckedFrom = 24, kSideAt = 24;
constexpr std::size_t kCommandsAt = 24 + 32, kUnreadAt = 24 + 36;

HandoffIdentity Identity() {
  HandoffIdentity identity{.qid = 3, .cntlid = 0x1234, .kato_ms = 120000, .kato_left_ms = 777};
  identity.hostid[15] = std::byte{9};
  EXPECT_TRUE(SetNqnField(identity.subnqn, "nqn.2026-11.org.example:disk"));
  EXPECT_TRUE(SetNqnField(identity.hostnqn, "nqn.2026-11.org.example:host"));
  return identity;
}

HandoffRecord Host() {
  return {.identity = Identity(),
          .state = tcp::HostState{
              .negotiated =
                  {.header_digest = true, .hpda = 3, .cpda = 7, .maxr2t = 2, .maxh2cdata = 65536},
              .entries = 128,
              .sq_head = 17,
              .generation = 5,
              .flow_control = false,
              .in_capsule_bytes = 4096,
              .unread = Pattern(40)}};
}

HandoffRecord Controller() {
  tcp::ControllerState state{.negotiated = {.data_digest = true, .maxr2t = 1ULL << 32},
                             .entries = 32,
                             .sq_head = 1,
                             .in_capsule_bytes = 8192,
                             .unread = Pattern(3)};
  state.commands.push_back({.sqe = {.opc = 0x7F, .cid = 9}, .data = Pattern(1024)});
  state.commands.push_back({.sqe = {.opc = 2, .cid = 10}});
  return {.identity = Identity(), .state = state};
}

// Seal makes the checksum right again after a test has bent the record.
void Seal(std::vector<std::byte>& octets) {
  StoreLittle(MutableBytes(octets).subspan(kCrcAt), Crc32c(ByteView(octets).subspan(kCheckedFrom)));
}

void ExpectRefused(ByteView octets, const std::string& reason) {
  const auto record = DecodeRecord(octets);
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().code, Code::kInvalidArgument);
  EXPECT_NE(std::string(record.error().what).find(reason), std::string::npos)
      << record.error().what;
}

TEST(HandoffRecord, WhatIsPackedIsUnpacked) {
  for (const HandoffRecord& record : {Host(), Controller()}) {
    const auto decoded = DecodeRecord(EncodeRecord(record));
    ASSERT_TRUE(decoded) << decoded.error().Message();
    EXPECT_EQ(*decoded, record);
  }
}

TEST(HandoffRecord, EveryCutIsRefused) {
  for (const HandoffRecord& record : {Host(), Controller()}) {
    const auto octets = EncodeRecord(record);
    for (std::size_t n = 0; n < octets.size(); ++n) ExpectRefused(ByteView(octets).first(n), "cut");
  }
}

TEST(HandoffRecord, EveryAlteredOctetIsRefused) {
  const auto octets = EncodeRecord(Controller());
  for (std::size_t at = 0; at < octets.size(); ++at) {
    if (at >= 10 && at < 12) continue;  // Reserved, in no check.
    if (at >= 20 && at < 24) continue;
    auto bent = octets;
    bent[at] ^= std::byte{0x10};
    EXPECT_FALSE(DecodeRecord(bent)) << at;
  }
}

TEST(HandoffRecord, AnotherVersionIsRefused) {
  auto octets = EncodeRecord(Host());
  octets[kVersionAt] = std::byte{2};
  ExpectRefused(octets, "version");
}

TEST(HandoffRecord, LengthsThatLieUnderAGoodChecksumAreRefused) {
  for (const std::size_t at : {kCommandsAt, kUnreadAt}) {
    for (const std::uint32_t lie : {1U, 4U, 0xFFFFFFFFU}) {
      auto octets = EncodeRecord(Controller());
      StoreLittle(MutableBytes(octets).subspan(at), lie);
      Seal(octets);
      EXPECT_FALSE(DecodeRecord(octets)) << at << " " << lie;
    }
  }
  auto octets = EncodeRecord(Controller());
  octets[kSideAt] = std::byte{3};
  Seal(octets);
  ExpectRefused(octets, "neither");
}

}  // namespace
}  // namespace nvmf
