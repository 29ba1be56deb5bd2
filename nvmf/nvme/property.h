// Controller properties: their offsets and widths, and what stands in them.
//
//   Cap cap = Cap::Make({.max_entries = 128, .timeout_ms = 15'000});
//   cap.timeout_ms();                                  // 15000
//   Sqe sqe = MakePropertySet(Cc::kOffset, Cc::kWidth, Cc::Enable().raw);   // CC = 00460001h
//   if (Csts{.raw = cqe.dw0}.rdy()) ...
//
// Shapes    each type is the register's value, `raw`, and questions about it.
// Units     entries, milliseconds and octets; 0's-based counts, 500 ms units and powers of two
//           exist only in `raw`. A time is rounded up to a unit and cut at the largest.
// Errors    none; a builder's limits are asserted. Questions bear any value.
// Threads   values.
// Source    NVM Express Base, "Controller Properties".
#ifndef NVMF_NVME_PROPERTY_H_
#define NVMF_NVME_PROPERTY_H_

#include <algorithm>
#include <bit>
#include <cassert>
#include <compare>
#include <concepts>
#include <cstdint>
#include <utility>

#include "nvmf/base/bytes.h"

namespace nvmf {

inline constexpr std::uint32_t kNssrOffset = 0x20;       // NVM Subsystem Reset, 4 octets.
inline constexpr std::uint32_t kNssdOffset = 0x64;       // NVM Subsystem Shutdown, 4 octets.
inline constexpr std::uint32_t kNssrMagic = 0x4E564D65;  // "NVMe": written to NSSR, it resets.

// PropertyWidth returns the octets of the property at `offset`, 4 or 8; 0 when none begins there.
std::uint32_t PropertyWidth(std::uint32_t offset);

// PropertyName returns the specification's acronym, "unknown" where no property begins.
const char* PropertyName(std::uint32_t offset);

// WithBits returns `word` with bits [low, low + count) replaced by `value`.
template <std::unsigned_integral T>
constexpr T WithBits(T word, unsigned low, unsigned count, std::uint64_t value) {
  const std::uint64_t mask = ((std::uint64_t{1} << count) - 1) << low;
  return static_cast<T>((word & ~mask) | (value << low & mask));
}

// Times of CAP and CRTO count in these.
inline constexpr std::uint32_t kPropertyTickMs = 500;

constexpr std::uint64_t PropertyTicks(std::uint32_t ms, std::uint64_t most) {
  return std::min((std::uint64_t{ms} + kPropertyTickMs - 1) / kPropertyTickMs, most);
}

// Cap is Controller Capabilities.
struct Cap {
  static constexpr std::uint32_t kOffset = 0x00;
  static constexpr std::uint32_t kWidth = 8;
  static constexpr std::uint8_t kCssNvm = 0x01;        // NVM command set.
  static constexpr std::uint8_t kCssSeveral = 0x40;    // One or more I/O command sets.
  static constexpr std::uint8_t kCssAdminOnly = 0x80;  // No I/O command set.

  std::uint64_t raw = 0;

  constexpr std::uint32_t max_entries() const { return Field(0, 16) + 1; }  // MQES.
  constexpr bool cqr() const { return Field(16, 1) != 0; }                  // 1 over fabrics.
  constexpr std::uint8_t ams() const { return static_cast<std::uint8_t>(Field(17, 2)); }
  constexpr std::uint32_t timeout_ms() const { return Field(24, 8) * kPropertyTickMs; }  // TO.
  constexpr bool nssrs() const { return Field(36, 1) != 0; }  // Subsystem reset supported.
  constexpr std::uint8_t css() const { return static_cast<std::uint8_t>(Field(37, 8)); }
  constexpr std::uint64_t mpsmin_bytes() const { return std::uint64_t{4096} << Field(48, 4); }
  constexpr std::uint64_t mpsmax_bytes() const { return std::uint64_t{4096} << Field(52, 4); }
  constexpr bool nsss() const { return Field(58, 1) != 0; }   // Subsystem shutdown supported.
  constexpr bool crwms() const { return Field(59, 1) != 0; }  // Ready with media supported.
  constexpr bool crims() const { return Field(60, 1) != 0; }  // Ready without media supported.

  struct Parts {
    std::uint32_t max_entries = 128;  // 2..65536.
    std::uint32_t timeout_ms = 15'000;
    std::uint8_t css = kCssNvm;
    std::uint32_t mpsmin_bytes = 4096;  // A power of two, 4096..2^27.
    std::uint32_t mpsmax_bytes = 4096;
    bool nssrs = false;
    bool crwms = false;
    bool crims = false;
  };
  // Make returns the register of a controller over fabrics (CQR 1).
  static constexpr Cap Make(const Parts& parts);

  bool operator==(const Cap&) const = default;

 private:
  constexpr std::uint32_t Field(unsigned low, unsigned count) const {
    return static_cast<std::uint32_t>(Bits(raw, low, count));
  }
};

constexpr Cap Cap::Make(const Parts& parts) {
  assert(parts.max_entries >= 2 && parts.max_entries <= 65536);
  assert(std::has_single_bit(parts.mpsmin_bytes) && parts.mpsmin_bytes >= 4096);
  assert(std::has_single_bit(parts.mpsmax_bytes) && parts.mpsmax_bytes >= 4096);
  std::uint64_t raw = WithBits(std::uint64_t{0}, 0, 16, parts.max_entries - 1);
  raw = WithBits(raw, 16, 1, 1);
  raw = WithBits(raw, 24, 8, PropertyTicks(parts.timeout_ms, 0xFF));
  raw = WithBits(raw, 36, 1, parts.nssrs);
  raw = WithBits(raw, 37, 8, parts.css);
  raw = WithBits(raw, 48, 4, static_cast<unsigned>(std::countr_zero(parts.mpsmin_bytes)) - 12);
  raw = WithBits(raw, 52, 4, static_cast<unsigned>(std::countr_zero(parts.mpsmax_bytes)) - 12);
  raw = WithBits(raw, 59, 1, parts.crwms);
  raw = WithBits(raw, 60, 1, parts.crims);
  return {.raw = raw};
}

// Vs is Version; Identify Controller's VER has the same form.
struct Vs {
  static constexpr std::uint32_t kOffset = 0x08;
  static constexpr std::uint32_t kWidth = 4;

  std::uint32_t raw = 0;

  constexpr std::uint16_t major() const { return static_cast<std::uint16_t>(Bits(raw, 16, 16)); }
  constexpr std::uint8_t minor() const { return static_cast<std::uint8_t>(Bits(raw, 8, 8)); }
  constexpr std::uint8_t tertiary() const { return static_cast<std::uint8_t>(Bits(raw, 0, 8)); }

  static constexpr Vs Make(std::uint16_t mjr, std::uint8_t mnr, std::uint8_t ter = 0) {
    return {.raw = std::uint32_t{mjr} << 16 | std::uint32_t{mnr} << 8 | ter};
  }
  auto operator<=>(const Vs&) const = default;
};

// Shn is Shutdown Notification of CC, Shst the Shutdown Status of CSTS that answers it.
enum class Shn : std::uint8_t { kNone = 0, kNormal = 1, kAbrupt = 2, kReserved = 3 };
enum class Shst : std::uint8_t { kNormal = 0, kInProgress = 1, kComplete = 2, kReserved = 3 };

// Cc is Controller Configuration. The with_ functions return a changed copy.
struct Cc {
  static constexpr std::uint32_t kOffset = 0x14;
  static constexpr std::uint32_t kWidth = 4;
  static constexpr std::uint8_t kCssNvm = 0;  // NVM command set.
  static constexpr std::uint8_t kCssAll = 6;  // All supported I/O command sets.
  static constexpr std::uint8_t kCssAdminOnly = 7;

  std::uint32_t raw = 0;

  constexpr bool en() const { return Field(0, 1) != 0; }
  constexpr std::uint8_t css() const { return Field(4, 3); }
  constexpr std::uint64_t mps_bytes() const { return std::uint64_t{4096} << Field(7, 4); }
  constexpr std::uint8_t ams() const { return Field(11, 3); }
  constexpr Shn shn() const { return static_cast<Shn>(Field(14, 2)); }
  constexpr std::uint32_t iosqes_bytes() const { return 1u << Field(16, 4); }  // 64 in use.
  constexpr std::uint32_t iocqes_bytes() const { return 1u << Field(20, 4); }  // 16 in use.
  constexpr bool crime() const { return Field(24, 1) != 0; }

  // Enable returns 00460001h: enabled, NVM command set, 4096-octet pages, entries of 64 and 16.
  static constexpr Cc Enable() { return {.raw = 0x00460001}; }
  constexpr Cc with_en(bool en) const { return {.raw = WithBits(raw, 0, 1, en)}; }
  constexpr Cc with_css(std::uint8_t css) const { return {.raw = WithBits(raw, 4, 3, css)}; }
  constexpr Cc with_shn(Shn shn) const {
    return {.raw = WithBits(raw, 14, 2, std::to_underlying(shn))};
  }
  bool operator==(const Cc&) const = default;

 private:
  constexpr std::uint8_t Field(unsigned low, unsigned count) const {
    return static_cast<std::uint8_t>(Bits(raw, low, count));
  }
};

// Csts is Controller Status. The with_ functions return a changed copy.
struct Csts {
  static constexpr std::uint32_t kOffset = 0x1C;
  static constexpr std::uint32_t kWidth = 4;

  std::uint32_t raw = 0;

  constexpr bool rdy() const { return Bits(raw, 0, 1) != 0; }
  constexpr bool cfs() const { return Bits(raw, 1, 1) != 0; }  // Controller Fatal Status.
  constexpr Shst shst() const { return static_cast<Shst>(Bits(raw, 2, 2)); }
  constexpr bool nssro() const { return Bits(raw, 4, 1) != 0; }  // Subsystem reset occurred.
  constexpr bool pp() const { return Bits(raw, 5, 1) != 0; }     // Processing paused.
  constexpr bool st() const { return Bits(raw, 6, 1) != 0; }     // SHST is of the subsystem.

  constexpr Csts with_rdy(bool rdy) const { return {.raw = WithBits(raw, 0, 1, rdy)}; }
  constexpr Csts with_cfs(bool cfs) const { return {.raw = WithBits(raw, 1, 1, cfs)}; }
  constexpr Csts with_shst(Shst shst) const {
    return {.raw = WithBits(raw, 2, 2, std::to_underlying(shst))};
  }
  constexpr Csts with_nssro(bool nssro) const { return {.raw = WithBits(raw, 4, 1, nssro)}; }
  bool operator==(const Csts&) const = default;
};

// Crto is Controller Ready Timeouts.
struct Crto {
  static constexpr std::uint32_t kOffset = 0x68;
  static constexpr std::uint32_t kWidth = 4;

  std::uint32_t raw = 0;

  constexpr std::uint32_t crwmt_ms() const { return Bits(raw, 0, 16) * kPropertyTickMs; }
  constexpr std::uint32_t crimt_ms() const { return Bits(raw, 16, 16) * kPropertyTickMs; }

  // Make takes the times to ready with media and independent of media.
  static constexpr Crto Make(std::uint32_t crwmt_ms, std::uint32_t crimt_ms) {
    const std::uint64_t crwmt = PropertyTicks(crwmt_ms, 0xFFFF);
    const std::uint64_t crimt = PropertyTicks(crimt_ms, 0xFFFF);
    return {.raw = static_cast<std::uint32_t>(crimt << 16 | crwmt)};
  }
  bool operator==(const Crto&) const = default;
};

}  // namespace nvmf

#endif  // NVMF_NVME_PROPERTY_H_
