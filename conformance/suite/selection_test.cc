#include "conformance/suite/selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "conformance/suite/glob.h"

namespace nvmf::conformance {
namespace {

Verdict Nothing(HostPeer&) { return Pass(); }
Verdict NothingOfHosts(HostTrial&) { return Pass(); }

constexpr Case kCases[] = {
    {"TCP-IC-01/a", "", Nothing},
    {"TCP-IC-01/b", "", Nothing},
    {"TCP-IC-10/a", "", Nothing},
    {"TCP-ICH-01/a", "", NothingOfHosts},
};

std::vector<std::string> Ids(const Selection& selection) {
  std::vector<std::string> ids;
  for (const Case* test : selection.Choose(kCases)) ids.emplace_back(test->id);
  return ids;
}

using Strings = std::vector<std::string>;

TEST(Glob, Matches) {
  EXPECT_TRUE(Glob("*", ""));
  EXPECT_TRUE(Glob("TCP-IC-*", "TCP-IC-01/a"));
  EXPECT_TRUE(Glob("*/a", "TCP-IC-01/a"));
  EXPECT_TRUE(Glob("T*I*1/?", "TCP-IC-01/a"));
  EXPECT_TRUE(Glob("*ab", "aab"));
  EXPECT_FALSE(Glob("TCP-IC-01", "TCP-IC-01/a"));
  EXPECT_FALSE(Glob("?", ""));
  EXPECT_FALSE(Glob("a*b", "abc"));
}

TEST(Selection, NothingNamedIsEverything) { EXPECT_EQ(Ids({}).size(), 4u); }

TEST(Selection, ByIdByRuleByGlob) {
  EXPECT_EQ(Ids({.only = {"TCP-IC-01/b"}}), Strings{"TCP-IC-01/b"});
  EXPECT_EQ(Ids({.only = {"TCP-IC-01"}}), (Strings{"TCP-IC-01/a", "TCP-IC-01/b"}));
  EXPECT_EQ(Ids({.only = {"*/a"}, .skip = {"TCP-ICH-*"}}), (Strings{"TCP-IC-01/a", "TCP-IC-10/a"}));
}

TEST(Selection, ByRole) {
  EXPECT_EQ(Ids({.role = Role::kHost}), Strings{"TCP-ICH-01/a"});
  EXPECT_EQ(Ids({.role = Role::kController}).size(), 3u);
}

TEST(Selection, SelectorsThatMatchNothingAreTold) {
  const Selection selection{.only = {"TCP-IC-01", "TCP-IC-1"}, .skip = {"x*"}};
  EXPECT_EQ(selection.Dead(kCases), (Strings{"TCP-IC-1", "x*"}));
}

TEST(Shard, IsReadFromText) {
  EXPECT_EQ(ParseShard("2/5"), (Shard{2, 5}));
  for (const char* wrong : {"", "2", "0/5", "6/5", "2/0", "a/5", "2/5x", "-1/5", "2/"}) {
    EXPECT_FALSE(ParseShard(wrong)) << wrong;
  }
}

TEST(Shard, TogetherTheyAreEverythingOnce) {
  const auto all = Selection{}.Choose(kCases);
  std::multiset<const Case*> seen;
  for (std::size_t i = 1; i <= 3; ++i) {
    for (const Case* each : Selection{.shard = {i, 3}}.Choose(kCases)) seen.insert(each);
  }
  EXPECT_EQ(seen, std::multiset<const Case*>(all.begin(), all.end()));
}

TEST(Selection, ASeedShufflesAlways) {
  const auto shuffled = Selection{.seed = 7}.Choose(kCases);
  EXPECT_EQ(shuffled, Selection{.seed = 7}.Choose(kCases));
  EXPECT_TRUE(std::ranges::is_permutation(shuffled, Selection{}.Choose(kCases)));
}

TEST(Selection, KnowsProfilesAndLevels) {
  for (const Case* each : Selection{.only = {"@host"}}.Choose(kCases)) {
    EXPECT_EQ(each->role(), Role::kHost);
  }
  EXPECT_EQ(Selection{.only = {"@none"}}.Dead(kCases).size(), 1u);
  const auto shall = Selection{.level = "shall"}.Choose(kCases);
  const auto should = Selection{.level = "should"}.Choose(kCases);
  const auto may = Selection{.level = "may"}.Choose(kCases);
  EXPECT_EQ(shall.size() + should.size() + may.size(), Selection{}.Choose(kCases).size());
}

}  // namespace
}  // namespace nvmf::conformance
