// Bytes: octets that a scripted peer is about to send, or has received.
//
//   Bytes page = Pattern(4096, 7);       // 4096 octets that no other seed gives
//   Bytes both = Join(header, page);
//
// Shapes    a vector; views of it are nvmf::ByteView.
// Threads   pure functions.
#ifndef CONFORMANCE_WIRE_OCTETS_H_
#define CONFORMANCE_WIRE_OCTETS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nvmf/base/bytes.h"

namespace nvmf::conformance {

using Bytes = std::vector<std::byte>;

// Pattern returns `n` octets that depend on `seed` and on their place, so that data that came from
// elsewhere, or moved, or were cut, do not compare equal.
inline Bytes Pattern(std::size_t n, std::uint32_t seed) {
  Bytes bytes(n);
  std::uint32_t state = seed * 2654435761u + 1;
  for (std::byte& octet : bytes) {
    state = state * 1664525u + 1013904223u;
    octet = static_cast<std::byte>(state >> 24);
  }
  return bytes;
}

// Join returns `front` followed by `back`.
inline Bytes Join(ByteView front, ByteView back) {
  Bytes bytes(front.begin(), front.end());
  bytes.insert(bytes.end(), back.begin(), back.end());
  return bytes;
}

// Fill returns `n` times `value`.
inline Bytes Fill(std::size_t n, std::uint8_t value) { return Bytes(n, std::byte{value}); }

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_WIRE_OCTETS_H_
