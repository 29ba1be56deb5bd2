// What both models ask of a PDU that the library sends, beyond what a receiver must accept.
#ifndef FUZZ_MODEL_FRAMING_H_
#define FUZZ_MODEL_FRAMING_H_

#include <algorithm>

#include "fuzz/model/stream_model.h"

namespace model {

inline bool AllZero(Octets octets) {
  return std::ranges::all_of(octets, [](std::uint8_t octet) { return octet == 0; });
}

// The digest flags and no others but `own_flags`; data at the first place that the alignment
// allows, after padding of zeros.
inline bool FramedTightly(const Pdu& pdu, const Terms& terms, std::uint8_t own_flags) {
  const std::uint32_t least = pdu.hlen + (terms.hdgst ? 4U : 0U);
  const std::uint32_t rounded = (least + terms.alignment - 1) / terms.alignment * terms.alignment;
  const bool ddgst = terms.ddgst && pdu.data != 0;
  const int flags = (terms.hdgst ? 1 : 0) | (ddgst ? 2 : 0) | own_flags;
  return pdu.flags == flags && pdu.pdo == (pdu.data == 0 ? 0 : rounded) &&
         AllZero(pdu.front.subspan(least));
}

// A TermReq quotes the front of the PDU in error, as it came: at least the common header.
inline bool QuotesFront(Octets quoted, Octets front) {
  return quoted.size() >= 8 && quoted.size() <= front.size() &&
         std::ranges::equal(quoted, front.first(quoted.size()));
}

}  // namespace model

#endif  // FUZZ_MODEL_FRAMING_H_
