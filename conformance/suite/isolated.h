// RunIsolated runs a case in a process of its own: if the suite crashes there, that case is lost,
// and no other.
//
//   CaseResult result = RunIsolated(test, limit, [&] { return RunControllerCase(bench, test); });
//
// Errors    none: a process that dies or does not end in time is an ERROR of the case.
// Threads   call it where no other thread is at work: the process is forked.
#ifndef CONFORMANCE_SUITE_ISOLATED_H_
#define CONFORMANCE_SUITE_ISOLATED_H_

#include <functional>

#include "conformance/suite/runner.h"

namespace nvmf::conformance {

CaseResult RunIsolated(const Case& test, Duration limit,
                       const std::function<CaseResult()>& run_case);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_ISOLATED_H_
