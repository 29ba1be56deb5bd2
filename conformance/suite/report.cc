#include "conformance/suite/report.h"

#include <cstdio>
#include <fstream>

namespace nvmf::conformance {

std::size_t Totals::red() const {
  std::size_t sum = 0;
  for (const VerdictKind kind : kVerdictKinds) {
    if (!IsGreen(kind)) sum += of(kind);
  }
  return sum;
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
  return text.empty() ? "nothing ran" : text;
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
