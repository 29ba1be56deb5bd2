// Whole runs: exit codes, selection, reports.
#include "conformance/suite/run.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "conformance/suite/commands.h"
#include "conformance/suite/exchange_file.h"
#include "conformance/testing/fake_controller.h"

namespace nvmf::conformance {
namespace {

Verdict Passes(HostPeer& host) {
  host.ConnectAdmin();
  return Pass();
}
Verdict Fails(HostPeer& host) {
  host.ConnectAdmin();
  return {kFail, "because <it> \"must\" & \x01 should"};
}
Verdict IsTolerated(HostPeer&) { return {kNonStrict, "nearly"}; }
Verdict IsOurDefect(HostPeer&) { return {}; }
Verdict Wavers(HostPeer&) {
  static bool again = false;
  return std::exchange(again, true) ? Pass() : Verdict{kNonStrict, "once"};
}
Verdict HostPasses(HostTrial&) { return Pass(); }

constexpr Case kCases[] = {
    {"TCP-IC-01/passes", "It passes", Passes, kSafe},
    {"TCP-IC-01/tolerated", "It is tolerated", IsTolerated, kSafe},
    {"TCP-IC-02/fails", "It fails", Fails, kSafe},
    {"TCP-IC-02/defect", "It is broken", IsOurDefect, kSafe},
    {"TCP-IC-03/skipped", "It is skipped", Passes, kSafe, Need::kCpda},
    {"TCP-CH-05/wavers", "It is now so, now so", Wavers, kSafe},
    {"TCP-ICH-01/host", "A host", HostPasses},
};

std::string Slurp(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class RunTest : public testing::Test {
 protected:
  int Go(std::vector<std::string> only, std::vector<std::string> skip = {}) {
    const Devices devices{.controllers = {&bench_, 1}};
    RunOptions options = options_;
    options.selection = {.only = std::move(only), .skip = std::move(skip)};
    options.json = json_;
    options.junit = junit_;
    options.expectations = expectations_;
    options.update_expectations = update_;
    return RunCommand(options, devices, kCases, out_);
  }

  FakeController fake_;
  Bench bench_{.dut = fake_, .grant = {.everything = true}};
  std::stringstream out_;
  std::string json_;
  std::string junit_;
  RunOptions options_;
  std::string expectations_;
  bool update_ = false;

  // Expect has the run know what the device does.
  void Expect(const std::string& text) {
    expectations_ = testing::TempDir() + "/run_test.expectations";
    std::ofstream(expectations_) << text;
  }
};

TEST_F(RunTest, ExitCodes) {
  EXPECT_EQ(Go({"TCP-IC-01"}), kExitExpected);
  EXPECT_EQ(Go({"TCP-IC-01", "TCP-IC-02/fails"}), kExitFailures);
  EXPECT_EQ(Go({"TCP-IC-02"}), kExitOurDefect);
  EXPECT_EQ(Go({"TCP-IC-03"}), kExitNothingRan);
  EXPECT_EQ(Go({"TCP-ICH-01"}), kExitNothingRan);
  EXPECT_EQ(Go({"TCP-IC-1*"}), kExitUsage);
  fake_.set_listening(false);
  EXPECT_EQ(Go({"TCP-IC-01"}), kExitUnreachable);
}

TEST_F(RunTest, AReportThatCannotBeWrittenIsAUsageError) {
  json_ = "/there/is/no/such/folder/report.json";
  EXPECT_EQ(Go({"TCP-IC-01"}), kExitUsage);
  EXPECT_NE(out_.str().find("cannot write /there/is"), std::string::npos);
}

TEST_F(RunTest, EvidenceIsKeptOfWhatDidNotPass) {
  options_.evidence = testing::TempDir() + "/run_test_evidence";
  Go({"TCP-IC-0*"}, {"*/defect"});
  const std::string folder = options_.evidence + "/TCP-IC-02.fails/";
  const auto exchange = ReadExchange(Slurp(folder + "exchange.json"));
  ASSERT_TRUE(exchange) << exchange.error();
  EXPECT_EQ(exchange->id, "TCP-IC-02/fails");
  EXPECT_GE(exchange->records.size(), 4u);
  EXPECT_EQ(Slurp(folder + "exchange.pcapng").substr(0, 4), "\x0A\x0D\x0D\x0A");
  const std::string readme = Slurp(folder + "README.md");
  for (const char* text : {"It fails", "FAIL: because", "TCP-IC-02 (shall)", "> ICReq pfv=0"}) {
    EXPECT_NE(readme.find(text), std::string::npos) << text;
  }
  EXPECT_FALSE(std::ifstream(options_.evidence + "/TCP-IC-01.passes/README.md"));
  EXPECT_FALSE(std::ifstream(options_.evidence + "/TCP-IC-03.skipped/README.md"));
}

TEST_F(RunTest, StrictlyWhatIsToleratedFails) {
  options_.strict = true;
  EXPECT_EQ(Go({"TCP-IC-01"}), kExitFailures);
  EXPECT_NE(out_.str().find("FAIL      TCP-IC-01/tolerated  strictly: nearly"), std::string::npos);
}

TEST_F(RunTest, RepeatedCasesHaveToEndAlike) {
  options_.repeat = 3;
  EXPECT_EQ(Go({"TCP-IC-01/passes"}), kExitExpected);
  EXPECT_NE(out_.str().find("3 PASS"), std::string::npos) << out_.str();
  EXPECT_EQ(Go({"TCP-CH-05/wavers"}), kExitFailures);
  EXPECT_NE(out_.str().find("not the same each time: TCP-CH-05/wavers: NONSTRICT PASS"),
            std::string::npos)
      << out_.str();
}

TEST_F(RunTest, WhatFailedBeforeRunsAlone) {
  json_ = testing::TempDir() + "/run_test_failed.json";
  Go({}, {"*/defect"});
  options_.only_failed = json_;
  out_.str("");
  EXPECT_EQ(Go({}), kExitFailures);
  EXPECT_NE(out_.str().find("\n1 FAIL\n"), std::string::npos) << out_.str();
  options_.only_failed = "/there/is/none";
  EXPECT_EQ(Go({}), kExitUsage);
}

TEST_F(RunTest, WhatIsExpectedDoesNotFailTheRun) {
  Expect("TCP-IC-02/fails FAIL \"because\" # known\n");
  EXPECT_EQ(Go({"TCP-IC-01", "TCP-IC-02/fails"}), kExitExpected);
  EXPECT_NE(out_.str().find("XFAIL     TCP-IC-02/fails  FAIL  because"), std::string::npos)
      << out_.str();
  EXPECT_NE(out_.str().find("1 PASS, 1 NONSTRICT, 1 FAIL (1 XFAIL)"), std::string::npos)
      << out_.str();
}

TEST_F(RunTest, WhatChangedOrIsNotListedFailsTheRun) {
  Expect("TCP-IC-02/fails FAIL \"for another reason\"\n");
  EXPECT_EQ(Go({"TCP-IC-01", "TCP-IC-02/fails"}), kExitFailures);
  EXPECT_NE(out_.str().find("CHANGED   TCP-IC-02/fails"), std::string::npos) << out_.str();
  Expect("");
  EXPECT_EQ(Go({"TCP-IC-01", "TCP-IC-02/fails"}), kExitFailures);
}

TEST_F(RunTest, ExpectationsThatAreOutOfDateHaveAnExitCodeOfTheirOwn) {
  for (const char* line :
       {"TCP-IC-01/passes FAIL", "TCP-IC-99/none FAIL", "TCP-IC-03/skipped FAIL"}) {
    Expect("TCP-IC-02/fails FAIL\n" + std::string(line) + '\n');
    EXPECT_EQ(Go({}, {"*/defect"}), kExitStale) << line;
    // A failure that nobody expects weighs more.
    Expect(std::string(line) + '\n');
    EXPECT_EQ(Go({}, {"*/defect"}), kExitFailures) << line;
  }
}

TEST_F(RunTest, ExpectationsThatCannotBeReadAreAUsageError) {
  Expect("TCP-IC-01/passes MAYBE\n");
  EXPECT_EQ(Go({"TCP-IC-01"}), kExitUsage);
  EXPECT_NE(out_.str().find("line 1: no verdict"), std::string::npos) << out_.str();
  expectations_ = testing::TempDir() + "/there-is-no-such-file";
  EXPECT_EQ(Go({"TCP-IC-01"}), kExitUsage);
}

TEST_F(RunTest, AnUpdateNeedsACompleteRun) {
  Expect("");
  update_ = true;
  EXPECT_EQ(Go({"TCP-IC-01"}), kExitUsage);
  EXPECT_EQ(Go({}), kExitOurDefect);  // As there is a defect.
  EXPECT_EQ(Slurp(expectations_), "");
}

TEST_F(RunTest, ADeviceThatGoesDownEndsTheRunAndLosesNoResult) {
  // The probe takes 4 connections and a case 3: it dies behind the script of the second case.
  fake_.set_last_dial(4 + 3 + 2);
  EXPECT_EQ(Go({"TCP-IC-01", "TCP-IC-02/fails"}), kExitDown);
  EXPECT_NE(out_.str().find("PASS      TCP-IC-01/passes"), std::string::npos) << out_.str();
  EXPECT_NE(out_.str().find("DOWN      TCP-IC-01/tolerated"), std::string::npos) << out_.str();
  EXPECT_NE(out_.str().find("BLOCKED   TCP-IC-02/fails  the device went down at"),
            std::string::npos);
  EXPECT_NE(out_.str().find("1 PASS, 1 BLOCKED, 1 DOWN"), std::string::npos) << out_.str();
}

TEST_F(RunTest, TheConsoleHasALinePerCaseAndTotals) {
  Go({"TCP-IC-0*"}, {"*/defect"});
  const std::string out = out_.str();
  EXPECT_NE(out.find("PASS      TCP-IC-01/passes"), std::string::npos) << out;
  EXPECT_NE(out.find("NONSTRICT TCP-IC-01/tolerated  nearly"), std::string::npos) << out;
  EXPECT_NE(out.find("SKIP      TCP-IC-03/skipped"), std::string::npos) << out;
  EXPECT_NE(out.find("1 PASS, 1 NONSTRICT, 1 SKIP, 1 FAIL"), std::string::npos) << out;
}

TEST_F(RunTest, JsonIsWellFormedAndComplete) {
  json_ = testing::TempDir() + "/run_test.json";
  Go({"TCP-IC-0*"});
  const auto root = nlohmann::json::parse(Slurp(json_));
  EXPECT_EQ(root["schema"], 2);
  EXPECT_EQ(root["complete"], true);
  ASSERT_EQ(root["results"].size(), 5u);
  EXPECT_EQ(root["results"][2]["id"], "TCP-IC-02/fails");
  EXPECT_EQ(root["results"][2]["verdict"], "FAIL");
  EXPECT_EQ(root["results"][2]["level"], "shall");
  EXPECT_FALSE(root["results"][2]["records"].empty());
  EXPECT_EQ(root["totals"]["FAIL"], 1);
}

TEST_F(RunTest, JsonIsWellFormedAfterEachResult) {
  json_ = testing::TempDir() + "/run_test_partial.json";
  const auto report = MakeJsonReport(json_);
  report->Begin({.target = "t", .model = "\xFF\xFE", .cases = 2});
  EXPECT_EQ(nlohmann::json::parse(Slurp(json_))["complete"], false);
  report->Add({.test = &kCases[0], .verdict = Pass()});
  const auto root = nlohmann::json::parse(Slurp(json_));
  EXPECT_EQ(root["complete"], false);
  EXPECT_EQ(root["results"].size(), 1u);
}

// Balanced tells whether every XML element that is opened is closed, in order.
bool Balanced(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = xml.find('<'); at != std::string::npos; at = xml.find('<', at + 1)) {
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return false;
    const std::string tag = xml.substr(at + 1, end - at - 1);
    if (tag.starts_with('?') || tag.ends_with('/')) continue;
    const std::string name = tag.substr(tag.starts_with('/'), tag.find(' ') - 0);
    if (!tag.starts_with('/')) {
      open.push_back(tag.substr(0, tag.find(' ')));
    } else if (open.empty() || open.back() != name) {
      return false;
    } else {
      open.pop_back();
    }
  }
  return open.empty();
}

TEST_F(RunTest, JunitIsWellFormedAndDoesNotMisreport) {
  junit_ = testing::TempDir() + "/run_test.xml";
  Go({"TCP-IC-0*"});
  const std::string xml = Slurp(junit_);
  EXPECT_TRUE(Balanced(xml)) << xml;
  EXPECT_NE(xml.find("tests=\"5\" failures=\"1\" errors=\"1\" skipped=\"1\""), std::string::npos)
      << xml;
  EXPECT_NE(xml.find("because &lt;it&gt; &quot;must&quot; &amp; ? should"), std::string::npos)
      << xml;
  EXPECT_NE(xml.find("value=\"complete\""), std::string::npos);
}

TEST(Balanced, SeesWhatIsNot) {
  EXPECT_TRUE(Balanced("<?xml?><a b=\"c\"><d/></a>"));
  EXPECT_FALSE(Balanced("<a><b></a></b>"));
  EXPECT_FALSE(Balanced("<a>"));
}

TEST(OutputPath, FollowsTheUserWhenBazelHasMoved) {
  unsetenv("BUILD_WORKING_DIRECTORY");
  EXPECT_EQ(OutputPath("x.json"), "x.json");
  setenv("BUILD_WORKING_DIRECTORY", "/home/user", 1);
  EXPECT_EQ(OutputPath("x.json"), "/home/user/x.json");
  EXPECT_EQ(OutputPath("/tmp/x.json"), "/tmp/x.json");
  unsetenv("BUILD_WORKING_DIRECTORY");
}

TEST(BlockGrant, Parses) {
  EXPECT_EQ(ParseBlockGrant("1")->last, ~std::uint64_t{0});
  EXPECT_EQ(ParseBlockGrant("3:16-31")->nsid, 3u);
  EXPECT_EQ(ParseBlockGrant("3:16-31")->first, 16u);
  EXPECT_EQ(ParseBlockGrant("3:16-31")->last, 31u);
  for (const char* bad : {"", "0", "x", "1:", "1:5", "1:9-5", "1:1-2x", "-1", "1:-2"}) {
    EXPECT_FALSE(ParseBlockGrant(bad)) << bad;
  }
}

}  // namespace
}  // namespace nvmf::conformance
