#include "nvmf/base/crc32c.h"

#include <array>
#include <cstring>

#if !defined(NVMF_WITHOUT_ISA_L)
#include <isa-l/crc.h>
#endif
#if defined(__aarch64__)
#include <arm_acle.h>
#include <sys/auxv.h>
#endif

namespace nvmf {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78;
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables MakeTables() {
  Tables tables{};
  for (std::uint32_t n = 0; n < 256; ++n) {
    std::uint32_t crc = n;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][n] = crc;
  }
  for (std::size_t t = 1; t < 8; ++t) {
    for (std::size_t n = 0; n < 256; ++n) {
      tables[t][n] = tables[t - 1][n] >> 8 ^ tables[0][tables[t - 1][n] & 0xff];
    }
  }
  return tables;
}

constexpr Tables kTables = MakeTables();

// Slicing-by-8, for CPUs without a CRC32C instruction.
std::uint32_t ExtendPortable(std::uint32_t crc, ByteView more) {
  crc = ~crc;
  while (more.size() >= 8) {
    const std::uint64_t word = LoadLittle<std::uint64_t>(more) ^ crc;
    crc = 0;
    for (std::size_t i = 0; i < 8; ++i) crc ^= kTables[7 - i][word >> (8 * i) & 0xff];
    more = more.subspan(8);
  }
  for (const std::byte octet : more) {
    crc = crc >> 8 ^ kTables[0][(crc ^ std::to_integer<std::uint32_t>(octet)) & 0xff];
  }
  return ~crc;
}

#if !defined(NVMF_WITHOUT_ISA_L)
// ISA-L takes and returns the CRC before its final inversion.
std::uint32_t ExtendIsaL(std::uint32_t crc, ByteView more) {
  while (!more.empty()) {
    const ByteView part = more.first(std::min<std::size_t>(more.size(), 1U << 30));
    // The parameter is not const, yet the data are only read.
    auto* data = reinterpret_cast<unsigned char*>(const_cast<std::byte*>(part.data()));
    crc = ~crc32_iscsi(data, static_cast<int>(part.size()), ~crc);
    more = more.subspan(part.size());
  }
  return crc;
}
#endif

#if defined(__x86_64__)
#define NVMF_CRC_TARGET __attribute__((target("sse4.2")))
bool CpuHasCrc() { return __builtin_cpu_supports("sse4.2") != 0; }
NVMF_CRC_TARGET std::uint64_t Step8(std::uint64_t crc, std::uint64_t word) {
  return __builtin_ia32_crc32di(crc, word);
}
NVMF_CRC_TARGET std::uint32_t Step1(std::uint32_t crc, unsigned char octet) {
  return __builtin_ia32_crc32qi(crc, octet);
}
#elif defined(__aarch64__)
#define NVMF_CRC_TARGET __attribute__((target("+crc")))
bool CpuHasCrc() { return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }
NVMF_CRC_TARGET std::uint64_t Step8(std::uint64_t crc, std::uint64_t word) {
  return __crc32cd(static_cast<std::uint32_t>(crc), word);
}
NVMF_CRC_TARGET std::uint32_t Step1(std::uint32_t crc, unsigned char octet) {
  return __crc32cb(crc, octet);
}
#else
#define NVMF_CRC_TARGET
bool CpuHasCrc() { return false; }
std::uint64_t Step8(std::uint64_t crc, std::uint64_t) { return crc; }
std::uint32_t Step1(std::uint32_t crc, unsigned char) { return crc; }
#endif

// One instruction a word: the fastest for headers, where ISA-L's set-up does not pay.
NVMF_CRC_TARGET std::uint32_t ExtendInstruction(std::uint32_t crc, ByteView more) {
  std::uint64_t state = ~crc;
  const std::byte* at = more.data();
  std::size_t left = more.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    state = Step8(state, word);
  }
  auto crc32 = static_cast<std::uint32_t>(state);
  for (; left > 0; ++at, --left) crc32 = Step1(crc32, std::to_integer<unsigned char>(*at));
  return ~crc32;
}

#if defined(NVMF_WITHOUT_ISA_L)
constexpr auto ExtendBest = ExtendInstruction;
constexpr Crc32cPath kPaths[] = {{"portable", ExtendPortable}, {"instruction", ExtendInstruction}};
constexpr std::size_t kPathsOfAnyCpu = 1;
#else
constexpr std::size_t kIsaLPaysFrom = 256;  // Octets; see //bench:crc32c.

std::uint32_t ExtendBest(std::uint32_t crc, ByteView more) {
  return more.size() < kIsaLPaysFrom ? ExtendInstruction(crc, more) : ExtendIsaL(crc, more);
}

constexpr Crc32cPath kPaths[] = {{"portable", ExtendPortable},
                                 {"isa-l", ExtendIsaL},
                                 {"instruction", ExtendInstruction},
                                 {"best", ExtendBest}};
constexpr std::size_t kPathsOfAnyCpu = 2;
#endif

const bool kCpuHasCrc = CpuHasCrc();

}  // namespace

std::uint32_t ExtendCrc32c(std::uint32_t crc, ByteView more) {
  return kCpuHasCrc ? ExtendBest(crc, more) : ExtendPortable(crc, more);
}

std::span<const Crc32cPath> Crc32cPaths() {
  return kCpuHasCrc ? std::span(kPaths) : std::span(kPaths).first(kPathsOfAnyCpu);
}

}  // namespace nvmf
