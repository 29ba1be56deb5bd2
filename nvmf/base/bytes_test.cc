#include "nvmf/base/bytes.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>

namespace nvmf {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();

TEST(Bytes, IntegersAreLittleEndian) {
  std::array<std::byte, 8> bytes{};
  StoreLittle(MutableBytes(bytes), std::uint64_t{0x0102030405060708});
  EXPECT_EQ(bytes[0], std::byte{8});
  EXPECT_EQ(bytes[7], std::byte{1});
  EXPECT_EQ(LoadLittle<std::uint64_t>(bytes), 0x0102030405060708U);
  EXPECT_EQ(LoadLittle<std::uint16_t>(bytes), 0x0708U);
}

TEST(Bytes, BitsTakesTheMiddleOfAWord) {
  EXPECT_EQ(Bits(std::uint32_t{0x00460001}, 16, 4), 6U);
  EXPECT_EQ(Bits(std::uint64_t{1} << 63, 63, 1), 1U);
}

TEST(Contains, BothSidesOfEachLimit) {
  EXPECT_TRUE(Contains(0, 4096, 0, 4096));
  EXPECT_FALSE(Contains(0, 4096, 0, 4097));
  EXPECT_TRUE(Contains(0, 4096, 4096, 0));
  EXPECT_FALSE(Contains(0, 4096, 4097, 0));
  EXPECT_FALSE(Contains(512, 4096, 511, 1));
  EXPECT_TRUE(Contains(512, 4096, 4604, 4));
}

TEST(Contains, ASumThatWrapsIsOutside) {
  EXPECT_FALSE(Contains(0, 8192, 4096, 0xFFFFF000));
  EXPECT_FALSE(Contains(0, 8192, kMax, 2));
  EXPECT_FALSE(Contains(4096, 4096, 4096, kMax));
}

TEST(RoundUp, ToThePowerOfTwo) {
  EXPECT_EQ(RoundUp(72, 4), 72U);
  EXPECT_EQ(RoundUp(73, 4), 76U);
  EXPECT_EQ(RoundUp(76, 128), 128U);
}

}  // namespace
}  // namespace nvmf
