// Probe finds out what a controller claims; CheckAlive whether it still does its work.
//
//   bench.claims = *Probe(bench);
//   if (Verdict alive = CheckAlive(bench); alive.kind != kPass) ...
//
// Both use connections of their own and nothing but well-formed, read-only requests.
//
// Errors    Probe: kDown when nobody listens, otherwise what went wrong, as a verdict.
// Threads   one at a time.
#ifndef CONFORMANCE_SUITE_PROBE_H_
#define CONFORMANCE_SUITE_PROBE_H_

#include <expected>

#include "conformance/script/controller_trial.h"
#include "conformance/script/verdict.h"

namespace nvmf::conformance {

std::expected<ControllerClaims, Verdict> Probe(const Bench& bench);

// CheckAlive makes the sanity exchange: connect, ICReq, Connect, Property Get.
Verdict CheckAlive(const Bench& bench);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_PROBE_H_
