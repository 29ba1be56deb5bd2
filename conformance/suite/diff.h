// Diff says how one run differs from another: the command diff.
//
//   const RunDiff diff = Compare(before, after);
//   out << diff.Text();                          // "NEW      TCP-IC-07/pfv-1  PASS -> FAIL ..."
//   return diff.worse() ? kExitFailures : kExitExpected;
//
// Threads   values.
#ifndef CONFORMANCE_SUITE_DIFF_H_
#define CONFORMANCE_SUITE_DIFF_H_

#include <string>
#include <vector>

#include "conformance/suite/saved_run.h"

namespace nvmf::conformance {

struct RunDiff {
  std::vector<std::string> fresh;    // NEW: was green, or was not there, and is not green.
  std::vector<std::string> fixed;    // FIXED: was not green, and is.
  std::vector<std::string> changed;  // CHANGED: green before and after, or not, in another way.
  std::vector<std::string> added;    // ADDED: green, and was not there.
  std::vector<std::string> gone;     // GONE: is not there any more.

  bool worse() const { return !fresh.empty(); }
  bool same() const {
    return fresh.empty() && fixed.empty() && changed.empty() && added.empty() && gone.empty();
  }
  // Text has a line for each difference and one that counts them.
  std::string Text() const;
};

RunDiff Compare(const SavedRun& before, const SavedRun& after);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_DIFF_H_
