// The library's own controller with other options under the same cases: what a case needs, and what
// it sends, follows from what the controller claims.
#include <gtest/gtest.h>

#include <vector>

#include "conformance/builtin/builtin_target.h"
#include "conformance/builtin/demands.h"
#include "conformance/cases/cases.h"
#include "conformance/suite/run.h"

namespace nvmf::conformance {
namespace {

// `least` is how many cases must not be skipped.
void ExpectGreen(const target::TargetOptions& options, std::size_t least) {
  BuiltinTarget target({.options = options});
  std::vector<Bench> benches;
  benches.push_back({.dut = target, .grant = {.everything = true}});
  std::vector<const Case*> chosen;
  for (const Case& test : AllCases()) {
    if (test.role() == Role::kController) chosen.push_back(&test);
  }
  Reports reports;
  reports.push_back(std::make_unique<Demands>(least, true));
  EXPECT_EQ(Run(chosen, {.controllers = benches}, reports), kExitExpected);
}

TEST(OptionsTest, DataOnSixteenOctets) {
  target::TargetOptions options = StrictOptions();
  options.cpda = 3;
  ExpectGreen(options, 500);
}

TEST(OptionsTest, NothingInCapsulesAndSmallPieces) {
  target::TargetOptions options = StrictOptions();
  options.in_capsule_bytes = 0;
  options.maxh2cdata = 4096;
  options.max_c2h_data = 4096;
  options.max_r2tl = 8192;
  ExpectGreen(options, 500);
}

TEST(OptionsTest, NoDigestsAndAlwaysFlowControl) {
  target::TargetOptions options = StrictOptions();
  options.header_digest = options.data_digest = false;
  options.grant_no_flow_control = false;
  options.success_flag = false;
  ExpectGreen(options, 500);
}

TEST(OptionsTest, SmallQueuesAndTransfers) {
  target::TargetOptions options = StrictOptions();
  options.admin_entries = 128;
  options.io_entries = 130;
  options.io_queues = 4;
  options.mdts_bytes = 64 << 10;
  options.max_r2t = 1;
  ExpectGreen(options, 500);
}

TEST(OptionsTest, AsItComes) { ExpectGreen({}, 500); }

}  // namespace
}  // namespace nvmf::conformance
