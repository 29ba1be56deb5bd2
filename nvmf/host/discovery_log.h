// ReadDiscoveryLog reads a discovery controller's whole log page, consistent in itself.
//
//   Result<DiscoveryLog> log = ReadDiscoveryLog(controller);
//   for (const DiscoveryEntry& entry : log->entries) if (EntryIsUsable(entry)) ...
//
// Shapes    read in pieces of 4 KiB, which every MDTS allows; at most kMaxDiscoveryEntries.
// Errors    kBusy: the log changed under every try. kRefused: the controller said no, or the log
//           has a record format we do not know. Others as HostController.
// Threads   as the controller's admin queue.
// Source    NVM Express Base, "Discovery Log Page", "GENCTR".
#ifndef NVMF_HOST_DISCOVERY_LOG_H_
#define NVMF_HOST_DISCOVERY_LOG_H_

#include <cstdint>
#include <vector>

#include "nvmf/host/host_controller.h"
#include "nvmf/nvme/discovery.h"

namespace nvmf {

struct DiscoveryLog {
  std::uint64_t genctr = 0;
  std::vector<DiscoveryEntry> entries{};
};

inline constexpr std::uint64_t kMaxDiscoveryEntries = 16384;
inline constexpr int kDiscoveryTries = 10;

Result<DiscoveryLog> ReadDiscoveryLog(HostController& controller);

}  // namespace nvmf

#endif  // NVMF_HOST_DISCOVERY_LOG_H_
