// Worked octets for tests: one list, read both ways.
//
//   const Golden<DsmRange> kGolden[] = {
//       {"one block", {.blocks = 1, .slba = 7}, "00000000 01000000 07"},
//   };
//   TEST(DsmRange, OctetsReadBothWays) { ExpectBothWays<DsmRange>(kGolden); }
//
// Shapes    hexadecimal digits, two to an octet, spaces anywhere between octets; "@40" goes on at
//           octet 40. Octets not written are zero.
// Errors    hexadecimal that is not well formed throws: the test fails.
#ifndef NVMF_NVME_GOLDEN_H_
#define NVMF_NVME_GOLDEN_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "nvmf/base/fields.h"

namespace nvmf {

template <WireStruct T>
struct Golden {
  const char* name = "";
  T value{};
  std::string_view hex = "";
};

// NumberAt reads a number of base `base` at the front of `text` and moves past it.
inline unsigned NumberAt(std::string_view& text, std::size_t most_digits, int base) {
  unsigned number = 0;
  const char* stop = text.data() + std::min(most_digits, text.size());
  const auto [end, error] = std::from_chars(text.data(), stop, number, base);
  if (error != std::errc()) throw std::invalid_argument("not a number in golden octets");
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

template <std::size_t N>
std::array<std::byte, N> Octets(std::string_view hex) {
  std::array<std::byte, N> octets{};
  std::size_t at = 0;
  while (!hex.empty()) {
    if (hex.front() == ' ') {
      hex.remove_prefix(1);
    } else if (hex.front() == '@') {
      hex.remove_prefix(1);
      at = NumberAt(hex, 4, 10);
    } else {
      octets.at(at++) = static_cast<std::byte>(NumberAt(hex, 2, 16));
    }
  }
  return octets;
}

// ToHex writes octets as "@8 1f 00 @24 ..." without the zeros, so that a failure can be read.
inline std::string ToHex(ByteView octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  bool gap = true;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const auto octet = std::to_integer<std::size_t>(octets[i]);
    if (octet != 0 && gap) text += " @" + std::to_string(i);
    if (octet != 0) text += {' ', kDigits[octet >> 4], kDigits[octet & 0xF]};
    gap = octet == 0;
  }
  return text;
}

// ExpectBothWays encodes each value and decodes each text, and expects the other.
template <WireStruct T>
void ExpectBothWays(std::span<const Golden<T>> table) {
  for (const Golden<T>& golden : table) {
    SCOPED_TRACE(golden.name);
    const auto octets = Octets<T::kSize>(golden.hex);
    EXPECT_EQ(ToHex(Encode(golden.value)), ToHex(octets));
    EXPECT_EQ(Describe(Decode<T>(octets)), Describe(golden.value));
    EXPECT_TRUE(Decode<T>(octets) == golden.value);
  }
}

}  // namespace nvmf

#endif  // NVMF_NVME_GOLDEN_H_
