#include "conformance/suite/live_names.h"

#include <gtest/gtest.h>

#include "conformance/wire/frame.h"
#include "nvmf/base/fields.h"
#include "nvmf/nvme/fabrics.h"

namespace nvmf::conformance {
namespace {

constexpr tcp::Framing kBoth{.header_digest = true, .data_digest = true};

Bytes R2TOf(std::uint16_t ttag) {
  return Compose(tcp::R2T{.cccid = 1, .ttag = ttag, .r2tl = 8}, {});
}

Bytes DataOf(std::uint16_t ttag, const Lies& lies = {}) {
  const Bytes data(8, std::byte{5});
  return Compose(tcp::H2CData{.cccid = 1, .ttag = ttag, .datal = 8}, kBoth, data, lies);
}

Bytes CompletionOf(std::uint16_t cntlid) {
  return Compose(tcp::CapsuleResp{.cqe = {.dw0 = cntlid}}, {});
}

Bytes ConnectOf(std::uint16_t cntlid, const Lies& lies = {}) {
  const auto page = Encode(ConnectData{.cntlid = cntlid});
  return Compose(tcp::CapsuleCmd{.sqe = MakeConnect(1, 32, 0, false)}, kBoth, page, lies);
}

TEST(LiveNames, PutTodaysTtagIntoData) {
  LiveNames names;
  names.Learn(1, R2TOf(7), R2TOf(9));
  EXPECT_EQ(names.Rename(1, DataOf(7)), DataOf(9));
  // Another connection's, and one that was a lie, stay.
  EXPECT_EQ(names.Rename(2, DataOf(7)), DataOf(7));
  EXPECT_EQ(names.Rename(1, DataOf(8)), DataOf(8));
}

TEST(LiveNames, PutTodaysCntlidIntoAConnect) {
  LiveNames names;
  names.Learn(1, CompletionOf(20), CompletionOf(300));
  EXPECT_EQ(names.Rename(2, ConnectOf(20)), ConnectOf(300));
  EXPECT_EQ(names.Rename(2, ConnectOf(21)), ConnectOf(21));
}

TEST(LiveNames, ADigestThatWasWrongStaysWrong) {
  LiveNames names;
  names.Learn(1, R2TOf(7), R2TOf(9));
  const Bytes was = DataOf(7, {.hdgst_xor = 1});
  Bytes is = names.Rename(1, was);
  EXPECT_NE(is, DataOf(9));
  EXPECT_TRUE(std::equal(is.begin() + 24, is.end(), was.begin() + 24));
}

TEST(LiveNames, LeavePartsAndLiesAlone) {
  LiveNames names;
  names.Learn(1, R2TOf(7), R2TOf(9));
  names.Learn(1, CompletionOf(20), CompletionOf(300));
  for (Bytes octets : {DataOf(7), ConnectOf(20)}) {
    for (std::size_t size = 0; size < octets.size(); ++size) {
      const Bytes part(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_EQ(names.Rename(1, part), part);
    }
  }
  for (const Lies& lies :
       {Lies{.plen = 0xFFFFFFFF}, Lies{.hlen = 255}, Lies{.pdo = 255}, Lies{.plen = 20}}) {
    const Bytes data = DataOf(7, lies);
    const Bytes connect = ConnectOf(20, lies);
    EXPECT_EQ(names.Rename(1, data).size(), data.size());
    EXPECT_EQ(names.Rename(1, connect), connect);
  }
}

}  // namespace
}  // namespace nvmf::conformance
