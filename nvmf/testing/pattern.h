// Octets that are easy to tell apart, for data that must arrive where they belong.
#ifndef NVMF_TESTING_PATTERN_H_
#define NVMF_TESTING_PATTERN_H_

#include <cstdint>
#include <vector>

#include "nvmf/base/bytes.h"

namespace nvmf::testing {

// Pattern returns `size` octets that look random and depend on `seed` and on their place.
inline std::vector<std::byte> Pattern(std::size_t size, std::uint32_t seed = 1) {
  std::vector<std::byte> octets(size);
  std::uint32_t state = seed * 2654435761U + 1;
  for (std::byte& octet : octets) {
    state = state * 1664525U + 1013904223U;
    octet = static_cast<std::byte>(state >> 24);
  }
  return octets;
}

}  // namespace nvmf::testing

#endif  // NVMF_TESTING_PATTERN_H_
