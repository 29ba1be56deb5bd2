// Digests found, and made right again.
#include "conformance/wire/digests.h"

#include <gtest/gtest.h>

#include "conformance/wire/frame.h"

namespace nvmf::conformance {
namespace {

constexpr tcp::Framing kBoth{.header_digest = true, .data_digest = true};

Bytes Data(const tcp::Framing& framing) {
  return Compose(tcp::H2CData{.datal = 16}, framing, Pattern(16, 1));
}

TEST(Digests, AreFoundWhereTheHeaderSays) {
  const Bytes pdu = Data(kBoth);
  const DigestPlaces places = FindDigests(pdu);
  ASSERT_TRUE(places.hdgst && places.ddgst);
  EXPECT_EQ(places.hdgst->size, tcp::H2CData::kSize);
  EXPECT_EQ(places.ddgst->at, 28u);
  EXPECT_EQ(places.ddgst->size, 16u);
  EXPECT_TRUE(places.hdgst->IsRight(pdu) && places.ddgst->IsRight(pdu));
}

TEST(Digests, AreNotFoundWhereThereAreNone) {
  const DigestPlaces places = FindDigests(Data({}));
  EXPECT_FALSE(places.hdgst || places.ddgst);
  for (const std::uint32_t plen : {0u, 8u, 11u, 27u}) {
    const Bytes lying = Compose(tcp::H2CData{}, kBoth, Bytes(16), {.plen = plen});
    const DigestPlaces none = FindDigests(lying);
    EXPECT_FALSE(none.hdgst || none.ddgst) << plen;
  }
}

TEST(Digests, OfAllPdusAreMended) {
  const Bytes before = Join(Data(kBoth), Join(Compose(tcp::IcReq{}, {}), Data(kBoth)));
  Bytes changed = before;
  changed[10] ^= std::byte{1};                  // TTAG of the first,
  changed[changed.size() - 6] ^= std::byte{1};  // data of the last.
  MendDigests(changed, before);
  const DigestPlaces first = FindDigests(changed);
  const ByteView last = ByteView(changed).last(Data(kBoth).size());
  EXPECT_TRUE(first.hdgst->IsRight(changed) && first.ddgst->IsRight(changed));
  EXPECT_TRUE(FindDigests(last).hdgst->IsRight(last) && FindDigests(last).ddgst->IsRight(last));
  EXPECT_NE(changed, before);
}

}  // namespace
}  // namespace nvmf::conformance
