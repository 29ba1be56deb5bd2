// What stands between the suite and a device changes nothing by itself: without a fault every case
// is green, so that what a wrong peer is condemned for is its fault.
#include <gtest/gtest.h>

#include "conformance/builtin/builtin.h"
#include "conformance/builtin/demands.h"
#include "conformance/builtin/interposer.h"
#include "conformance/builtin/wrong_host.h"
#include "conformance/cases/cases.h"
#include "conformance/suite/run.h"

namespace nvmf::conformance {
namespace {

void ExpectGreen(Role role, const Devices& devices, std::size_t least) {
  std::vector<const Case*> chosen;
  for (const Case& test : AllCases()) {
    if (test.role() == role) chosen.push_back(&test);
  }
  Reports reports;
  reports.push_back(std::make_unique<Demands>(least, false));
  EXPECT_EQ(Run(chosen, devices, reports), kExitExpected);
}

TEST(Transparent, AnInterposerWithoutAFault) {
  const auto targets = MakeBuiltinTargets();
  std::vector<std::unique_ptr<Interposer>> between;
  std::vector<Bench> benches;
  for (const auto& target : targets) {
    between.push_back(std::make_unique<Interposer>(*target, Fault()));
    benches.push_back({.dut = *between.back(), .grant = {.everything = true}});
  }
  ExpectGreen(Role::kController, {.controllers = benches}, 600);
}

TEST(Transparent, AWrongHostWithoutAFault) {
  const auto host = MakeBuiltinHost();
  WrongHost between(*host, HostFault());
  ExpectGreen(Role::kHost, {.host = &between}, 170);
}

}  // namespace
}  // namespace nvmf::conformance
