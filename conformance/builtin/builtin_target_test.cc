// The library's own controllers under all cases that put a controller on trial: nothing red,
// nothing left out.
#include <gtest/gtest.h>

#include <vector>

#include "conformance/builtin/builtin.h"
#include "conformance/builtin/demands.h"
#include "conformance/cases/cases.h"
#include "conformance/suite/run.h"

namespace nvmf::conformance {
namespace {

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
  reports.push_back(std::make_unique<Demands>(600, false));
  EXPECT_EQ(conformance::Run(chosen, {.controllers = benches}, reports), kExitExpected);
}

}  // namespace
}  // namespace nvmf::conformance
