// Digests of a PDU that lies whole in memory: where they are, and making them right again after
// something else in the PDU was changed.
//
//   const DigestPlaces places = FindDigests(pdu);
//   const bool right = places.hdgst && places.hdgst->IsRight(pdu);
//   if (right) places.hdgst->Renew(changed);
//
// Threads   pure functions.
// Source    NVMe/TCP, "PDU Header Digest (HDGST)", "PDU Data Digest (DDGST)".
#ifndef CONFORMANCE_WIRE_DIGESTS_H_
#define CONFORMANCE_WIRE_DIGESTS_H_

#include <cstddef>
#include <optional>

#include "conformance/wire/octets.h"

namespace nvmf::conformance {

// DigestPlace is `size` octets from `at` on, and the digest right behind them.
struct DigestPlace {
  std::size_t at = 0;
  std::size_t size = 0;
  bool IsRight(ByteView pdu) const;
  void Renew(MutableBytes pdu) const;
};

struct DigestPlaces {
  std::optional<DigestPlace> hdgst = std::nullopt;
  std::optional<DigestPlace> ddgst = std::nullopt;
};

// FindDigests looks where the header of `pdu`, which has PLEN octets at least, says that they are.
DigestPlaces FindDigests(ByteView pdu);

// MendDigests renews the digests of all PDUs in `octets`, where they were when it was `before`.
void MendDigests(MutableBytes octets, ByteView before);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_WIRE_DIGESTS_H_
