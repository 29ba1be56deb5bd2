// The discovery service beside the controller on trial, and its log.
//
//   EnterDiscovery(host);                                 // connected and enabled
//   const DiscoveryPages log = ReadLog(host);
//   for (const DiscoveryEntry& entry : log.entries) ...
//
// Shapes    at most kMostRecords entries are read.
// Errors    as HostPeer's verbs.
// Source    NVM Express Base, "Discovery Controller", "Discovery Log Page".
#ifndef CONFORMANCE_CASES_DISCOVERY_H_
#define CONFORMANCE_CASES_DISCOVERY_H_

#include <string_view>
#include <vector>

#include "conformance/cases/words.h"
#include "nvmf/nvme/discovery.h"

namespace nvmf::conformance {

inline constexpr std::uint64_t kMostRecords = 255;
inline constexpr std::uint32_t kRecord = DiscoveryEntry::kSize;

struct DiscoveryPages {
  Bytes octets = {};  // Header and entries.
  DiscoveryHeader header = {};
  std::vector<DiscoveryEntry> entries = {};

  bool Lists(std::string_view subnqn) const;
};

// DiscoveryConnect is the Connect of a host that means to stay, where the service takes such.
ConnectOptions DiscoveryConnect(const HostPeer& host);
// EnterDiscovery connects and enables; `hostnqn` is another host's, if any.
void EnterDiscovery(HostPeer& host, std::string_view hostnqn = {});
// ReadLog reads the whole log, anew if it moves meanwhile; BLOCKED when it never rests.
DiscoveryPages ReadLog(HostPeer& host);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_CASES_DISCOVERY_H_
