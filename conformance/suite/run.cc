#include "conformance/suite/run.h"

#include <poll.h>

#include <algorithm>
#include <optional>

#include "conformance/suite/host_check.h"
#include "conformance/suite/isolated.h"
#include "conformance/suite/probe.h"

namespace nvmf::conformance {
namespace {

class RunInProgress {
 public:
  RunInProgress(const Devices& devices, const Reports& reports, const RunTerms& terms)
      : devices_(devices),
        reports_(reports),
        terms_(terms),
        deadline_(Deadline::In(devices.whole_run)) {}

  // ProbeControllers asks each what it claims; a verdict when one cannot be asked.
  std::optional<Verdict> ProbeControllers() {
    for (Bench& bench : devices_.controllers) {
      const auto claims = Probe(bench);
      if (!claims) {
        return Verdict{claims.error().kind,
                       "the device cannot be asked what it claims: " + claims.error().message};
      }
      bench.claims = *claims;
    }
    return std::nullopt;
  }

  // AskHost finds out whether the host works, and whether its word can be believed.
  std::optional<Verdict> AskHost() {
    for (const auto check : {CheckHostAlive, CheckHostTells}) {
      const Verdict verdict = check(devices_.limits, *devices_.host);
      if (verdict.kind != kPass) return verdict;
    }
    return std::nullopt;
  }

  std::string Called(std::string itself) const {
    return devices_.name.empty() ? std::move(itself) : devices_.name;
  }

  void Begin(std::size_t cases) {
    RunInfo info{.target = "", .model = "", .cases = cases};
    if (!devices_.controllers.empty()) {
      info.target = "controller " + Called(devices_.controllers.front().dut.name());
      info.model = devices_.controllers.front().claims.model;
    }
    if (devices_.host != nullptr) {
      info.target += (info.target.empty() ? "host " : ", host ") + Called(devices_.host->name());
    }
    for (const auto& report : reports_) report->Begin(info);
  }

  void RunOne(const Case& test) {
    CaseResult result{.test = &test, .verdict = {}};
    if (blocked_) {
      result.verdict = {kBlocked, *blocked_};
    } else if (deadline_.passed()) {
      result.verdict = {kBlocked, "the run ran out of time"};
    } else {
      result = terms_.isolate ? RunIsolated(test, IsolationLimit(), [&] { return Try(test); })
                              : Try(test);
    }
    Record(result);
  }

  // Unreachable reports every case as blocked: a run that could not begin is not an empty one.
  int Unreachable(const std::vector<const Case*>& cases, const Verdict& why) {
    Begin(cases.size());
    blocked_ = why.message;
    for (const Case* test : cases) RunOne(*test);
    const int code = End();
    return why.kind == kDown ? kExitUnreachable : code;
  }

  int End() {
    for (const auto& report : reports_) report->End(totals_);
    if (totals_.of(kError) != 0) return kExitOurDefect;
    if (blocked_ && totals_.of(kDown) != 0) return kExitDown;
    if (totals_.unexpected != 0) return kExitFailures;
    if (totals_.ran() == 0) return kExitNothingRan;
    return totals_.of(Against::kXPass) != 0 ? kExitStale : kExitExpected;
  }

 private:
  const Bench& BenchFor(const Case& test) const {
    for (const Bench& bench : devices_.controllers) {
      if (!bench.claims.Missing(test.needs)) return bench;
    }
    return devices_.controllers.front();  // It says what is missing.
  }

  CaseResult Try(const Case& test) const {
    if (test.role() == Role::kController) return RunControllerCase(BenchFor(test), test);
    return RunHostCase(devices_.limits, *devices_.host, test);
  }

  // A case with the sanity exchanges around it, and as long again.
  Duration IsolationLimit() const { return 6 * devices_.limits.whole_case; }

  // IsBack tells whether the device works again, once somebody has tried to bring it back.
  bool IsBack(const Case& test) const {
    if (!terms_.bring_back || !terms_.bring_back()) return false;
    const Deadline deadline = Deadline::In(devices_.limits.whole_case);
    do {
      const Verdict alive = test.role() == Role::kController
                                ? CheckAlive(devices_.controllers.front())
                                : CheckHostAlive(devices_.limits, *devices_.host);
      if (alive.kind == kPass) return true;
      (void)poll(nullptr, 0, 50);
    } while (!deadline.passed());
    return false;
  }

  void Record(CaseResult& result) {
    if (terms_.strict && result.verdict.kind == kNonStrict) {
      result.verdict = {kFail, "strictly: " + result.verdict.message};
    }
    const Expectations* known = terms_.known;
    if (known != nullptr) result.against = known->Judge(result.test->id, result.verdict);
    totals_.Add(result);
    for (const auto& report : reports_) report->Add(result);
    // A device that hangs may come to itself; whoever can bring it back need not wait for that.
    const bool lost =
        result.verdict.kind == kDown || (result.verdict.kind == kHang && terms_.bring_back);
    if (lost && !IsBack(*result.test)) {
      blocked_ = "the device went down at " + std::string(result.test->id);
    }
  }

  const Devices& devices_;
  const Reports& reports_;
  const RunTerms& terms_;
  Deadline deadline_;
  Totals totals_;
  std::optional<std::string> blocked_;
};

}  // namespace

int Run(const std::vector<const Case*>& chosen, const Devices& devices, const Reports& reports,
        const RunTerms& terms) {
  std::vector<const Case*> mine;
  for (const Case* test : chosen) {
    const bool controller = test->role() == Role::kController;
    if (controller ? !devices.controllers.empty() : devices.host != nullptr) mine.push_back(test);
  }
  RunInProgress run(devices, reports, terms);
  const auto any = [&](Role role) {
    return std::ranges::any_of(mine, [&](const Case* test) { return test->role() == role; });
  };
  std::optional<Verdict> failed;
  if (any(Role::kController)) failed = run.ProbeControllers();
  if (!failed && any(Role::kHost)) failed = run.AskHost();
  if (failed) return run.Unreachable(mine, *failed);
  run.Begin(mine.size());
  for (const Case* test : mine) run.RunOne(*test);
  return run.End();
}

}  // namespace nvmf::conformance
