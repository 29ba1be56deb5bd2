// The commands fuzz and minimize, on streams so that tests can read what they print.
//
//   return FuzzCommand(bench, terms, "findings", std::cout);
//
// Each returns an exit code of run.h.
//
// Threads   one at a time.
#ifndef CONFORMANCE_FUZZ_URL_COMMANDS_H_
#define CONFORMANCE_FUZZ_URL_COMMANDS_H_

#include <iosfwd>
#include <string>

#include "conformance/fuzz_url/fuzz.h"
#include "conformance/fuzz_url/minimize.h"

namespace nvmf::conformance {

// FuzzCommand writes each finding as an exchange file into `folder`, for replay and minimize.
// kExitFailures when there are findings, kExitDown when the device did not come back.
int FuzzCommand(Bench& bench, const FuzzTerms& terms, const std::string& folder, std::ostream& out);

// MinimizeCommand writes what is left of the exchange in `path` to `to`. kExitFailures when it does
// nothing to the device any more.
int MinimizeCommand(const std::string& path, const std::string& to, Bench& bench,
                    const MinimizeTerms& terms, std::ostream& out);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_FUZZ_URL_COMMANDS_H_
