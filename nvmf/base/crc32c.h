// CRC-32C (Castagnoli), the digest of NVMe/TCP headers and data.
//
//   std::uint32_t ddgst = Crc32c(data);
//   std::uint32_t same = ExtendCrc32c(Crc32c(front), back);
//
// Shapes    any length and alignment. Reflected polynomial 82F63B78h, initial and final XOR
//           FFFFFFFFh; stored little-endian on the wire. Crc32c("123456789") is E3069283h.
// Errors    none.
// Threads   pure functions; the path is chosen once, from what the CPU offers.
// Source    NVMe/TCP, "PDU Header Digest (HDGST)" and "PDU Data Digest (DDGST)".
#ifndef NVMF_BASE_CRC32C_H_
#define NVMF_BASE_CRC32C_H_

#include <cstdint>
#include <span>

#include "nvmf/base/bytes.h"

namespace nvmf {

// ExtendCrc32c returns the CRC of A followed by `more`, given `crc`, the CRC of A (0 for nothing).
std::uint32_t ExtendCrc32c(std::uint32_t crc, ByteView more);

inline std::uint32_t Crc32c(ByteView data) { return ExtendCrc32c(0, data); }

// Crc32cPath is one way to compute it; all give the same value.
struct Crc32cPath {
  const char* name;
  std::uint32_t (*extend)(std::uint32_t crc, ByteView more);
};

// Crc32cPaths returns the paths that this CPU can run, portable first.
std::span<const Crc32cPath> Crc32cPaths();

}  // namespace nvmf

#endif  // NVMF_BASE_CRC32C_H_
