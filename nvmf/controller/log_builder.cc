#include "nvmf/controller/log_builder.h"

#include <algorithm>

namespace nvmf::controller {

void CopyLogPart(ByteView page, std::uint64_t offset, MutableBytes into) {
  const std::uint64_t from = std::min<std::uint64_t>(offset, page.size());
  const std::uint64_t here = std::min<std::uint64_t>(into.size(), page.size() - from);
  const auto rest = std::ranges::copy(page.subspan(from, here), into.begin()).out;
  std::fill(rest, into.end(), std::byte{0});
}

void ReadDiscoveryLog(std::uint64_t genctr, std::span<const DiscoveryEntry> entries,
                      std::uint64_t offset, MutableBytes into) {
  constexpr std::size_t kRecord = DiscoveryEntry::kSize;
  static_assert(DiscoveryHeader::kSize == kRecord);
  while (!into.empty()) {
    const std::uint64_t record = offset / kRecord;  // 0 is the header.
    if (record > entries.size()) break;
    const auto bytes = record == 0
                           ? Encode(DiscoveryHeader{.genctr = genctr, .numrec = entries.size()})
                           : Encode(entries[record - 1]);
    const std::size_t part = std::min<std::size_t>(into.size(), kRecord - offset % kRecord);
    CopyLogPart(bytes, offset % kRecord, into.first(part));
    into = into.subspan(part);
    offset += part;
  }
  std::ranges::fill(into, std::byte{0});
}

}  // namespace nvmf::controller
