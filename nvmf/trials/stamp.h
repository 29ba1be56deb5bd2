// Stamp says which write a block's content is from, so that a block that is lost, torn or elsewhere
// is recognised by itself.
//
//   WriteStamp(block, {.block = 7, .sequence = 42});
//   std::optional<Stamp> stamp = ReadStamp(block);        // nothing: no write left this whole
//
// Shapes    a block of 64 octets or more: number, sequence, octets that depend on both, and over
// all
//           of it a CRC-32C in the last four.
// Threads   pure functions.
#ifndef NVMF_TRIALS_STAMP_H_
#define NVMF_TRIALS_STAMP_H_

#include <cstdint>
#include <optional>

#include "nvmf/base/bytes.h"

namespace nvmf::trials {

struct Stamp {
  std::uint64_t block = 0;
  std::uint64_t sequence = 0;
  bool operator==(const Stamp&) const = default;
};

void WriteStamp(MutableBytes block, const Stamp& stamp);
std::optional<Stamp> ReadStamp(ByteView block);
// IsBlank tells whether a block holds zeros alone.
bool IsBlank(ByteView block);

}  // namespace nvmf::trials

#endif  // NVMF_TRIALS_STAMP_H_
