#include "nvmf/trials/stamp.h"

#include <algorithm>
#include <cassert>

#include "nvmf/base/crc32c.h"

namespace nvmf::trials {
namespace {

constexpr std::size_t kCrcBytes = 4;

}  // namespace

void WriteStamp(MutableBytes block, const Stamp& stamp) {
  assert(block.size() >= 64 && block.size() % 8 == 0);
  StoreLittle(block, stamp.block);
  StoreLittle(block.subspan(8), stamp.sequence);
  std::uint64_t word = stamp.block * 0x9E3779B97F4A7C15 ^ stamp.sequence;
  for (std::size_t at = 16; at < block.size(); at += 8) {
    word = word * 6364136223846793005 + 1442695040888963407;
    StoreLittle(block.subspan(at), word);
  }
  const std::size_t covered = block.size() - kCrcBytes;
  StoreLittle(block.subspan(covered), Crc32c(block.first(covered)));
}

std::optional<Stamp> ReadStamp(ByteView block) {
  const std::size_t covered = block.size() - kCrcBytes;
  if (LoadLittle<std::uint32_t>(block.subspan(covered)) != Crc32c(block.first(covered))) {
    return std::nullopt;
  }
  return Stamp{.block = LoadLittle<std::uint64_t>(block),
               .sequence = LoadLittle<std::uint64_t>(block.subspan(8))};
}

bool IsBlank(ByteView block) {
  return std::ranges::all_of(block, [](std::byte octet) { return octet == std::byte{0}; });
}

}  // namespace nvmf::trials
