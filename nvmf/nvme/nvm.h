// Commands of the NVM command set: builders, and a view that names their dwords.
//
//   Sqe sqe = MakeRead(1, 0, 8);                          // NSID 1, blocks 0..7
//   sqe = MakeWrite(1, 8, 8, {.fua = true});
//   NvmCmd cmd(sqe);
//   if (!cmd.InRange(ns.nsze)) return StatusCode::kLbaOutOfRange;
//   cmd.blocks();                                         // 8
//
// Shapes    commands are an Sqe; DsmRange 16 octets each, 1..256 of them.
// Units     natural counts of blocks, 1..65536; NLB and NR are 0's based only in the Sqe. Builders
//           leave cid and sgl1 to whoever sends.
// Errors    none; a builder's limits are asserted.
// Threads   values.
// Source    NVM Command Set, "NVM Command Set Commands".
#ifndef NVMF_NVME_NVM_H_
#define NVMF_NVME_NVM_H_

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "nvmf/base/fields.h"
#include "nvmf/nvme/opcode.h"
#include "nvmf/nvme/sqe.h"

namespace nvmf {

inline constexpr std::uint32_t kMaxBlocks = 65536;  // Of one command.
inline constexpr std::uint32_t kMaxDsmRanges = 256;

// FUSE of a fused pair, in `flags`.
inline constexpr std::uint8_t kFuseFirst = 0x01;
inline constexpr std::uint8_t kFuseSecond = 0x02;

// CDW12 of Read, Write, Compare, Write Zeroes and Verify.
inline constexpr std::uint32_t kCdw12Deac = 1u << 25;  // Deallocate (Write Zeroes).
inline constexpr std::uint32_t kCdw12Fua = 1u << 30;   // Force Unit Access.
inline constexpr std::uint32_t kCdw12Lr = 1u << 31;    // Limited Retry.

// CDW11 of Dataset Management.
inline constexpr std::uint32_t kDsmIdr = 1u << 0;  // Integral Dataset for Read.
inline constexpr std::uint32_t kDsmIdw = 1u << 1;  // Integral Dataset for Write.
inline constexpr std::uint32_t kDsmAd = 1u << 2;   // Deallocate.

// NvmCmd asks a command of the NVM command set what its dwords say.
struct NvmCmd {
  explicit constexpr NvmCmd(const Sqe& command) : sqe(command) {}

  constexpr std::uint64_t slba() const { return std::uint64_t{sqe.cdw11} << 32 | sqe.cdw10; }
  constexpr std::uint32_t blocks() const { return (sqe.cdw12 & 0xFFFF) + 1; }  // 1..65536.
  constexpr bool deac() const { return (sqe.cdw12 & kCdw12Deac) != 0; }
  constexpr bool fua() const { return (sqe.cdw12 & kCdw12Fua) != 0; }
  constexpr bool lr() const { return (sqe.cdw12 & kCdw12Lr) != 0; }
  constexpr std::uint8_t dtype() const { return static_cast<std::uint8_t>(Bits(sqe.cdw12, 20, 4)); }
  constexpr std::uint8_t prinfo() const {
    return static_cast<std::uint8_t>(Bits(sqe.cdw12, 26, 4));
  }
  constexpr std::uint8_t dsm() const { return static_cast<std::uint8_t>(Bits(sqe.cdw13, 0, 8)); }
  constexpr std::uint16_t dspec() const { return static_cast<std::uint16_t>(sqe.cdw13 >> 16); }

  // InRange tells whether all blocks lie in a namespace of `nsze` blocks. No sum can wrap.
  constexpr bool InRange(std::uint64_t nsze) const { return Contains(0, nsze, slba(), blocks()); }
  // bytes returns the data of a command on blocks of `block_bytes`, octets.
  constexpr std::uint64_t bytes(std::uint32_t block_bytes) const {
    return std::uint64_t{blocks()} * block_bytes;
  }
  // ranges returns how many ranges a Dataset Management brings, 1..256.
  constexpr std::uint32_t ranges() const { return (sqe.cdw10 & 0xFF) + 1; }
  constexpr bool deallocates() const { return (sqe.cdw11 & kDsmAd) != 0; }

  Sqe sqe;
};

// DsmRange is one range of a Dataset Management. (NVM Command Set, "Dataset Management - Range
// Definition")
struct DsmRange {
  static constexpr std::size_t kSize = 16;
  std::uint32_t attributes = 0;  // Context attributes: hints.
  std::uint32_t blocks = 0;      // Length, a natural count; may be 0.
  std::uint64_t slba = 0;
  static constexpr void Fields(auto& range, auto&& at) {
    at(0, "attributes", range.attributes), at(4, "blocks", range.blocks);
    at(8, "slba", range.slba);
  }
  constexpr bool InRange(std::uint64_t nsze) const { return Contains(0, nsze, slba, blocks); }
  bool operator==(const DsmRange&) const = default;
};
static_assert(LayoutIsSound<DsmRange>());

// NvmOptions are what most commands leave alone.
struct NvmOptions {
  bool fua = false;
  bool lr = false;
  std::uint8_t prinfo = 0;  // Protection Information, 0..15.
};

// MakeBlockCommand returns a command on `blocks` blocks, 1..65536, from `slba` on.
constexpr Sqe MakeBlockCommand(NvmOpcode opcode, std::uint32_t nsid, std::uint64_t slba,
                               std::uint32_t blocks, NvmOptions options = {}) {
  assert(blocks >= 1 && blocks <= kMaxBlocks && options.prinfo < 16);
  Sqe sqe = MakeCommand(opcode, nsid);
  sqe.cdw10 = static_cast<std::uint32_t>(slba);
  sqe.cdw11 = static_cast<std::uint32_t>(slba >> 32);
  sqe.cdw12 = (blocks - 1) | std::uint32_t{options.prinfo} << 26;
  if (options.fua) sqe.cdw12 |= kCdw12Fua;
  if (options.lr) sqe.cdw12 |= kCdw12Lr;
  return sqe;
}

constexpr Sqe MakeRead(std::uint32_t nsid, std::uint64_t slba, std::uint32_t blocks,
                       NvmOptions options = {}) {
  return MakeBlockCommand(NvmOpcode::kRead, nsid, slba, blocks, options);
}
constexpr Sqe MakeWrite(std::uint32_t nsid, std::uint64_t slba, std::uint32_t blocks,
                        NvmOptions options = {}) {
  return MakeBlockCommand(NvmOpcode::kWrite, nsid, slba, blocks, options);
}
constexpr Sqe MakeCompare(std::uint32_t nsid, std::uint64_t slba, std::uint32_t blocks,
                          NvmOptions options = {}) {
  return MakeBlockCommand(NvmOpcode::kCompare, nsid, slba, blocks, options);
}
constexpr Sqe MakeVerify(std::uint32_t nsid, std::uint64_t slba, std::uint32_t blocks,
                         NvmOptions options = {}) {
  return MakeBlockCommand(NvmOpcode::kVerify, nsid, slba, blocks, options);
}
constexpr Sqe MakeWriteUncorrectable(std::uint32_t nsid, std::uint64_t slba, std::uint32_t blocks) {
  return MakeBlockCommand(NvmOpcode::kWriteUncorrectable, nsid, slba, blocks);
}

// MakeWriteZeroes: with `deallocate` the controller may free the blocks.
constexpr Sqe MakeWriteZeroes(std::uint32_t nsid, std::uint64_t slba, std::uint32_t blocks,
                              bool deallocate = false, NvmOptions options = {}) {
  Sqe sqe = MakeBlockCommand(NvmOpcode::kWriteZeroes, nsid, slba, blocks, options);
  if (deallocate) sqe.cdw12 |= kCdw12Deac;
  return sqe;
}

constexpr Sqe MakeFlush(std::uint32_t nsid) { return MakeCommand(NvmOpcode::kFlush, nsid); }

// MakeDatasetManagement brings `ranges` ranges, 1..256, as its data. `attributes`: kDsm...
constexpr Sqe MakeDatasetManagement(std::uint32_t nsid, std::uint32_t ranges,
                                    std::uint32_t attributes = kDsmAd) {
  assert(ranges >= 1 && ranges <= kMaxDsmRanges);
  Sqe sqe = MakeCommand(NvmOpcode::kDatasetManagement, nsid);
  sqe.cdw10 = ranges - 1;
  sqe.cdw11 = attributes;
  return sqe;
}

}  // namespace nvmf

#endif  // NVMF_NVME_NVM_H_
