#include "nvmf/nvme/text.h"

#include <gtest/gtest.h>

#include <array>

namespace nvmf {
namespace {

using Field = std::array<char, 6>;

TEST(Text, PaddingOfEitherKindIsStripped) {
  EXPECT_EQ(Text(Field{'4', '4', '2', '0', ' ', ' '}), "4420");
  EXPECT_EQ(Text(Field{'4', '4', '2', '0', '\0', '\0'}), "4420");
  EXPECT_EQ(Text(Field{'4', ' ', ' ', '\0', '\0', '\0'}), "4");
}

TEST(Text, AFullFieldHasNoEndMark) {
  EXPECT_EQ(Text(Field{'a', 'b', 'c', 'd', 'e', 'f'}), "abcdef");
}

TEST(Text, SpacesInsideAndBeforeStay) {
  EXPECT_EQ(Text(Field{' ', 'a', ' ', 'b', ' ', ' '}), " a b");
}

TEST(Text, NothingAfterANulCounts) {
  EXPECT_EQ(Text(Field{'a', '\0', 'x', 'y', 'z', '!'}), "a");
  EXPECT_EQ(Text(Field{'\0', 'x', 'y', 'z', '!', '!'}), "");
}

TEST(Text, AnEmptyFieldIsEmptyText) {
  EXPECT_EQ(Text(Field{' ', ' ', ' ', ' ', ' ', ' '}), "");
  EXPECT_EQ(Text({}), "");
}

TEST(Text, SetTextPadsWhatIsLeft) {
  Field field{'?', '?', '?', '?', '?', '?'};
  ASSERT_TRUE(SetText(field, "ab"));
  EXPECT_EQ(field, (Field{'a', 'b', ' ', ' ', ' ', ' '}));
  ASSERT_TRUE(SetText(field, "ab", '\0'));
  EXPECT_EQ(field, (Field{'a', 'b', '\0', '\0', '\0', '\0'}));
}

TEST(Text, SetTextTakesAsMuchAsTheFieldAndNoMore) {
  Field field{};
  EXPECT_TRUE(SetText(field, "abcdef"));
  EXPECT_FALSE(SetText(field, "1234567"));
  EXPECT_EQ(Text(field), "abcdef") << "a refused text changes nothing";
}

}  // namespace
}  // namespace nvmf
