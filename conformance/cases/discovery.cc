#include "conformance/cases/discovery.h"

#include <algorithm>

#include "nvmf/nvme/log_page.h"

namespace nvmf::conformance {
namespace {

constexpr std::uint64_t kPiece = 8192;  // The least that MDTS can say, if it says anything.
constexpr int kTries = 5;

}  // namespace

bool DiscoveryPages::Lists(std::string_view subnqn) const {
  return std::ranges::any_of(entries, [&](const DiscoveryEntry& entry) {
    return entry.subtype == SubType::kNvm && entry.nqn() == subnqn;
  });
}

ConnectOptions DiscoveryConnect(const HostPeer& host) {
  return {.cntlid = kCntlidDynamic,
          .kato_ms = host.claims().persistent_discovery ? 60'000u : 0u,
          .subnqn = std::string(kDiscoveryNqn)};
}

void EnterDiscovery(HostPeer& host, std::string_view hostnqn) {
  ConnectOptions options = DiscoveryConnect(host);
  options.hostnqn = hostnqn;
  host.ConnectAdmin({}, options);
  host.Enable();
}

DiscoveryPages ReadLog(HostPeer& host) {
  for (int i = 0; i < kTries; ++i) {
    DiscoveryPages pages;
    pages.header = Page<DiscoveryHeader>(host.Log(LogPage::kDiscovery, DiscoveryHeader::kSize));
    const std::uint64_t records = std::min(pages.header.numrec, kMostRecords);
    const std::uint64_t total = (records + 1) * kRecord;
    while (pages.octets.size() < total) {
      const std::uint64_t at = pages.octets.size();
      const auto octets = static_cast<std::uint32_t>(std::min(kPiece, total - at));
      pages.octets = Join(pages.octets, host.Log(LogPage::kDiscovery, octets, at));
    }
    const auto after = Page<DiscoveryHeader>(host.Log(LogPage::kDiscovery, DiscoveryHeader::kSize));
    if (after.genctr != pages.header.genctr || after.numrec != pages.header.numrec) continue;
    for (std::uint64_t at = kRecord; at < total; at += kRecord) {
      const auto entry = ByteView(pages.octets).subspan(at).first<DiscoveryEntry::kSize>();
      pages.entries.push_back(Decode<DiscoveryEntry>(entry));
    }
    return pages;
  }
  throw Unmet{{kBlocked, "the discovery log does not rest"}};
}

}  // namespace nvmf::conformance
