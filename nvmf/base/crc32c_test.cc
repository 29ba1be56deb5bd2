#include "nvmf/base/crc32c.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string_view>
#include <vector>

namespace nvmf {
namespace {

// The definition, bit by bit: the yardstick of every path.
std::uint32_t Bitwise(ByteView data) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::byte octet : data) {
    crc ^= std::to_integer<std::uint32_t>(octet);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82F63B78 : 0);
  }
  return ~crc;
}

std::vector<std::byte> Pattern(std::size_t size) {
  std::vector<std::byte> data(size);
  std::uint32_t state = 1;
  for (std::byte& octet : data) {
    state = state * 1664525 + 1013904223;
    octet = static_cast<std::byte>(state >> 24);
  }
  return data;
}

class Crc32cPathTest : public testing::TestWithParam<Crc32cPath> {};

TEST_P(Crc32cPathTest, KnownValues) {
  const std::string_view digits = "123456789";
  EXPECT_EQ(GetParam().extend(0, std::as_bytes(std::span(digits))), 0xE3069283U);
  EXPECT_EQ(GetParam().extend(0, std::vector<std::byte>(32)), 0x8A9136AAU);
  EXPECT_EQ(GetParam().extend(0, std::vector<std::byte>(32, std::byte{0xFF})), 0x62A8AB43U);
  EXPECT_EQ(GetParam().extend(0, {}), 0U);
}

TEST_P(Crc32cPathTest, EveryShortLengthAndAlignmentEqualsTheDefinition) {
  const std::vector<std::byte> data = Pattern(600);
  for (std::size_t at = 0; at < 8; ++at) {
    for (std::size_t size = 0; size + at < data.size(); size += size < 80 ? 1 : 37) {
      const ByteView part = ByteView(data).subspan(at, size);
      ASSERT_EQ(GetParam().extend(0, part), Bitwise(part)) << at << "+" << size;
    }
  }
}

TEST_P(Crc32cPathTest, ExtendingInPiecesEqualsOnce) {
  const std::vector<std::byte> data = Pattern(70000);
  const std::uint32_t whole = Bitwise(data);
  for (const std::size_t cut : {1U, 7U, 24U, 255U, 256U, 4096U, 65537U}) {
    const std::uint32_t front = GetParam().extend(0, ByteView(data).first(cut));
    EXPECT_EQ(GetParam().extend(front, ByteView(data).subspan(cut)), whole) << cut;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Crc32cPathTest,
                         testing::ValuesIn(Crc32cPaths().begin(), Crc32cPaths().end()),
                         [](const auto& param) {
                           std::string name = param.param.name;
                           std::erase(name, '-');
                           return name;
                         });

TEST(Crc32c, TheDoorUsesAPathThatIsRight) {
  const std::vector<std::byte> data = Pattern(5000);
  EXPECT_EQ(Crc32c(data), Bitwise(data));
}

}  // namespace
}  // namespace nvmf
