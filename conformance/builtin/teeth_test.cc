// No case is toothless: each controller case fails against at least one wrong controller. The wrong
// ones are the library's own behind a wire that alters what it says.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "conformance/builtin/builtin.h"
#include "conformance/builtin/faults.h"
#include "conformance/builtin/host_faults.h"
#include "conformance/builtin/interposer.h"
#include "conformance/builtin/wrong_host.h"
#include "conformance/cases/cases.h"
#include "conformance/suite/probe.h"
#include "conformance/suite/runner.h"

namespace nvmf::conformance {
namespace {

// Toothless by nature: they tell what they saw, and condemn only what takes longer than a test.
constexpr std::string_view kExempt[] = {
    "TCP-TERM-12/window-closed",  // The text allows 60 s.
};

bool Kills(const Verdict& verdict) { return verdict.kind == kFail || verdict.kind == kHang; }

class TeethTest : public testing::Test {
 protected:
  TeethTest() : targets_(MakeBuiltinTargets()) {
    for (const auto& target : targets_) {
      Bench bench{.dut = *target, .grant = {.everything = true}};
      bench.claims = Probe(bench).value();
      claims_.push_back(bench.claims);
    }
    for (const Case& test : AllCases()) {
      if (test.role() == Role::kController) alive_.push_back(&test);
    }
  }

  // Strike tries every case that is still alive on controllers with this fault.
  void Strike(const Fault& fault, Duration step) {
    std::erase_if(alive_, [&](const Case* test) {
      const auto able = std::ranges::find_if(
          claims_, [&](const auto& claims) { return !claims.Missing(test->needs); });
      if (able == claims_.end()) return false;
      const auto which = static_cast<std::size_t>(able - claims_.begin());
      Interposer wrong(*targets_[which], fault);
      const Bench bench{.dut = wrong,
                        .grant = {.everything = true},
                        .claims = claims_[which],
                        .limits = {.step = step, .quiet = Duration(20), .fatal = Duration(20)}};
      if (!Kills(TryController(bench, *test).verdict)) return false;
      ++killed_by_[fault.name];
      return true;
    });
  }

  std::vector<std::unique_ptr<ControllerDut>> targets_;
  std::vector<ControllerClaims> claims_;
  std::vector<const Case*> alive_;
  std::map<std::string, std::size_t> killed_by_;
};

TEST_F(TeethTest, EveryCaseFailsSomeWrongController) {
  for (const Fault& fault : ControllerFaults()) Strike(fault, std::chrono::milliseconds(500));
  for (const auto& [fault, cases] : killed_by_) std::cout << cases << " by " << fault << '\n';
  for (const Case* test : alive_) {
    if (std::ranges::find(kExempt, test->id) != std::end(kExempt)) continue;
    ADD_FAILURE() << "toothless: " << test->id;
  }
}

TEST(HostTeeth, EveryCaseFailsSomeWrongHost) {
  const auto right = MakeBuiltinHost();
  std::vector<const Case*> alive;
  for (const Case& test : AllCases()) {
    if (test.role() == Role::kHost) alive.push_back(&test);
  }
  for (const HostFault& fault : HostFaults()) {
    const auto began = Clock::now();
    std::size_t killed = 0;
    std::string names;
    std::erase_if(alive, [&](const Case* test) {
      WrongHost wrong(*right, fault);
      const Limits limits{.step = Duration(500), .quiet = Duration(20), .fatal = Duration(20)};
      const CaseResult result = RunHostCase(limits, wrong, *test);
      if (result.verdict.kind == kError) std::cout << test->id << result.verdict.message << '\n';
      if (!Kills(result.verdict)) return false;
      ++killed;
      names += ' ' + std::string(test->id) + (result.verdict.kind == kHang ? "(H)" : "");
      return true;
    });
    std::cout << killed << " by " << fault.name << ' '
              << std::chrono::duration_cast<Duration>(Clock::now() - began).count() << " ms"
              << names << std::endl;
  }
  for (const Case* test : alive) ADD_FAILURE() << "toothless: " << test->id;
}

}  // namespace
}  // namespace nvmf::conformance
