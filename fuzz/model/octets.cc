#include "fuzz/model/octets.h"

#include <array>

namespace model {
namespace {

constexpr std::array<std::uint32_t, 256> kTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t n = i;
    for (int bit = 0; bit < 8; ++bit) n = n % 2 == 0 ? n / 2 : n / 2 ^ 0x82F63B78;
    table[i] = n;
  }
  return table;
}();

}  // namespace

void Digest::Add(Octets octets) {
  std::uint32_t state = state_;
  for (const std::uint8_t octet : octets) state = kTable[(state ^ octet) & 255] ^ state >> 8;
  state_ = state;
}

std::uint32_t DigestOf(Octets octets) {
  Digest digest;
  digest.Add(octets);
  return digest.value();
}

}  // namespace model
