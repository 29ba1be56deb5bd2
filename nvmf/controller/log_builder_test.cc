#include "nvmf/controller/log_builder.h"

#include <algorithm>
#include <vector>

#include "gtest/gtest.h"

namespace nvmf::controller {
namespace {

std::vector<DiscoveryEntry> Entries() {
  std::vector<DiscoveryEntry> entries;
  for (std::uint16_t i = 0; i < 3; ++i) {
    const auto port = static_cast<std::uint16_t>(4420 + i);
    entries.push_back(*MakeTcpEntry(SubType::kNvm, "nqn.2026-11.org.example:d", "10.0.0.1", port));
  }
  return entries;
}

std::vector<std::byte> Whole(const std::vector<DiscoveryEntry>& entries) {
  std::vector<std::byte> log(DiscoveryLogSize(entries.size()));
  ReadDiscoveryLog(9, entries, 0, log);
  return log;
}

TEST(LogOffset, IsAMultipleOfFourAndNotPastTheEnd) {
  EXPECT_TRUE(LogOffsetIsValid(0, 512));
  EXPECT_TRUE(LogOffsetIsValid(4, 512));
  EXPECT_TRUE(LogOffsetIsValid(512, 512));
  EXPECT_FALSE(LogOffsetIsValid(516, 512));
  EXPECT_FALSE(LogOffsetIsValid(2, 512));
  EXPECT_FALSE(LogOffsetIsValid(0xFFFFFFFFFFFFFFFC, 512));
}

TEST(CopyLogPart, FillsWithZerosPastTheEnd) {
  const std::vector<std::byte> page(8, std::byte{7});
  std::vector<std::byte> part(8, std::byte{1});
  CopyLogPart(page, 4, part);
  EXPECT_TRUE(
      std::all_of(part.begin(), part.begin() + 4, [](auto b) { return b == std::byte{7}; }));
  EXPECT_TRUE(std::all_of(part.begin() + 4, part.end(), [](auto b) { return b == std::byte{0}; }));
  CopyLogPart(page, ~std::uint64_t{3}, part);
  EXPECT_EQ(part, std::vector<std::byte>(8));
}

TEST(DiscoveryLog, HoldsAHeaderAndTheEntries) {
  const std::vector<DiscoveryEntry> entries = Entries();
  const std::vector<std::byte> log = Whole(entries);
  const ByteView view(log);
  const auto header = Decode<DiscoveryHeader>(view.first<1024>());
  EXPECT_EQ(header.genctr, 9u);
  EXPECT_EQ(header.numrec, 3u);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto entry = Decode<DiscoveryEntry>(view.subspan((i + 1) * 1024).first<1024>());
    EXPECT_EQ(entry, entries[i]);
  }
}

TEST(DiscoveryLog, IsTheSameReadInPiecesOfAnySize) {
  const std::vector<DiscoveryEntry> entries = Entries();
  const std::vector<std::byte> whole = Whole(entries);
  for (const std::size_t piece : {4u, 12u, 512u, 1020u, 1024u, 1028u, 4096u}) {
    std::vector<std::byte> log;
    while (log.size() < whole.size()) {
      std::vector<std::byte> part(piece, std::byte{0xEE});
      ReadDiscoveryLog(9, entries, log.size(), part);
      log.insert(log.end(), part.begin(), part.end());
    }
    EXPECT_TRUE(std::all_of(log.begin() + static_cast<std::ptrdiff_t>(whole.size()), log.end(),
                            [](std::byte b) { return b == std::byte{0}; }));
    log.resize(whole.size());
    EXPECT_EQ(log, whole) << piece;
  }
}

}  // namespace
}  // namespace nvmf::controller
