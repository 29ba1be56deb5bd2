#include "conformance/wire/digests.h"

#include <algorithm>

#include "nvmf/base/crc32c.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::conformance {

using tcp::kDigestBytes;
using tcp::PduHeader;

bool DigestPlace::IsRight(ByteView pdu) const {
  return LoadLittle<std::uint32_t>(pdu.subspan(at + size)) == Crc32c(pdu.subspan(at, size));
}

void DigestPlace::Renew(MutableBytes pdu) const {
  StoreLittle(pdu.subspan(at + size), Crc32c(pdu.subspan(at, size)));
}

DigestPlaces FindDigests(ByteView pdu) {
  DigestPlaces places;
  const auto header = Decode<PduHeader>(pdu.first<PduHeader::kSize>());
  if (header.plen < PduHeader::kSize + kDigestBytes) return places;
  const std::size_t end = header.plen - kDigestBytes;
  if ((header.flags & tcp::kHdgstf) != 0 && header.hlen <= end) {
    places.hdgst = {.at = 0, .size = header.hlen};
  }
  if ((header.flags & tcp::kDdgstf) != 0 && header.pdo >= header.hlen && header.pdo < end) {
    places.ddgst = {.at = header.pdo, .size = end - header.pdo};
  }
  return places;
}

void MendDigests(MutableBytes octets, ByteView before) {
  while (before.size() >= PduHeader::kSize) {
    const auto header = Decode<PduHeader>(before.first<PduHeader::kSize>());
    if (header.plen < PduHeader::kSize || header.plen > before.size()) return;
    const DigestPlaces places = FindDigests(before);
    if (places.hdgst) places.hdgst->Renew(octets);
    if (places.ddgst) places.ddgst->Renew(octets);
    octets = octets.subspan(header.plen);
    before = before.subspan(header.plen);
  }
}

}  // namespace nvmf::conformance
