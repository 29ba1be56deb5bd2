// What Identify returns about a namespace of the NVM command set.
//
//   const auto ns = Decode<IdentifyNamespace>(page);      // 4096 octets
//   if (!ns.active()) ...                                 // all zeros: no such namespace here
//   ns.block_bytes();                                     // 512; 0 when the format makes no sense
//   ns.bytes();                                           // NSZE * block
//
// Shapes    IdentifyNamespace 4096, LbaFormat 4 octets.
// Units     fields as on the wire; accessors in octets.
// Errors    none. Accessors bear any value and return 0 for what makes no sense.
// Threads   values.
// Source    NVM Command Set, "Identify Namespace Data Structure" and "LBA Format Data Structure".
#ifndef NVMF_NVME_IDENTIFY_NAMESPACE_H_
#define NVMF_NVME_IDENTIFY_NAMESPACE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "nvmf/base/fields.h"

namespace nvmf {

inline constexpr std::size_t kMaxLbaFormats = 64;
inline constexpr std::uint8_t kNmicShared = 0x01;  // More than one controller has it.
inline constexpr std::uint8_t kNsattrWriteProtected = 0x01;
inline constexpr std::uint8_t kFlbasMetadataAtEnd = 0x10;  // Metadata follow each block's data.

struct LbaFormat {
  static constexpr std::size_t kSize = 4;
  std::uint16_t ms = 0;    // Metadata Size, octets.
  std::uint8_t lbads = 0;  // LBA Data Size, a power of two.
  std::uint8_t rp = 0;     // 1:0 Relative Performance.
  static constexpr void Fields(auto& format, auto&& at) {
    at(0, "ms", format.ms), at(2, "lbads", format.lbads), at(3, "rp", format.rp);
  }
  // block_bytes returns 2^LBADS, octets; 0 outside 2^9..2^31, which no format has.
  constexpr std::uint32_t block_bytes() const {
    return lbads >= 9 && lbads <= 31 ? std::uint32_t{1} << lbads : 0;
  }
  bool operator==(const LbaFormat&) const = default;
};
static_assert(LayoutIsSound<LbaFormat>());

struct IdentifyNamespace {
  static constexpr std::size_t kSize = 4096;
  std::uint64_t nsze = 0;  // Namespace Size, blocks.
  std::uint64_t ncap = 0;  // Namespace Capacity, blocks.
  std::uint64_t nuse = 0;  // Namespace Utilization, blocks.
  std::uint8_t nsfeat = 0;
  std::uint8_t nlbaf = 0;  // Number of LBA Formats, 0's based.
  std::uint8_t flbas = 0;  // Formatted LBA Size: index 3:0 and 6:5.
  std::uint8_t mc = 0;
  std::uint8_t dpc = 0;
  std::uint8_t dps = 0;
  std::uint8_t nmic = 0;
  std::uint8_t rescap = 0;
  std::uint32_t anagrpid = 0;
  std::uint8_t nsattr = 0;
  std::array<std::byte, 16> nguid{};
  std::array<std::byte, 8> eui64{};
  std::array<LbaFormat, kMaxLbaFormats> lbaf{};
  static constexpr void Fields(auto& ns, auto&& at) {
    at(0, "nsze", ns.nsze), at(8, "ncap", ns.ncap), at(16, "nuse", ns.nuse);
    at(24, "nsfeat", ns.nsfeat), at(25, "nlbaf", ns.nlbaf), at(26, "flbas", ns.flbas);
    at(27, "mc", ns.mc), at(28, "dpc", ns.dpc), at(29, "dps", ns.dps), at(30, "nmic", ns.nmic);
    at(31, "rescap", ns.rescap), at(92, "anagrpid", ns.anagrpid), at(99, "nsattr", ns.nsattr);
    at(104, "nguid", ns.nguid), at(120, "eui64", ns.eui64), at(128, "lbaf", ns.lbaf);
  }

  // active tells whether this describes a namespace: an inactive one is all zeros.
  constexpr bool active() const { return nsze != 0; }
  // format_index returns the index of the formatted LBA format, 0..63.
  constexpr std::size_t format_index() const { return (flbas & 0x0Fu) | (flbas >> 1 & 0x30u); }
  // block_bytes returns the octets of a block; 0 when FLBAS names no format of NLBAF + 1, or one
  // whose LBADS makes no sense.
  constexpr std::uint32_t block_bytes() const {
    return format_index() <= nlbaf ? lbaf[format_index()].block_bytes() : 0;
  }
  // metadata_bytes returns the octets of metadata of a block.
  constexpr std::uint32_t metadata_bytes() const {
    return format_index() <= nlbaf ? lbaf[format_index()].ms : 0;
  }
  // bytes returns NSZE in octets; a size past 2^64 - 1 is told as 2^64 - 1.
  constexpr std::uint64_t bytes() const {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    const std::uint64_t block = block_bytes();
    return block != 0 && nsze > kMost / block ? kMost : nsze * block;
  }
  constexpr bool write_protected() const { return (nsattr & kNsattrWriteProtected) != 0; }
  bool operator==(const IdentifyNamespace&) const = default;
};
static_assert(LayoutIsSound<IdentifyNamespace>());

}  // namespace nvmf

#endif  // NVMF_NVME_IDENTIFY_NAMESPACE_H_
