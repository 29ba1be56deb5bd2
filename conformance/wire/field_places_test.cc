#include "conformance/wire/field_places.h"

#include <gtest/gtest.h>

#include <string_view>

namespace nvmf::conformance {
namespace {

using tcp::PduType;

TEST(FieldPlaces, AreThoseOfTheHeaderAndOfWhatFollows) {
  const auto places = FieldPlaces(PduType::kH2CData);
  ASSERT_EQ(places.size(), 9u);
  EXPECT_EQ(std::string_view(places[4].name), "plen");
  EXPECT_EQ(places[4].at, 4u);
  EXPECT_EQ(std::string_view(places[8].name), "datal");
  EXPECT_EQ(places[8].at, 16u);
  EXPECT_EQ(places[8].size, 4u);
}

TEST(FieldPlaces, OfACommandAreTheEntrys) {
  const FieldPlace& last = FieldPlaces(PduType::kCapsuleCmd).back();
  EXPECT_EQ(std::string_view(last.name), "cdw15");
  EXPECT_EQ(last.at, 68u);
}

TEST(FieldPlaces, OfWhatNoHostSaysAreTheHeaders) {
  EXPECT_EQ(FieldPlaces(PduType::kR2T).size(), 5u);
  EXPECT_EQ(FieldPlaces(static_cast<PduType>(0xEE)).size(), 5u);
}

TEST(Extremes, AreFiveOfTheRightSize) {
  for (const std::size_t size : {1u, 2u, 4u, 8u}) {
    const auto values = Extremes(size);
    ASSERT_EQ(values.size(), 5u);
    for (const Bytes& value : values) EXPECT_EQ(value.size(), size);
  }
  EXPECT_EQ(Extremes(2)[3], (Bytes{std::byte{0xFE}, std::byte{0xFF}}));
  EXPECT_EQ(Extremes(2)[4], (Bytes{std::byte{0x00}, std::byte{0x80}}));
}

}  // namespace
}  // namespace nvmf::conformance
