// Transfers are the shapes that a command's data can have on the wire, and commands that have them,
// for tests that promise something of every shape.
//
//   controller has {.maxh2cdata = kTransferMaxH2CData, .max_c2h_data = kTransferMaxC2HData, ...}
//   for (const Transfer& transfer : kTransfers) host.Execute(transfer.sqe(), transfer.Of(buffer));
//
// Shapes    a command on blocks of 512 octets from LBA 0 of NSID 1 on; in capsules fit 8192 octets.
// Threads   values.
#ifndef NVMF_TESTING_TRANSFERS_H_
#define NVMF_TESTING_TRANSFERS_H_

#include <cstddef>
#include <cstdint>

#include "nvmf/base/data.h"
#include "nvmf/nvme/nvm.h"

namespace nvmf::testing {

// What the controller is to be told.
inline constexpr std::uint32_t kTransferMaxH2CData = 16 * 1024;
inline constexpr std::uint32_t kTransferMaxR2tl = 64 * 1024;
inline constexpr std::uint32_t kTransferMaxC2HData = 16 * 1024;
inline constexpr std::uint32_t kTransferMaxR2t = 2;  // And the host.

struct Transfer {
  const char* name;
  NvmOpcode opcode;
  std::uint32_t blocks;

  std::size_t bytes() const { return std::size_t{blocks} * 512; }
  Sqe sqe() const { return blocks == 0 ? MakeFlush(1) : MakeBlockCommand(opcode, 1, 0, blocks); }
  // Of returns the data of the command, in the first octets of `buffer`.
  Data Of(MutableBytes buffer) const {
    if (blocks == 0) return kNoData;
    buffer = buffer.first(bytes());
    return opcode == NvmOpcode::kWrite ? WriteFrom(buffer) : ReadInto(buffer);
  }
};

inline constexpr std::size_t kTransferMost = 160 * 1024;  // Octets.
inline constexpr Transfer kTransfers[] = {
    {"no data", NvmOpcode::kFlush, 0},
    {"write in capsule", NvmOpcode::kWrite, 8},
    {"write by one R2T, one H2CData", NvmOpcode::kWrite, 32},
    {"write by one R2T, several H2CData", NvmOpcode::kWrite, 128},
    {"write by several R2Ts", NvmOpcode::kWrite, 320},
    {"read in one C2HData", NvmOpcode::kRead, 8},
    {"read in several C2HData", NvmOpcode::kRead, 320},
};

// MakeTinyWrite returns a command with kTinyBytes of data in its capsule. Dozens of them fit in one
// send and come in one receive: so a controller holds as many commands at a time as a test likes.
inline constexpr std::size_t kTinyBytes = DsmRange::kSize;
inline Sqe MakeTinyWrite() { return MakeDatasetManagement(1, 1, 0); }

}  // namespace nvmf::testing

#endif  // NVMF_TESTING_TRANSFERS_H_
