#include "nvmf/testing/hex.h"

#include <cassert>
#include <cctype>
#include <cstdlib>

namespace nvmf::testing {
namespace {

unsigned Digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  assert(std::isxdigit(static_cast<unsigned char>(c)));
  return static_cast<unsigned>(std::tolower(static_cast<unsigned char>(c)) - 'a') + 10;
}

}  // namespace

std::vector<std::byte> FromHex(std::string_view text) {
  std::vector<std::byte> octets;
  for (std::size_t i = 0; i < text.size();) {
    if (std::isspace(static_cast<unsigned char>(text[i])) != 0) {
      ++i;
    } else if (text[i] == '*') {
      char* end = nullptr;
      const std::size_t times = std::strtoul(text.data() + i + 1, &end, 10);
      assert(!octets.empty() && times > 0);
      octets.insert(octets.end(), times - 1, octets.back());
      i = static_cast<std::size_t>(end - text.data());
    } else {
      assert(i + 1 < text.size());
      octets.push_back(static_cast<std::byte>(Digit(text[i]) << 4 | Digit(text[i + 1])));
      i += 2;
    }
  }
  return octets;
}

std::string ToHex(ByteView octets) {
  std::string text;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    constexpr char kDigits[] = "0123456789abcdef";
    if (i != 0 && i % 4 == 0) text += ' ';
    text += kDigits[std::to_integer<unsigned>(octets[i]) >> 4];
    text += kDigits[std::to_integer<unsigned>(octets[i]) & 15];
  }
  return text;
}

}  // namespace nvmf::testing
