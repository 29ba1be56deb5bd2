#include "nvmf/nvme/nqn.h"

#include <algorithm>
#include <cstdint>

namespace nvmf {
namespace {

constexpr std::size_t kUuidTextSize = 36;
constexpr std::size_t kMaxLabel = 63;  // Octets of one label of a domain name. (RFC 1035)

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlphanumeric(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// HexDigit returns the value of `c`, -1 when it is not a hexadecimal digit.
int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsDash(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

// IsDate tells whether `text` is "yyyy-mm" with a month from 01 to 12.
bool IsDate(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') return false;
  if (!std::ranges::all_of(text.substr(0, 4), IsDigit)) return false;
  const std::string_view month = text.substr(5);
  return (month[0] == '0' && month[1] >= '1' && month[1] <= '9') ||
         (month[0] == '1' && month[1] >= '0' && month[1] <= '2');
}

bool IsLabel(std::string_view label) {
  if (label.empty() || label.size() > kMaxLabel) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [](char c) { return IsAlphanumeric(c) || c == '-'; });
}

bool IsDomain(std::string_view domain) {
  while (true) {
    const std::size_t dot = domain.find('.');
    if (!IsLabel(domain.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    domain.remove_prefix(dot + 1);
  }
}

// Utf8Step returns the octets of the well-formed character at the front of `text`, 0 when there is
// none: overlong forms, surrogates and values past 10FFFFh are not well formed. (RFC 3629)
std::size_t Utf8Step(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = octet(0);
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;  // Bounds of the second octet; 80h..BFh for those after it.
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  if (octet(1) < low || octet(1) > high) return 0;
  for (std::size_t i = 2; i < size; ++i) {
    if (octet(i) < 0x80 || octet(i) > 0xBF) return 0;
  }
  return size;
}

// IsText tells whether `text` is UTF-8 without control characters.
bool IsText(std::string_view text) {
  while (!text.empty()) {
    if (static_cast<std::uint8_t>(text[0]) < 0x20 || text[0] == 0x7F) return false;
    const std::size_t step = Utf8Step(text);
    if (step == 0) return false;
    text.remove_prefix(step);
  }
  return true;
}

}  // namespace

bool IsValidNqn(std::string_view nqn) {
  if (nqn.size() > kMaxNqn || !nqn.starts_with("nqn.")) return false;
  if (nqn.starts_with(kUuidNqnPrefix)) {
    return ParseUuid(nqn.substr(kUuidNqnPrefix.size())).has_value();
  }
  nqn.remove_prefix(4);
  if (nqn.size() < 8 || !IsDate(nqn.substr(0, 7)) || nqn[7] != '.') return false;
  nqn.remove_prefix(8);
  const std::size_t colon = nqn.find(':');
  if (!IsDomain(nqn.substr(0, colon))) return false;
  if (colon == std::string_view::npos) return true;
  const std::string_view rest = nqn.substr(colon + 1);
  return !rest.empty() && IsText(rest);
}

std::optional<std::string_view> NqnFromField(std::span<const char, kNqnFieldSize> field) {
  const std::string_view text(field.data(), kMaxNqn + 1);
  const std::size_t end = text.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  return text.substr(0, end);
}

bool SetNqnField(std::span<char, kNqnFieldSize> field, std::string_view nqn) {
  if (nqn.size() > kMaxNqn || nqn.find('\0') != std::string_view::npos) return false;
  const auto rest = std::ranges::copy(nqn, field.begin()).out;
  std::fill(rest, field.end(), '\0');
  return true;
}

std::optional<Uuid> ParseUuid(std::string_view text) {
  if (text.size() != kUuidTextSize) return std::nullopt;
  Uuid uuid{};
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (IsDash(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int digit = HexDigit(text[i]);
    if (digit < 0) return std::nullopt;
    std::byte& octet = uuid[digits++ / 2];
    octet = octet << 4 | static_cast<std::byte>(digit);
  }
  return uuid;
}

std::string UuidText(const Uuid& uuid) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte octet : uuid) {
    if (IsDash(text.size())) text += '-';
    text += kDigits[std::to_integer<std::size_t>(octet >> 4)];
    text += kDigits[std::to_integer<std::size_t>(octet & std::byte{0xF})];
  }
  return text;
}

std::string MakeHostNqn(const Uuid& uuid) { return std::string(kUuidNqnPrefix) + UuidText(uuid); }

}  // namespace nvmf
