// FieldPlaces: where the numeric fields of a PDU lie, and what values are most likely to hurt.
//
//   for (const FieldPlace& place : FieldPlaces(tcp::PduType::kH2CData)) ...
//
// Units     octets from the start of the PDU.
// Threads   safe.
#ifndef CONFORMANCE_WIRE_FIELD_PLACES_H_
#define CONFORMANCE_WIRE_FIELD_PLACES_H_

#include <cstddef>
#include <span>
#include <vector>

#include "conformance/wire/octets.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::conformance {

struct FieldPlace {
  std::size_t at = 0;
  std::size_t size = 0;
  const char* name = "";
};

// FieldPlaces are those of the common header and, of PDUs that hosts send, of what follows it.
std::span<const FieldPlace> FieldPlaces(tcp::PduType type);

// Extremes returns 0, 1, all ones, all ones but the last bit, and the sign bit.
std::vector<Bytes> Extremes(std::size_t size);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_WIRE_FIELD_PLACES_H_
