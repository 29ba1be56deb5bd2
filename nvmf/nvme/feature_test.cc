#include "nvmf/nvme/feature.h"

#include <gtest/gtest.h>

#include "nvmf/nvme/golden.h"

namespace nvmf {
namespace {

constexpr Golden<HostBehavior> kGolden[] = {
    {"every field", {.acre = 1, .etdas = 2, .lbafee = 3}, "01 02 03"},
};

TEST(HostBehavior, OctetsReadBothWays) { ExpectBothWays<HostBehavior>(kGolden); }

TEST(QueueCounts, CountsAre0sBasedOnTheWire) {
  EXPECT_EQ((QueueCounts{.submission = 1, .completion = 1}.ToDword()), 0x00000000u);
  EXPECT_EQ((QueueCounts{.submission = 4, .completion = 8}.ToDword()), 0x00070003u);
  EXPECT_EQ((QueueCounts{.submission = 65535, .completion = 65535}.ToDword()), 0xFFFEFFFEu);
  EXPECT_EQ(QueueCounts::FromDword(0x00070003), (QueueCounts{.submission = 4, .completion = 8}));
  EXPECT_EQ(QueueCounts::FromDword(0xFFFEFFFE),
            (QueueCounts{.submission = 65535, .completion = 65535}));
}

TEST(QueueCounts, FFFFhIsNotAllowedOnEitherSide) {
  EXPECT_EQ(QueueCounts::FromDword(0x0000FFFF), std::nullopt);
  EXPECT_EQ(QueueCounts::FromDword(0xFFFF0000), std::nullopt);
  EXPECT_EQ(QueueCounts::FromDword(0xFFFFFFFF), std::nullopt);
}

TEST(Feature, NamesAreTheSpecifications) {
  EXPECT_STREQ(FeatureName(static_cast<Feature>(0x07)), "Number of Queues");
  EXPECT_STREQ(FeatureName(static_cast<Feature>(0x0B)), "Asynchronous Event Configuration");
  EXPECT_STREQ(FeatureName(static_cast<Feature>(0x0F)), "Keep Alive Timer");
  EXPECT_STREQ(FeatureName(static_cast<Feature>(0x81)), "Host Identifier");
  EXPECT_STREQ(FeatureName(static_cast<Feature>(0x00)), "unknown");
}

}  // namespace
}  // namespace nvmf
