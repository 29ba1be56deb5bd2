#include "fuzz/model/nqn.h"

#include <cstdint>

namespace model {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHex = "0123456789abcdefABCDEF";
constexpr std::string_view kLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

bool AllOf(std::string_view text, std::string_view set) {
  return text.find_first_not_of(set) == std::string_view::npos;
}

// One character: its code point must need as many octets as it has, and be no surrogate.
bool TakeCharacter(std::string_view& text) {
  const auto lead = static_cast<std::uint8_t>(text[0]);
  std::size_t size = 1;
  std::uint32_t code = lead;
  if (lead >= 0x80) {
    if ((lead & 0xE0) == 0xC0)
      size = 2, code = lead & 0x1F;
    else if ((lead & 0xF0) == 0xE0)
      size = 3, code = lead & 0x0F;
    else if ((lead & 0xF8) == 0xF0)
      size = 4, code = lead & 0x07;
    else
      return false;
  }
  if (text.size() < size) return false;
  for (std::size_t i = 1; i < size; ++i) {
    const auto octet = static_cast<std::uint8_t>(text[i]);
    if ((octet & 0xC0) != 0x80) return false;
    code = code << 6 | (octet & 0x3FU);
  }
  const std::uint32_t least[] = {0, 0x20, 0x80, 0x800, 0x10000};
  if (code < least[size] || code > 0x10FFFF || code == 0x7F) return false;
  if (code >= 0xD800 && code <= 0xDFFF) return false;
  text.remove_prefix(size);
  return true;
}

bool IsDomain(std::string_view domain) {
  for (;;) {
    const std::string_view label = domain.substr(0, domain.find('.'));
    if (label.empty() || label.size() > 63 || !AllOf(label, kLetters)) return false;
    if (label[0] == '-' || label[label.size() - 1] == '-') return false;
    if (label.size() == domain.size()) return true;
    domain = domain.substr(label.size() + 1);
  }
}

}  // namespace

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < 36; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (!AllOf(text.substr(i, 1), dash ? "-" : kHex)) return false;
  }
  return true;
}

bool IsNqn(std::string_view text) {
  constexpr std::string_view kUuid = "nqn.2014-08.org.nvmexpress:uuid:";
  if (text.size() > 223 || text.substr(0, 4) != "nqn.") return false;
  if (text.substr(0, kUuid.size()) == kUuid) return IsUuid(text.substr(kUuid.size()));
  if (text.size() < 12 || !AllOf(text.substr(4, 4), kDigits) || text[8] != '-') return false;
  const std::string_view month = text.substr(9, 2);
  if (!AllOf(month, kDigits) || month < "01" || month > "12" || text[11] != '.') return false;
  const std::size_t colon = text.find(':', 12);
  if (!IsDomain(text.substr(12, colon == text.npos ? text.npos : colon - 12))) return false;
  if (colon == text.npos) return true;
  std::string_view rest = text.substr(colon + 1);
  if (rest.empty()) return false;
  while (!rest.empty()) {
    if (!TakeCharacter(rest)) return false;
  }
  return true;
}

}  // namespace model
