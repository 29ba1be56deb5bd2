// The library's own controllers under all cases that put a controller on trial: nothing red,
// nothing left out.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "conformance/builtin/builtin.h"
#include "conformance/cases/cases.h"
#include "conformance/suite/run.h"

namespace nvmf::conformance {
namespace {

// Demands fails the test for each case that is red or was skipped, and for what was seen in
// passing.
class Demands : public Report {
 public:
  void Add(const CaseResult& result) override {
    ++ran_;
    const bool good = IsGreen(result.verdict.kind) && result.verdict.kind != kSkip;
    EXPECT_TRUE(good && result.observations.empty()) << Told(result);
  }
  void End(const Totals&) override { EXPECT_GE(ran_, 250u); }

 private:
  static std::string Told(const CaseResult& result) {
    std::string text = std::string(VerdictName(result.verdict.kind)) + ' ' +
                       std::string(result.test->id) + ": " + result.verdict.message;
    for (const Observation& seen : result.observations) {
      text += "\n  " + std::string(seen.rule) + ": " + seen.text;
    }
    for (const std::string& line : result.transcript.Ladder()) text += "\n    " + line;
    return text;
  }

  std::size_t ran_ = 0;
};

TEST(BuiltinTargetTest, EveryControllerCaseIsGreen) {
  const auto targets = MakeBuiltinTargets();
  std::vector<Bench> benches;
  for (const auto& target : targets) {
    benches.push_back({.dut = *target, .grant = {.everything = true}});
  }
  std::vector<const Case*> chosen;
  for (const Case& test : AllCases()) {
    if (test.role() == Role::kController) chosen.push_back(&test);
  }
  Reports reports;
  reports.push_back(std::make_unique<Demands>());
  EXPECT_EQ(conformance::Run(chosen, {.controllers = benches}, reports), kExitExpected);
}

}  // namespace
}  // namespace nvmf::conformance
