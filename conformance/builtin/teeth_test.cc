// No case is toothless: each is green on the right peer and condemns at least one wrong one. The
// cases are tried in parts, so that parts can be tried at a time.
#include <gtest/gtest.h>

#include <sstream>

#include "conformance/builtin/selftest.h"
#include "conformance/cases/cases.h"
#include "conformance/suite/run.h"

namespace nvmf::conformance {
namespace {

constexpr std::size_t kParts = 8;

class Teeth : public testing::TestWithParam<std::size_t> {};

TEST_P(Teeth, EveryCaseCondemnsAWrongPeer) {
  std::vector<std::unique_ptr<Opponents>> opponents;
  opponents.push_back(MakeHostOpponents());
  opponents.push_back(MakeControllerOpponents());
  const SelftestOptions options{.selection = {.shard = {.index = GetParam(), .of = kParts}}};
  std::ostringstream out;
  EXPECT_EQ(SelftestCommand(options, AllCases(), opponents, out), kExitExpected) << out.str();
}

INSTANTIATE_TEST_SUITE_P(Parts, Teeth, testing::Range<std::size_t>(1, kParts + 1));

}  // namespace
}  // namespace nvmf::conformance
