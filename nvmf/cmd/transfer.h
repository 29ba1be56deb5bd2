// Moves a namespace's octets from and to files, several commands at a time.
#ifndef NVMF_CMD_TRANSFER_H_
#define NVMF_CMD_TRANSFER_H_

#include <cstdint>
#include <string>

#include "nvmf/cmd/host.h"
#include "nvmf/cmd/outcome.h"

namespace nvmf::cmd {

struct TransferOptions {
  std::uint32_t nsid = 1;
  std::uint64_t offset = 0;  // Octets, a multiple of the namespace's block.
  std::uint64_t length = 0;  // Read: octets; write: what the file holds.
  std::string file{};        // "-": standard output or input.
};

Outcome<> RunRead(const HostOptions& host, const TransferOptions& options);
Outcome<> RunWrite(const HostOptions& host, const TransferOptions& options);

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_TRANSFER_H_
