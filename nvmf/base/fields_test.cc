#include "nvmf/base/fields.h"

#include <gtest/gtest.h>

namespace nvmf {
namespace {

enum class Kind : std::uint8_t { kOne = 1 };

struct Inner {
  static constexpr std::size_t kSize = 4;
  std::uint16_t low = 0;
  static constexpr void Fields(auto& inner, auto&& at) { at(2, "low", inner.low); }
  bool operator==(const Inner&) const = default;
};

struct Outer {
  static constexpr std::size_t kSize = 24;
  Kind kind = {};
  Inner inner;
  std::array<char, 4> text{};
  std::array<std::byte, 3> raw{};
  std::array<std::uint16_t, 2> words{};
  static constexpr void Fields(auto& outer, auto&& at) {
    at(0, "kind", outer.kind), at(4, "inner", outer.inner), at(8, "text", outer.text);
    at(12, "raw", outer.raw), at(16, "words", outer.words);
  }
  bool operator==(const Outer&) const = default;
};

struct Overlapping {
  static constexpr std::size_t kSize = 8;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  static constexpr void Fields(auto& o, auto&& at) { at(0, "a", o.a), at(3, "b", o.b); }
};

struct PastTheEnd {
  static constexpr std::size_t kSize = 6;
  std::uint32_t a = 0;
  static constexpr void Fields(auto& p, auto&& at) { at(4, "a", p.a); }
};

static_assert(LayoutIsSound<Inner>() && LayoutIsSound<Outer>());
static_assert(!LayoutIsSound<Overlapping>());
static_assert(!LayoutIsSound<PastTheEnd>());
static_assert(!LayoutIsSound<Inner>(3), "a field before the allowed beginning");
static_assert(OffsetOf<Outer>("words") == 16);

constexpr Outer kOuter{.kind = Kind::kOne,
                       .inner = {.low = 0x1234},
                       .text = {'n', 'v', 'm', 'f'},
                       .raw = {std::byte{0xAA}, std::byte{0xBB}, std::byte{0xCC}},
                       .words = {0x0102, 0x0304}};

TEST(Fields, EachFieldStandsAtItsOffset) {
  const auto bytes = Encode(kOuter);
  EXPECT_EQ(bytes[0], std::byte{1});
  EXPECT_EQ(bytes[6], std::byte{0x34});
  EXPECT_EQ(bytes[7], std::byte{0x12});
  EXPECT_EQ(bytes[8], std::byte{'n'});
  EXPECT_EQ(bytes[14], std::byte{0xCC});
  EXPECT_EQ(bytes[16], std::byte{2});
  EXPECT_EQ(bytes[23], std::byte{0}) << "octets that no field names are zero";
}

TEST(Fields, DecodeUndoesEncode) { EXPECT_EQ(Decode<Outer>(Encode(kOuter)), kOuter); }

TEST(Fields, DecodingIgnoresOctetsThatNoFieldNames) {
  auto bytes = Encode(kOuter);
  bytes[23] = std::byte{0xFF};
  EXPECT_EQ(Decode<Outer>(bytes), kOuter);
}

TEST(Fields, DescribeNamesEveryField) {
  EXPECT_EQ(Describe(kOuter), "kind=1 inner={low=1234} text=\"nvmf\" raw=aa.bb.cc words=102.304");
}

}  // namespace
}  // namespace nvmf
