// CheckHost finds out whether a host does its work, and whether what it says of itself can be
// believed: verdicts on hosts rest on both.
//
//   if (Verdict alive = CheckHostAlive(limits, dut); alive.kind != kPass) ...
//
// Errors    none: whatever happens is a verdict; kDown for a host that does not work.
// Threads   one at a time.
#ifndef CONFORMANCE_SUITE_HOST_CHECK_H_
#define CONFORMANCE_SUITE_HOST_CHECK_H_

#include "conformance/script/host_trial.h"
#include "conformance/script/verdict.h"

namespace nvmf::conformance {

// CheckHostAlive sends the host to an honest controller: it must succeed.
Verdict CheckHostAlive(const Limits& limits, HostDut& dut);
// CheckHostTells refuses the host's Connect: it must not tell of a success.
Verdict CheckHostTells(const Limits& limits, HostDut& dut);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_HOST_CHECK_H_
