// Builds what Get Log Page returns, part by part.
//
//   if (!LogOffsetIsValid(cmd.lpo, DiscoveryLogSize(entries.size()))) return kInvalidField;
//   ReadDiscoveryLog(genctr, entries, cmd.lpo, buffer);
//
// Shapes    any part of a page, from an offset that is a multiple of 4 and not past its end; what
//           is asked for past the end comes as zeros. No part costs more memory than is lent.
// Units     octets.
// Errors    none.
// Threads   pure functions.
// Source    NVM Express Base, "Get Log Page command", "Discovery Log Page".
#ifndef NVMF_CONTROLLER_LOG_BUILDER_H_
#define NVMF_CONTROLLER_LOG_BUILDER_H_

#include <cstdint>
#include <span>

#include "nvmf/base/bytes.h"
#include "nvmf/nvme/discovery.h"
#include "nvmf/nvme/log_page.h"

namespace nvmf::controller {

// LogOffsetIsValid judges LPO against a page of `size` octets.
constexpr bool LogOffsetIsValid(std::uint64_t offset, std::uint64_t size) {
  return offset % 4 == 0 && offset <= size;
}

// CopyLogPart fills `into` with `page` from `offset` on, and with zeros past its end.
void CopyLogPart(ByteView page, std::uint64_t offset, MutableBytes into);

constexpr std::uint64_t DiscoveryLogSize(std::size_t entries) {
  return (std::uint64_t{entries} + 1) * DiscoveryEntry::kSize;
}

// ReadDiscoveryLog fills `into` with the discovery log of these entries from `offset` on.
void ReadDiscoveryLog(std::uint64_t genctr, std::span<const DiscoveryEntry> entries,
                      std::uint64_t offset, MutableBytes into);

}  // namespace nvmf::controller

#endif  // NVMF_CONTROLLER_LOG_BUILDER_H_
