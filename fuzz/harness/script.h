// Script is how the targets of a connection read their input: eight octets of options, then
// records, each something to do.
//
//   octets 0..7    options (the target says which is which; missing ones are zero)
//   then records   OP (1 octet), length (2 octets, little-endian), that many octets
//
// Every input is a script: a record that promises more octets than there are takes what is left.
#ifndef FUZZ_HARNESS_SCRIPT_H_
#define FUZZ_HARNESS_SCRIPT_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace nvmf::fuzz {

using Octets = std::span<const std::uint8_t>;

inline constexpr std::size_t kPrelude = 8;
inline constexpr std::size_t kRecordHead = 3;

// OP modulo 8. The others are each target's own.
inline constexpr std::uint8_t kOpSend = 0;     // The octets are the peer's; a mutator mends them.
inline constexpr std::uint8_t kOpSendRaw = 7;  // The peer's too, and left as they are.

struct Record {
  std::uint8_t op = 0;
  Octets octets{};
  bool sends() const { return op == kOpSend || op == kOpSendRaw; }
  std::uint8_t at(std::size_t i) const { return i < octets.size() ? octets[i] : 0; }
  std::uint32_t word(std::size_t i) const { return at(i) | std::uint32_t{at(i + 1)} << 8; }
};

class Script {
 public:
  explicit Script(Octets input) {
    const std::size_t n = std::min(input.size(), kPrelude);
    std::copy_n(input.begin(), n, options.begin());
    rest_ = input.subspan(n);
  }

  // Next takes the next record; false at the end.
  bool Next(Record& record) {
    if (rest_.size() < kRecordHead) return false;
    const std::size_t promised = rest_[1] | std::size_t{rest_[2]} << 8;
    const std::size_t n = std::min(promised, rest_.size() - kRecordHead);
    record = {.op = static_cast<std::uint8_t>(rest_[0] & 7),
              .octets = rest_.subspan(kRecordHead, n)};
    rest_ = rest_.subspan(kRecordHead + n);
    return true;
  }

  std::array<std::uint8_t, kPrelude> options{};

 private:
  Octets rest_;
};

}  // namespace nvmf::fuzz

#endif  // FUZZ_HARNESS_SCRIPT_H_
