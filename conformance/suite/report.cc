#include "conformance/suite/report.h"

#include <cstdio>
#include <fstream>

namespace nvmf::conformance {

std::string_view Shown(const CaseResult& result) {
  return result.against == Against::kNothing ? VerdictName(result.verdict.kind)
                                             : AgainstName(result.against);
}

bool IsUnexpected(const CaseResult& result) {
  if (result.against == Against::kChanged) return true;
  return result.against == Against::kNothing && !IsGreen(result.verdict.kind);
}

void Totals::Add(const CaseResult& result) {
  ++count[std::to_underlying(result.verdict.kind)];
  ++against[std::to_underlying(result.against)];
  if (IsUnexpected(result)) ++unexpected;
}

std::size_t Totals::ran() const {
  std::size_t sum = 0;
  for (const VerdictKind kind : kVerdictKinds) {
    if (kind != kSkip) sum += of(kind);
  }
  return sum;
}

std::string Totals::Text() const {
  std::string text;
  for (const VerdictKind kind : kVerdictKinds) {
    if (of(kind) == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::to_string(of(kind)) + ' ' + std::string(VerdictName(kind));
  }
  if (text.empty()) return "nothing ran";
  std::string expected;
  for (const Against how : kAgainsts) {
    if (how == Against::kNothing || of(how) == 0) continue;
    if (!expected.empty()) expected += ", ";
    expected += std::to_string(of(how)) + ' ' + std::string(AgainstName(how));
  }
  return expected.empty() ? text : text + " (" + expected + ')';
}

bool ReplaceFile(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  {
    std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
    file << text;
    file.flush();
    if (!file) return false;
  }
  return std::rename(fresh.c_str(), path.c_str()) == 0;
}

}  // namespace nvmf::conformance
