// The library's own host under all cases that put a host on trial: nothing red, nothing left out.
#include "conformance/builtin/builtin_host.h"

#include <gtest/gtest.h>

#include <string>

#include "conformance/cases/cases.h"
#include "conformance/suite/runner.h"

namespace nvmf::conformance {
namespace {

std::string Told(const CaseResult& result) {
  std::string text = std::string(VerdictName(result.verdict.kind)) + ' ' +
                     std::string(result.test->id) + ": " + result.verdict.message;
  for (const Record& record : result.transcript.records()) text += "\n    " + record.text;
  return text;
}

TEST(BuiltinHostTest, EveryHostCaseIsGreen) {
  BuiltinHost host;
  std::size_t ran = 0;
  for (const Case& test : AllCases()) {
    if (test.role() != Role::kHost) continue;
    ++ran;
    const CaseResult result = RunHostCase({}, host, test);
    EXPECT_TRUE(IsGreen(result.verdict.kind)) << Told(result);
    EXPECT_NE(result.verdict.kind, kSkip) << Told(result);
    for (const Observation& seen : result.observations) {
      ADD_FAILURE() << seen.rule << ": " << seen.text << '\n' << Told(result);
    }
  }
  EXPECT_GE(ran, 170u);
}

TEST(BuiltinHostTest, AnErrandWithoutAControllerEnds) {
  BuiltinHost host;
  ASSERT_TRUE(host.Start({.patience = Duration(50)}));
  const Result<HostOutcome> outcome = host.Finish(Deadline::In(std::chrono::seconds(10)));
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->success);
  EXPECT_EQ(outcome->text.rfind("connect: ", 0), 0u) << outcome->text;
}

TEST(BuiltinHostTest, StopEndsAnErrandWhoseConnectionNobodyTook) {
  BuiltinHost host;
  ASSERT_TRUE(host.Start({.patience = std::chrono::minutes(5)}));
  host.Stop();
  EXPECT_FALSE(host.Finish(Deadline::In(Duration(0))));
}

}  // namespace
}  // namespace nvmf::conformance
