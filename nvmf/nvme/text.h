// ASCII fields of fixed width: serial numbers, firmware revisions, addresses, port numbers.
//
//   std::array<char, 8> fr{};
//   SetText(fr, "1.0");               // "1.0     "
//   Text(fr);                         // "1.0"
//
// Shapes    a field of any width. Some senders pad with spaces, others with NULs; Text strips both.
// Errors    SetText says false when the text does not fit.
// Threads   pure functions.
// Source    NVM Express Base, "ASCII String": left justified, padded with spaces.
#ifndef NVMF_NVME_TEXT_H_
#define NVMF_NVME_TEXT_H_

#include <algorithm>
#include <span>
#include <string_view>

namespace nvmf {

// Text returns the text in `field`: up to its first NUL, trailing spaces cut. It borrows from
// `field`, whose octets may be anything.
constexpr std::string_view Text(std::span<const char> field) {
  std::string_view text(field.data(), field.size());
  text = text.substr(0, text.find('\0'));
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// SetText writes `text` into `field` and fills the rest with `padding`. A text longer than the
// field is refused, and the field left as it was.
[[nodiscard]] constexpr bool SetText(std::span<char> field, std::string_view text,
                                     char padding = ' ') {
  if (text.size() > field.size()) return false;
  const auto rest = std::ranges::copy(text, field.begin()).out;
  std::fill(rest, field.end(), padding);
  return true;
}

}  // namespace nvmf

#endif  // NVMF_NVME_TEXT_H_
