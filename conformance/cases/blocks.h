// Commands on the blocks that a case may use, described as every controller takes them.
//
//   Sqe sqe = OnBlocks(io, NvmOpcode::kCompare, 8);       // of the granted blocks, from the first
//   on return io.Try(sqe, data).Or(Says({StatusCode::kCompareFailure}), kPass);
//
// Units     blocks; `at` counts from the first block that the case may write.
// Errors    OnBlocks ends the case as SKIP where a command that changes blocks leaves the grant.
// Source    NVM Command Set, "NVM Command Set Commands".
#ifndef CONFORMANCE_CASES_BLOCKS_H_
#define CONFORMANCE_CASES_BLOCKS_H_

#include "conformance/cases/words.h"
#include "nvmf/nvme/nvm.h"

namespace nvmf::conformance {

// WayOf returns the SGL type for data to the controller: some take only in a capsule what fits in
// one.
inline std::uint8_t WayOf(const HostPeer& io, std::uint64_t octets) {
  return octets <= io.claims().in_capsule ? Sgl::kInCapsule : Sgl::kTransport;
}

// Described gives a command the SGL that `octets` of its data need; 0 where it moves none.
Sqe Described(const HostPeer& io, Sqe sqe, std::uint64_t octets);

// Anywhere is a command on any blocks of the namespace, with the SGL that belongs to it.
Sqe Anywhere(const HostPeer& io, NvmOpcode opcode, std::uint64_t slba, std::uint32_t blocks,
             NvmOptions options = {});
Sqe OnBlocks(const HostPeer& io, NvmOpcode opcode, std::uint32_t blocks, std::uint64_t at = 0,
             NvmOptions options = {});

// Store writes whole blocks, which must succeed; Blocks returns so many octets of them.
void Store(HostPeer& io, const Bytes& data, std::uint64_t at = 0);
inline std::uint32_t Octets(const HostPeer& io, std::uint32_t blocks) {
  return blocks * io.claims().block;
}

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_CASES_BLOCKS_H_
