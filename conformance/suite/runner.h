// RunCase runs one case and says how it ended. Each case on a controller stands between two sanity
// exchanges on connections of their own, so that a verdict is the case's own and a device that has
// gone is noticed at once.
//
//   CaseResult result = RunControllerCase(bench, test);
//
// Errors    none: whatever happens is a verdict.
// Threads   one at a time.
#ifndef CONFORMANCE_SUITE_RUNNER_H_
#define CONFORMANCE_SUITE_RUNNER_H_

#include <string>
#include <vector>

#include "conformance/script/controller_trial.h"
#include "conformance/script/host_trial.h"
#include "conformance/suite/case.h"
#include "conformance/suite/expectations.h"

namespace nvmf::conformance {

struct CaseResult {
  const Case* test = nullptr;
  Verdict verdict;
  Against against = Against::kNothing;  // What was expected of the device, if anything.
  Duration took{0};
  std::vector<Observation> observations = {};  // Departures from other rules, seen in passing.
  Transcript transcript = {};
};

CaseResult RunControllerCase(const Bench& bench, const Case& test);
// TryController runs the script alone, without asking whether it may and without sanity exchanges.
CaseResult TryController(const Bench& bench, const Case& test);
// RunHostCase sees after a case that is not green whether the host still works: kDown if not.
CaseResult RunHostCase(const Limits& limits, HostDut& dut, const Case& test);
// TryHost runs the script alone.
CaseResult TryHost(const Limits& limits, HostDut& dut, const Case& test);

// Weigh lets what was observed in passing count where the case shows that rule: a departure makes a
// verdict worse, never better.
Verdict Weigh(Verdict verdict, const Case& test, const std::vector<Observation>& observations);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_RUNNER_H_
