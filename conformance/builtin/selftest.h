// SelftestCommand shows that the suite's cases can fail: the kill matrix of both roles, in words.
//
//   return SelftestCommand({.matrix = "matrix.tsv"}, cases, opponents, std::cout);
//
// kExitExpected: every case is green on the right peer and condemns a wrong one. kExitFailures: one
// is not, or does not. kExitNothingRan, kExitUsage, kExitOurDefect as in run.h.
//
// Threads   one at a time.
#ifndef CONFORMANCE_BUILTIN_SELFTEST_H_
#define CONFORMANCE_BUILTIN_SELFTEST_H_

#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "conformance/builtin/opponents.h"
#include "conformance/suite/selection.h"

namespace nvmf::conformance {

struct SelftestOptions {
  Selection selection = {};
  std::string matrix = "";  // Where the whole matrix is written, as tab-separated values.
  bool full = false;        // Every case on every wrong peer.
};
int SelftestCommand(const SelftestOptions& options, std::span<const Case> cases,
                    const std::vector<std::unique_ptr<Opponents>>& opponents, std::ostream& out);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_SELFTEST_H_
