#include "conformance/suite/diff.h"

namespace nvmf::conformance {
namespace {

std::string Words(const Verdict& verdict) {
  const std::string name(VerdictName(verdict.kind));
  return verdict.message.empty() ? name : name + " \"" + verdict.message + '"';
}

void AddLines(std::string& text, const char* what, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) text += std::string(what) + line + '\n';
}

}  // namespace

RunDiff Compare(const SavedRun& before, const SavedRun& after) {
  RunDiff diff;
  for (const auto& [id, now] : after.results) {
    const auto was = before.results.find(id);
    if (was == before.results.end()) {
      (IsGreen(now.kind) ? diff.added : diff.fresh).push_back(id + "  " + Words(now));
      continue;
    }
    if (was->second.kind == now.kind && was->second.message == now.message) continue;
    const std::string line = id + "  " + Words(was->second) + " -> " + Words(now);
    if (IsGreen(was->second.kind) == IsGreen(now.kind)) {
      diff.changed.push_back(line);
    } else {
      (IsGreen(now.kind) ? diff.fixed : diff.fresh).push_back(line);
    }
  }
  for (const auto& [id, was] : before.results) {
    if (!after.results.contains(id)) diff.gone.push_back(id + "  " + Words(was));
  }
  return diff;
}

std::string RunDiff::Text() const {
  std::string text;
  AddLines(text, "NEW      ", fresh);
  AddLines(text, "FIXED    ", fixed);
  AddLines(text, "CHANGED  ", changed);
  AddLines(text, "ADDED    ", added);
  AddLines(text, "GONE     ", gone);
  const auto count = [](const std::vector<std::string>& lines) {
    return std::to_string(lines.size());
  };
  return text + count(fresh) + " new, " + count(fixed) + " fixed, " + count(changed) +
         " changed, " + count(added) + " added, " + count(gone) + " gone\n";
}

}  // namespace nvmf::conformance
