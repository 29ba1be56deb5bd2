// What the model needs of octets: little-endian numbers and the digest, written down once more.
//
// The model shares no code with the library it judges: only the C++ standard library. A mistake
// here and the same mistake there would have to be made twice.
#ifndef FUZZ_MODEL_OCTETS_H_
#define FUZZ_MODEL_OCTETS_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace model {

using Octets = std::span<const std::uint8_t>;

inline std::uint32_t Number(Octets from, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value |= std::uint32_t{from[at + i]} << (8 * i);
  return value;
}
inline std::uint16_t U16(Octets from, std::size_t at) {
  return static_cast<std::uint16_t>(Number(from, at, 2));
}
inline std::uint32_t U32(Octets from, std::size_t at) { return Number(from, at, 4); }

// Digest is CRC-32C, octet by octet: polynomial 1EDC6F41h, seen from its low end.
class Digest {
 public:
  void Add(Octets octets);
  std::uint32_t value() const { return state_ ^ 0xFFFFFFFF; }

 private:
  std::uint32_t state_ = 0xFFFFFFFF;
};

std::uint32_t DigestOf(Octets octets);

}  // namespace model

#endif  // FUZZ_MODEL_OCTETS_H_
