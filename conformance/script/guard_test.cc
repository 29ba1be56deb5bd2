#include "conformance/script/guard.h"

#include <gtest/gtest.h>

#include "conformance/wire/frame.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

Bytes Capsule(const Sqe& sqe, const Lies& lies = {}) {
  return Compose(tcp::CapsuleCmd{.sqe = sqe}, {}, {}, lies);
}

// OnIoQueue is a guard that has seen the Connect of an I/O queue go by.
Guard OnIoQueue(const Grant& grant) {
  Guard guard(grant);
  EXPECT_FALSE(guard.Inspect(Compose(tcp::IcReq{}, {})));
  EXPECT_FALSE(guard.Inspect(Capsule(MakeConnect(1, 32, 0, false))));
  return guard;
}

Grant Blocks(std::uint32_t nsid, std::uint64_t first, std::uint64_t last) {
  return {.disruptive = true, .destructive = {{.nsid = nsid, .first = first, .last = last}}};
}

TEST(Guard, ReadsNeedNoGrant) {
  Guard guard = OnIoQueue({});
  EXPECT_FALSE(guard.Inspect(Capsule(MakeRead(1, 0, 8))));
  EXPECT_FALSE(guard.Inspect(Capsule(MakeFlush(1))));
}

TEST(Guard, WritesNeedAGrant) {
  EXPECT_TRUE(OnIoQueue({}).Inspect(Capsule(MakeWrite(1, 0, 1))));
  EXPECT_TRUE(OnIoQueue({.disruptive = true}).Inspect(Capsule(MakeWrite(1, 0, 1))));
  EXPECT_FALSE(OnIoQueue({.everything = true}).Inspect(Capsule(MakeWrite(1, 0, 1))));
}

TEST(Guard, AGrantEndsAtItsBlocks) {
  Guard guard = OnIoQueue(Blocks(1, 100, 199));
  EXPECT_FALSE(guard.Inspect(Capsule(MakeWrite(1, 100, 100))));
  EXPECT_FALSE(guard.Inspect(Capsule(MakeWriteZeroes(1, 199, 1))));
  EXPECT_TRUE(guard.Inspect(Capsule(MakeWrite(1, 99, 1))));
  EXPECT_TRUE(guard.Inspect(Capsule(MakeWrite(1, 100, 101))));
  EXPECT_TRUE(guard.Inspect(Capsule(MakeWrite(1, 199, 2))));
  EXPECT_TRUE(guard.Inspect(Capsule(MakeWrite(2, 100, 1))));
}

TEST(Guard, AnEndThatWrapsIsOutside) {
  const std::uint64_t last = ~std::uint64_t{0} - 1;
  Guard guard = OnIoQueue(Blocks(1, 0, last));
  EXPECT_FALSE(guard.Inspect(Capsule(MakeWrite(1, last, 1))));
  EXPECT_TRUE(guard.Inspect(Capsule(MakeWrite(1, last, 8))));
}

TEST(Guard, ReservationsAreRegisteredOnlyWhereAllBlocksAreGranted) {
  const Sqe registers{.opc = 0x0D, .nsid = 1, .cdw10 = 3u << 30};
  EXPECT_FALSE(OnIoQueue(Blocks(1, 0, ~std::uint64_t{0})).Inspect(Capsule(registers)));
  EXPECT_TRUE(OnIoQueue(Blocks(2, 0, ~std::uint64_t{0})).Inspect(Capsule(registers)));
  EXPECT_TRUE(OnIoQueue(Blocks(1, 0, 199)).Inspect(Capsule(registers)));
  EXPECT_TRUE(OnIoQueue(Blocks(1, 1, ~std::uint64_t{0})).Inspect(Capsule(registers)));
  const Sqe replaces{.opc = 0x0D, .nsid = 1, .cdw10 = 2};
  EXPECT_TRUE(OnIoQueue(Blocks(1, 0, ~std::uint64_t{0})).Inspect(Capsule(replaces)));
  const Sqe acquires{.opc = 0x11, .nsid = 1};
  EXPECT_TRUE(OnIoQueue(Blocks(1, 0, ~std::uint64_t{0})).Inspect(Capsule(acquires)));
}

TEST(Guard, CommandsThatNameTheirBlocksInDataAreRefused) {
  Guard guard = OnIoQueue(Blocks(1, 0, ~std::uint64_t{0}));
  EXPECT_TRUE(guard.Inspect(Capsule(MakeDatasetManagement(1, 1, kDsmAd))));
  EXPECT_TRUE(guard.Inspect(Capsule({.opc = 0x19, .nsid = 1})));
  EXPECT_TRUE(guard.Inspect(Capsule({.opc = 0xC1, .nsid = 1})));
}

TEST(Guard, AdminCommandsThatChangeTheDeviceAreRefused) {
  Guard guard(Blocks(1, 0, 199));
  for (const std::uint8_t opcode : {std::uint8_t{0x80}, std::uint8_t{0x84}, std::uint8_t{0x0D},
                                    std::uint8_t{0x11}, std::uint8_t{0xC0}}) {
    EXPECT_TRUE(guard.Inspect(Capsule({.opc = opcode, .nsid = 1}))) << int{opcode};
  }
  EXPECT_FALSE(guard.Inspect(Capsule(MakeIdentify(Cns::kController))));
  EXPECT_FALSE(guard.Inspect(Capsule(MakeSetFeatures(Feature::kNumberOfQueues, 0))));
  EXPECT_TRUE(guard.Inspect(Capsule(MakeSetFeatures(Feature::kNumberOfQueues, 0, 0, true))));
  EXPECT_TRUE(guard.Inspect(Capsule(MakeSetFeatures(Feature::kVolatileWriteCache, 0))));
}

TEST(Guard, AdminCommandsThatDoNothingNeedTheDisruptiveGrant) {
  Guard bold({.disruptive = true});
  Guard shy({});
  for (const std::uint8_t opcode : {std::uint8_t{0x00}, std::uint8_t{0x83}, std::uint8_t{0x89},
                                    std::uint8_t{0x1E}, std::uint8_t{0x7C}}) {
    EXPECT_FALSE(bold.Inspect(Capsule({.opc = opcode}))) << int{opcode};
    EXPECT_TRUE(shy.Inspect(Capsule({.opc = opcode}))) << int{opcode};
  }
  EXPECT_FALSE(bold.Inspect(Capsule(MakeSetFeatures(Feature::kHostIdentifier, 1))));
  EXPECT_TRUE(shy.Inspect(Capsule(MakeSetFeatures(Feature::kHostIdentifier, 1))));
  EXPECT_TRUE(bold.Inspect(Capsule({.opc = 0x80})));
  EXPECT_TRUE(bold.Inspect(Capsule({.opc = 0xFF})));
}

TEST(Guard, IoCommandsThatDoNothingNeedTheDisruptiveGrant) {
  Guard bold = OnIoQueue({.disruptive = true});
  Guard shy = OnIoQueue({});
  for (const std::uint8_t opcode : {std::uint8_t{0x06}, std::uint8_t{0x0B}, std::uint8_t{0x18}}) {
    EXPECT_FALSE(bold.Inspect(Capsule({.opc = opcode}))) << int{opcode};
    EXPECT_TRUE(shy.Inspect(Capsule({.opc = opcode}))) << int{opcode};
  }
  for (const std::uint8_t opcode : {std::uint8_t{0x0D}, std::uint8_t{0x79}, std::uint8_t{0x80}}) {
    EXPECT_TRUE(bold.Inspect(Capsule({.opc = opcode}))) << int{opcode};
  }
}

TEST(Guard, MalformedPdusNeedTheDisruptiveGrant) {
  const Bytes wrong = Compose(tcp::IcReq{}, {}, {}, {.hlen = 127});
  EXPECT_TRUE(Guard({}).Inspect(wrong));
  EXPECT_FALSE(Guard({.disruptive = true}).Inspect(wrong));
  EXPECT_TRUE(Guard({}).Inspect(Compose(tcp::R2T{}, {})));  // Not a host's.
}

// Shy is a guard without any grant that has seen the ICReq go by.
Guard Shy() {
  Guard guard({});
  EXPECT_FALSE(guard.Inspect(Compose(tcp::IcReq{}, {})));
  return guard;
}

TEST(Guard, WhatIsOutOfPlaceNeedsTheDisruptiveGrant) {
  const Bytes icreq = Compose(tcp::IcReq{}, {});
  EXPECT_TRUE(Shy().Inspect(icreq));
  EXPECT_TRUE(Guard({}).Inspect(Capsule(MakeIdentify(Cns::kController))));
  EXPECT_TRUE(Guard({}).Inspect(Compose(tcp::H2CData{}, {})));
  EXPECT_TRUE(Shy().Inspect(Compose(tcp::H2CTermReq{{.fes = 2}}, {})));
  EXPECT_TRUE(Shy().Inspect(Fill(7, 0xEE)) || Shy().Inspect(Fill(8, 0xEE)));
  Guard bold({.disruptive = true});
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(bold.Inspect(icreq));
  EXPECT_FALSE(bold.Inspect(Compose(tcp::H2CTermReq{{.fes = 2}}, {})));
}

TEST(Guard, EveryLieInAHeaderNeedsTheDisruptiveGrant) {
  const Sqe sqe = MakeIdentify(Cns::kController);
  EXPECT_FALSE(Shy().Inspect(Capsule(sqe)));
  for (const Lies& lies : {Lies{.type = 0x0A}, Lies{.flags = 0x80}, Lies{.flags = tcp::kHdgstf},
                           Lies{.hlen = 71}, Lies{.pdo = 3}, Lies{.plen = 71}, Lies{.plen = 73},
                           Lies{.plen = 200}, Lies{.plen = 0xFFFFFFFF}, Lies{.plen = 4}}) {
    EXPECT_TRUE(Shy().Inspect(Capsule(sqe, lies)));
  }
  for (const tcp::IcReq& ic : {tcp::IcReq{.pfv = 1}, {.hpda = 32}, {.dgst = 4}}) {
    EXPECT_TRUE(Guard({}).Inspect(Compose(ic, {})));
  }
  EXPECT_TRUE(
      Guard({}).Inspect(Compose(tcp::IcReq{}, {}, {}, {.pokes = {{.at = 100, .value = 1}}})));
}

TEST(Guard, AWrongDigestNeedsTheDisruptiveGrant) {
  const Negotiated digests{.header_digest = true};
  const tcp::Framing framing = digests.FramingFrom(Side::kHost, 0);
  const tcp::CapsuleCmd pdu{.sqe = MakeIdentify(Cns::kController)};
  EXPECT_FALSE(Shy().Inspect(Compose(pdu, framing), digests));
  EXPECT_TRUE(Shy().Inspect(Compose(pdu, framing, {}, {.hdgst_xor = 1}), digests));
  EXPECT_TRUE(Shy().Inspect(Compose(pdu, {}), digests));
}

TEST(Guard, PropertiesBesideCcNeedTheDisruptiveGrant) {
  EXPECT_FALSE(Shy().Inspect(Capsule(MakePropertySet(Cc::kOffset, 4, 1))));
  const Bytes reset = Capsule(MakePropertySet(kNssrOffset, 4, kNssrMagic));
  EXPECT_TRUE(Shy().Inspect(reset));
  EXPECT_FALSE(Guard({.disruptive = true}).Inspect(reset));
  EXPECT_TRUE(Shy().Inspect(Capsule({.opc = kFabricsOpcode, .nsid = 0x05})));
}

TEST(Guard, AResetNeedsTheDisruptiveGrant) {
  EXPECT_FALSE(Guard({}).MayReset());
  EXPECT_TRUE(Guard({.disruptive = true}).MayReset());
  EXPECT_TRUE(Guard({.everything = true}).MayReset());
}

TEST(Guard, ACapsuleCutIntoPiecesIsStillSeen) {
  Guard guard = OnIoQueue({});
  const Bytes write = Capsule(MakeWrite(1, 0, 1));
  bool refused = false;
  for (const std::byte octet : write) refused |= guard.Inspect({&octet, 1}).has_value();
  EXPECT_TRUE(refused);
}

TEST(Guard, ACapsuleInPiecesBehindDataInPiecesIsStillSeen) {
  Guard guard = OnIoQueue({.disruptive = true});
  const Bytes data = Compose(tcp::H2CData{.datal = 512}, {}, Bytes(512));
  EXPECT_FALSE(guard.Inspect(ByteView(data).first(100)));
  EXPECT_FALSE(guard.Inspect(ByteView(data).subspan(100)));
  const Bytes write = Capsule(MakeWrite(1, 0, 1));
  bool refused = false;
  for (const std::byte octet : write) refused |= guard.Inspect({&octet, 1}).has_value();
  EXPECT_TRUE(refused);
}

TEST(Guard, ACapsuleBehindAnotherWhosePlenIsTooShortIsStillSeen) {
  Guard guard = OnIoQueue({.disruptive = true});
  const Bytes read = Capsule(MakeRead(1, std::uint64_t{1} << 48, 1), {.plen = 0});
  EXPECT_TRUE(guard.Inspect(Join(read, Capsule(MakeWrite(1, 0, 1)))));
}

TEST(Guard, ACapsuleBehindAnotherIsStillSeen) {
  Guard guard = OnIoQueue({});
  EXPECT_TRUE(guard.Inspect(Join(Capsule(MakeRead(1, 0, 1)), Capsule(MakeWrite(1, 0, 1)))));
}

TEST(Guard, AWriteBehindALyingPlenIsStillSeen) {
  Guard guard = OnIoQueue({.disruptive = true});
  EXPECT_FALSE(guard.Inspect(Capsule(MakeRead(1, 0, 1), {.plen = 0xFFFFFFFF})));
  EXPECT_TRUE(guard.Inspect(Capsule(MakeWrite(1, 0, 1))));
}

TEST(Guard, AWriteOfLyingLengthsIsStillSeen) {
  for (const std::uint32_t plen : {0u, 8u, 71u, 0x48000000u}) {
    Guard guard = OnIoQueue({.disruptive = true});
    EXPECT_TRUE(guard.Inspect(Capsule(MakeWrite(1, 0, 1), {.hlen = 71, .plen = plen}))) << plen;
  }
}

TEST(Guard, DataAreNotTakenForCapsules) {
  Guard guard = OnIoQueue(Blocks(1, 0, 199));
  const Bytes looks_like_a_write = Capsule(MakeWrite(9, 5000, 1));
  const Bytes frame = Compose(tcp::H2CData{.datal = 72}, {}, looks_like_a_write);
  EXPECT_FALSE(guard.Inspect(frame));
}

}  // namespace
}  // namespace nvmf::conformance
