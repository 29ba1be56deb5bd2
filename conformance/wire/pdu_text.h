// PduText: one line for people about the octets of a PDU, as sent or as received.
//
//   PduText(bytes)   "R2T cccid=7 ttag=1 r2to=0 r2tl=1000 (24 octets)"
//
// It describes what is there, however wrong: unusual header fields are shown, missing octets named.
//
// Threads   pure function; it allocates.
#ifndef CONFORMANCE_WIRE_PDU_TEXT_H_
#define CONFORMANCE_WIRE_PDU_TEXT_H_

#include <string>

#include "nvmf/base/bytes.h"

namespace nvmf::conformance {

std::string PduText(ByteView bytes);

// Hex returns `value` in hexadecimal with a trailing h, at least `digits` long: Hex(7, 2) is "07h".
std::string Hex(std::uint64_t value, int digits = 1);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_WIRE_PDU_TEXT_H_
