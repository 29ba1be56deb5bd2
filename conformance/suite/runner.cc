#include "conformance/suite/runner.h"

#include <exception>
#include <utility>

#include "conformance/suite/host_check.h"
#include "conformance/suite/probe.h"
#include "conformance/suite/rules.h"

namespace nvmf::conformance {
namespace {

// Guarded runs a script and turns whatever it does into a verdict.
template <class Script>
Verdict Guarded(Script&& script) {
  try {
    return script();
  } catch (const Unmet& unmet) {
    return unmet.verdict;
  } catch (const std::exception& defect) {
    return {kError, std::string("the case threw: ") + defect.what()};
  } catch (...) {
    return {kError, "the case threw something unknown"};
  }
}

std::optional<std::string> Withheld(const Bench& bench, const Case& test) {
  switch (test.effects) {
    case Effects::kSafe:
      return std::nullopt;
    case Effects::kDisruptive:
      if (bench.grant.may_disrupt()) return std::nullopt;
      return "guard: needs --allow-disruptive";
    case Effects::kDestructive:
      if (!bench.grant.may_write() || !bench.grant.may_disrupt()) {
        return "guard: needs --allow-disruptive and --allow-destructive";
      }
      if (bench.claims.nsid != 0 && bench.claims.scratch_blocks * bench.claims.block < (1u << 20)) {
        return "guard: needs 1 MiB of a namespace to write to";
      }
      return std::nullopt;
  }
  return std::nullopt;
}

// AfterTheCase weighs a verdict against the liveness check behind it. A device that gave no answer,
// or took no connection, and serves others has failed the case; one that serves nobody hangs or is
// down.
Verdict AfterTheCase(Verdict verdict, const Verdict& alive) {
  if (alive.kind == kPass) {
    if (verdict.kind != kHang && verdict.kind != kDown) return verdict;
    return {kFail, verdict.message + "; others are still served"};
  }
  const std::string was = " (the case itself: " + std::string(VerdictName(verdict.kind)) +
                          (verdict.message.empty() ? "" : " " + verdict.message) + ")";
  return {alive.kind == kHang ? kHang : kDown, "afterwards: " + alive.message + was};
}

}  // namespace

Verdict Weigh(Verdict verdict, const Case& test, const std::vector<Observation>& observations) {
  if (verdict.kind > kInfo) return verdict;
  // What tries what a device can bear demands that nothing illegal comes, whatever it is.
  const Rule* rule = FindRule(test.rule());
  const bool bears = rule != nullptr && rule->layer == kTriggerLayer;
  for (const Observation& seen : observations) {
    const bool counts = test.Shows(seen.rule) || (bears && seen.kind == kFail);
    if (!counts || seen.kind <= verdict.kind) continue;
    verdict = {seen.kind, std::string(seen.rule) + ": " + seen.text};
  }
  return verdict;
}

CaseResult TryController(const Bench& bench, const Case& test) {
  CaseResult result{.test = &test, .verdict = {}};
  ControllerTrial trial(bench);
  trial.set_set_up_on_trial(test.set_up_on_trial);
  Verdict verdict = Guarded([&] {
    HostPeer host = HostPeer::Dial(trial);
    return std::get<ControllerScript>(test.script)(host);
  });
  result.observations = trial.observations();
  result.verdict = Weigh(std::move(verdict), test, result.observations);
  result.transcript = trial.transcript();
  return result;
}

CaseResult RunControllerCase(const Bench& bench, const Case& test) {
  const auto began = Clock::now();
  const auto without = [&](VerdictKind kind, const std::string& why) {
    return CaseResult{.test = &test, .verdict = {kind, why}};
  };
  if (const auto withheld = Withheld(bench, test)) return without(kSkip, *withheld);
  if (const auto missing = bench.claims.Missing(test.needs)) return without(kSkip, *missing);
  if (const Verdict sane = CheckAlive(bench); sane.kind != kPass) {
    return without(sane.kind == kDown ? kDown : kBlocked, "beforehand: " + sane.message);
  }
  CaseResult result = TryController(bench, test);
  result.verdict = AfterTheCase(std::move(result.verdict), CheckAlive(bench));
  result.took = std::chrono::duration_cast<Duration>(Clock::now() - began);
  return result;
}

CaseResult TryHost(const Limits& limits, HostDut& dut, const Case& test) {
  const auto began = Clock::now();
  CaseResult result{.test = &test, .verdict = {}};
  HostTrial trial(limits, dut);
  trial.set_set_up_on_trial(test.set_up_on_trial);
  Verdict verdict = Guarded([&] { return std::get<HostScript>(test.script)(trial); });
  result.observations = trial.observations();
  result.verdict = Weigh(std::move(verdict), test, result.observations);
  result.transcript = trial.transcript();
  result.took = std::chrono::duration_cast<Duration>(Clock::now() - began);
  return result;
}

CaseResult RunHostCase(const Limits& limits, HostDut& dut, const Case& test) {
  CaseResult result = TryHost(limits, dut, test);
  if (IsGreen(result.verdict.kind)) return result;
  const Verdict alive = CheckHostAlive(limits, dut);
  if (alive.kind != kPass) result.verdict = AfterTheCase(std::move(result.verdict), alive);
  return result;
}

}  // namespace nvmf::conformance
