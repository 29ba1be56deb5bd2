// The cases, the catalogue and the states of rules fit together.
#include <gtest/gtest.h>

#include <set>

#include "conformance/cases/cases.h"
#include "conformance/suite/profile.h"
#include "conformance/suite/rules.h"

namespace nvmf::conformance {
namespace {

TEST(Catalogue, IsWhole) {
  EXPECT_EQ(Rules().size(), 335u);
  for (const Rule& rule : Rules()) {
    EXPECT_TRUE(rule.level == "shall" || rule.level == "should" || rule.level == "may") << rule.id;
    EXPECT_TRUE(rule.role == "controller" || rule.role == "host") << rule.id;
    EXPECT_TRUE(rule.tier() >= 1 && rule.tier() <= 3) << rule.id;
    EXPECT_FALSE(rule.requirement.empty() || rule.expected.empty()) << rule.id;
  }
}

TEST(Catalogue, TriggersAreCountedApart) {
  EXPECT_EQ(Triggers().size(), 43u);
  for (const Rule& trigger : Triggers()) {
    EXPECT_TRUE(trigger.id.starts_with("ROB-")) << trigger.id;
    const bool role = trigger.role == "controller" || trigger.role == "host";
    EXPECT_TRUE(role || trigger.role == "both") << trigger.id;
    EXPECT_EQ(trigger.tier(), 3) << trigger.id;
    EXPECT_FALSE(trigger.reference.empty() || trigger.provoked_by.empty()) << trigger.id;
    EXPECT_EQ(FindRule(trigger.id), &trigger);
  }
}

TEST(Catalogue, WhatIsOfTierThreeIsOfTheRobustnessProfile) {
  const Profile* profile = FindProfile("robustness");
  ASSERT_NE(profile, nullptr);
  for (const Case& test : AllCases()) {
    for (const std::string_view id : test.rules()) {
      if (FindRule(id)->tier() == 3) {
        EXPECT_TRUE(profile->Has(test)) << test.id;
      }
    }
  }
}

TEST(Catalogue, EveryRuleIsAccountedFor) {
  for (const std::string& complaint : Complaints(AllCases())) ADD_FAILURE() << complaint;
}

TEST(Catalogue, ComplainsAboutWhatDoesNotFit) {
  constexpr ControllerScript kScript = [](HostPeer&) { return Pass(); };
  const Case strays[] = {{"TCP-IC-99/x", "", kScript},
                         {"TCP-ICH-01/x", "", kScript},
                         {"TCP-IC-01/x", "", kScript},
                         {"TCP-IC-01/x", "", kScript}};
  const std::vector<std::string> complaints = Complaints(strays);
  const std::set<std::string> all(complaints.begin(), complaints.end());
  EXPECT_TRUE(all.contains("TCP-IC-99/x: there is no rule TCP-IC-99"));
  EXPECT_TRUE(all.contains("TCP-ICH-01/x: TCP-ICH-01 is the other role's"));
  EXPECT_TRUE(all.contains("TCP-IC-01/x: used twice"));
  EXPECT_TRUE(all.contains("TCP-IC-07: no case and no state"));
}

TEST(Cases, HaveTitlesThatAreSentencesOfTheirOwn) {
  for (const Case& test : AllCases()) {
    EXPECT_GE(test.title.size(), 20u) << test.id;
    EXPECT_NE(test.id.find('/'), std::string_view::npos) << test.id;
    for (const char c : test.id) {
      EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '/') << test.id;
    }
  }
}

}  // namespace
}  // namespace nvmf::conformance
