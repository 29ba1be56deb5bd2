#include "conformance/suite/selection.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace nvmf::conformance
