// SavedRun is a JSON report, read again.
//
//   auto run = ReadRun(path);
//   if (!run) return UsageError(run.error());
//   run->results.at("TCP-IC-07/pfv-1").verdict;
//
// Errors    a sentence that names the file and what is wrong with it.
// Threads   values.
#ifndef CONFORMANCE_SUITE_SAVED_RUN_H_
#define CONFORMANCE_SUITE_SAVED_RUN_H_

#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "conformance/script/verdict.h"

namespace nvmf::conformance {

struct SavedRun {
  std::string target;
  bool complete = false;
  std::map<std::string, Verdict, std::less<>> results = {};  // By case.
};

std::expected<SavedRun, std::string> ReadRun(const std::string& path);
// ParseRun is the same for text; errors do not name a file.
std::expected<SavedRun, std::string> ParseRun(std::string_view text);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_SAVED_RUN_H_
