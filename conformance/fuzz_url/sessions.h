// Sessions: exchanges in which nothing is wrong, spoken with the device itself, for a fuzzer to
// spoil. So they are in its alignment, digests, names and blocks.
//
//   for (const ExchangeFile& session : RecordSessions(bench)) ...
//
// Shapes    each a few connections; those that write only with a grant, and inside it.
// Errors    none: a session that the device does not go along with is left out.
// Threads   one at a time.
#ifndef CONFORMANCE_FUZZ_URL_SESSIONS_H_
#define CONFORMANCE_FUZZ_URL_SESSIONS_H_

#include <vector>

#include "conformance/script/controller_trial.h"
#include "conformance/suite/exchange_file.h"

namespace nvmf::conformance {

// RecordSessions speaks them all; `bench` has been probed.
std::vector<ExchangeFile> RecordSessions(const Bench& bench);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_FUZZ_URL_SESSIONS_H_
