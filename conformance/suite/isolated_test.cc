// A case in a process of its own: what comes back from it, and what is left of one that crashes.
#include "conformance/suite/isolated.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace nvmf::conformance {
namespace {

Verdict Unused(HostPeer&) { return Pass(); }
constexpr Case kCase = {"TCP-IC-01/case", "A case", Unused};
constexpr Duration kLimit = std::chrono::seconds(60);

TEST(Isolated, TheResultComesBackWhole) {
  const CaseResult result = RunIsolated(kCase, kLimit, [] {
    CaseResult told{.test = &kCase, .verdict = {kNonStrict, "so \xFF so"}, .took = Duration(7)};
    told.observations.push_back({"TCP-IC-03", kFail, "a bit"});
    told.transcript.Add(
        {.what = Record::What::kSent, .connection = 1, .text = "x", .octets = Fill(3, 9)});
    return told;
  });
  EXPECT_EQ(result.test, &kCase);
  EXPECT_EQ(result.verdict.kind, kNonStrict);
  EXPECT_EQ(result.verdict.message, "so \xFF so");
  EXPECT_EQ(result.took, Duration(7));
  ASSERT_EQ(result.observations.size(), 1u);
  EXPECT_EQ(result.observations[0].rule, "TCP-IC-03");
  EXPECT_EQ(result.observations[0].kind, kFail);
  ASSERT_EQ(result.transcript.records().size(), 1u);
  EXPECT_EQ(result.transcript.records()[0].octets, Fill(3, 9));
}

TEST(Isolated, MoreThanASocketTakesComesBack) {
  const CaseResult result = RunIsolated(kCase, kLimit, [] {
    CaseResult told{.test = &kCase, .verdict = Pass()};
    told.transcript.Add({.connection = 1, .octets = Pattern(1 << 20, 1)});
    return told;
  });
  EXPECT_EQ(result.verdict.kind, kPass);
  ASSERT_EQ(result.transcript.records().size(), 1u);
  EXPECT_EQ(result.transcript.records()[0].octets, Pattern(1 << 20, 1));
}

TEST(Isolated, ACrashIsAnErrorOfTheCase) {
  const CaseResult result = RunIsolated(kCase, kLimit, []() -> CaseResult {
    (void)raise(SIGKILL);
    return {};
  });
  EXPECT_EQ(result.verdict.kind, kError);
  EXPECT_NE(result.verdict.message.find("died of signal 9"), std::string::npos);
}

TEST(Isolated, AnExitIsAnErrorOfTheCase) {
  const CaseResult result = RunIsolated(kCase, kLimit, []() -> CaseResult { _exit(0); });
  EXPECT_EQ(result.verdict.kind, kError) << result.verdict.message;
  EXPECT_EQ(RunIsolated(kCase, kLimit, []() -> CaseResult { _exit(3); }).verdict.kind, kError);
}

TEST(Isolated, AProcessThatDoesNotEndIsEnded) {
  const CaseResult result = RunIsolated(kCase, Duration(50), []() -> CaseResult {
    while (true) pause();
  });
  EXPECT_EQ(result.verdict.kind, kError);
  EXPECT_NE(result.verdict.message.find("did not end in time"), std::string::npos);
}

}  // namespace
}  // namespace nvmf::conformance
