// What the self-test says of cases that cannot fail, that fail the right peer, or that break.
#include "conformance/builtin/selftest.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "conformance/suite/run.h"

namespace nvmf::conformance {
namespace {

Verdict Unused(HostPeer&) { return Pass(); }
Verdict UnusedToo(HostTrial&) { return Pass(); }

constexpr Case kCases[] = {
    {"TCP-IC-01/first", "Condemns the first", Unused},
    {"TCP-IC-01/second", "Condemns the second", Unused},
    {"TCP-IC-01/toothless", "Condemns nobody", Unused},
    {"TCP-IC-01/spared", "Would not notice the first", Unused},
    {"TCP-IC-01/unjust", "Condemns everybody", Unused},
    {"TCP-IC-01/skipped", "Is not tried on the right peer", Unused},
    {"TCP-IC-01/broken", "Has a defect", Unused},
    {"TCP-ICH-01/host", "Is for hosts", UnusedToo},
};

// Two wrong peers that fail the cases whose slugs say so.
class FakeOpponents : public Opponents {
 public:
  Role role() const override { return Role::kController; }
  std::size_t count() const override { return 2; }
  std::string name(std::size_t wrong) const override { return wrong == 0 ? "one" : "other"; }

  CaseResult TryRight(const Case& test) override {
    if (Is(test, "unjust")) return {.test = &test, .verdict = {kFail, "unjust"}};
    if (Is(test, "skipped")) return {.test = &test, .verdict = {kSkip, "not here"}};
    return {.test = &test, .verdict = Pass()};
  }
  bool Strikes(const CaseResult& right, std::size_t wrong) const override {
    return !Is(*right.test, "spared") || wrong == 1;
  }
  CaseResult TryWrong(const Case& test, std::size_t wrong) override {
    ++tries_;
    if (Is(test, "broken") && wrong == 0) return {.test = &test, .verdict = {kError, "a\tbug"}};
    if (Is(test, "toothless")) return {.test = &test, .verdict = {kNonStrict, "so so"}};
    if (Is(test, "second") && wrong == 0) return {.test = &test, .verdict = {kBlocked, "no"}};
    return {.test = &test, .verdict = {wrong == 0 ? kFail : kHang, "wrong"}};
  }

  int tries_ = 0;

 private:
  static bool Is(const Case& test, std::string_view slug) { return test.id.ends_with(slug); }
};

class SelftestTest : public testing::Test {
 protected:
  int Go(std::vector<std::string> only) {
    std::vector<std::unique_ptr<Opponents>> opponents;
    opponents.push_back(std::make_unique<FakeOpponents>());
    options_.selection.only = std::move(only);
    out_.str("");
    const int code = SelftestCommand(options_, kCases, opponents, out_);
    tries_ = static_cast<FakeOpponents&>(*opponents.front()).tries_;
    return code;
  }
  bool Says(const std::string& text) const { return out_.str().find(text) != std::string::npos; }

  SelftestOptions options_;
  std::ostringstream out_;
  int tries_ = 0;
};

TEST_F(SelftestTest, IsGreenWhenEachCaseCondemnsAWrongPeer) {
  EXPECT_EQ(Go({"*/first", "*/second"}), kExitExpected);
  EXPECT_TRUE(Says("controller: one: 1 cases condemn it, 1 left\n")) << out_.str();
  EXPECT_TRUE(Says("controller: other: 1 cases condemn it, 0 left\n")) << out_.str();
  EXPECT_TRUE(Says("2 cases, 2 wrong peers, 2 cases condemn one, 0 toothless")) << out_.str();
}

TEST_F(SelftestTest, ACaseThatHasTeethIsNotTriedFurtherUnlessInFull) {
  EXPECT_EQ(Go({"*/first"}), kExitExpected);
  EXPECT_EQ(tries_, 1);
  options_.full = true;
  EXPECT_EQ(Go({"*/first"}), kExitExpected);
  EXPECT_EQ(tries_, 2);
}

TEST_F(SelftestTest, APeerThatWouldBeRightIsNotTried) {
  EXPECT_EQ(Go({"*/spared"}), kExitExpected);
  EXPECT_EQ(tries_, 1);
}

TEST_F(SelftestTest, NamesTheToothless) {
  EXPECT_EQ(Go({"*/first", "*/toothless"}), kExitFailures);
  EXPECT_TRUE(Says("toothless: TCP-IC-01/toothless\n")) << out_.str();
  EXPECT_TRUE(Says("2 cases, 2 wrong peers, 1 cases condemn one, 1 toothless")) << out_.str();
}

TEST_F(SelftestTest, WhatTheRightPeerDoesNotPassIsNoCase) {
  EXPECT_EQ(Go({"*/unjust"}), kExitFailures);
  EXPECT_TRUE(Says("not green on the right peer: TCP-IC-01/unjust  FAIL unjust")) << out_.str();
  EXPECT_EQ(Go({"*/skipped"}), kExitFailures);
}

TEST_F(SelftestTest, ADefectIsOurs) {
  EXPECT_EQ(Go({"*/broken"}), kExitOurDefect);
  EXPECT_TRUE(Says("defect: TCP-IC-01/broken on one")) << out_.str();
}

TEST_F(SelftestTest, NothingTriedIsNotGreen) {
  EXPECT_EQ(Go({"TCP-ICH-01/host"}), kExitNothingRan);
  EXPECT_EQ(Go({"TCP-IC-99"}), kExitUsage);
}

TEST_F(SelftestTest, WritesTheMatrix) {
  options_.matrix = testing::TempDir() + "/matrix.tsv";
  Go({"*/first", "*/broken"});
  std::ifstream file(options_.matrix);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(),
            "case\trole\tpeer\tverdict\tmessage\n"
            "TCP-IC-01/first\tcontroller\tthe right one\tPASS\t\n"
            "TCP-IC-01/broken\tcontroller\tthe right one\tPASS\t\n"
            "TCP-IC-01/first\tcontroller\tone\tFAIL\twrong\n"
            "TCP-IC-01/broken\tcontroller\tone\tERROR\ta bug\n"
            "TCP-IC-01/broken\tcontroller\tother\tHANG\twrong\n");
  options_.matrix = "/there/is/none.tsv";
  EXPECT_EQ(Go({"*/first"}), kExitUsage);
}

}  // namespace
}  // namespace nvmf::conformance
