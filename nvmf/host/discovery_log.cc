#include "nvmf/host/discovery_log.h"

#include <algorithm>
#include <array>

namespace nvmf {
namespace {

constexpr std::size_t kEntriesPerPiece = 4;
constexpr std::size_t kPiece = kEntriesPerPiece * DiscoveryEntry::kSize;

// `rae` leaves a pending change event for the last reader of the log.
Result<DiscoveryHeader> ReadHeader(HostController& controller, bool rae) {
  std::array<std::byte, DiscoveryHeader::kSize> page{};
  const LogRequest request{.lid = LogPage::kDiscovery, .rae = rae};
  if (Result<> read = controller.GetLogPage(request, page); !read) {
    return std::unexpected(read.error());
  }
  const auto header = Decode<DiscoveryHeader>(page);
  if (!header.readable()) return Fail(Code::kRefused, "discovery log: unknown record format");
  if (header.numrec > kMaxDiscoveryEntries) {
    return Fail(Code::kRefused, "discovery log: more records than we read");
  }
  return header;
}

Result<> ReadEntries(HostController& controller, std::uint64_t count, DiscoveryLog& log) {
  std::array<std::byte, kPiece> piece{};
  while (log.entries.size() < count) {
    const std::size_t n = std::min<std::uint64_t>(kEntriesPerPiece, count - log.entries.size());
    const MutableBytes page = MutableBytes(piece).first(n * DiscoveryEntry::kSize);
    const LogRequest request{
        .lid = LogPage::kDiscovery,
        .offset = DiscoveryHeader::kSize + log.entries.size() * DiscoveryEntry::kSize,
        .rae = true};
    if (Result<> read = controller.GetLogPage(request, page); !read) return read;
    for (std::size_t i = 0; i < n; ++i) {
      const ByteView entry = page.subspan(i * DiscoveryEntry::kSize, DiscoveryEntry::kSize);
      log.entries.push_back(Decode<DiscoveryEntry>(entry.first<DiscoveryEntry::kSize>()));
    }
  }
  return {};
}

}  // namespace

Result<DiscoveryLog> ReadDiscoveryLog(HostController& controller) {
  for (int tries = 0; tries < kDiscoveryTries; ++tries) {
    const Result<DiscoveryHeader> before = ReadHeader(controller, true);
    if (!before) return std::unexpected(before.error());
    DiscoveryLog log{.genctr = before->genctr};
    if (Result<> read = ReadEntries(controller, before->numrec, log); !read) {
      return std::unexpected(read.error());
    }
    const Result<DiscoveryHeader> after = ReadHeader(controller, false);
    if (!after) return std::unexpected(after.error());
    if (after->genctr == before->genctr && after->numrec == before->numrec) return log;
  }
  return Fail(Code::kBusy, "the discovery log changed under every try");
}

}  // namespace nvmf
