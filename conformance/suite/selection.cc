#include "conformance/suite/selection.h"

#include <algorithm>

#include "conformance/suite/glob.h"

namespace nvmf::conformance {
namespace {

bool Matches(std::string_view selector, const Case& test) {
  return Glob(selector, test.id) || selector == test.rule();
}

bool AnyMatches(const std::vector<std::string>& selectors, const Case& test) {
  return std::ranges::any_of(selectors, [&](const auto& s) { return Matches(s, test); });
}

}  // namespace

std::vector<const Case*> Selection::Choose(std::span<const Case> cases) const {
  std::vector<const Case*> chosen;
  for (const Case& test : cases) {
    if (role && *role != test.role()) continue;
    if (!only.empty() && !AnyMatches(only, test)) continue;
    if (!AnyMatches(skip, test)) chosen.push_back(&test);
  }
  return chosen;
}

std::vector<std::string> Selection::Dead(std::span<const Case> cases) const {
  std::vector<std::string> dead;
  for (const auto* list : {&only, &skip}) {
    for (const std::string& selector : *list) {
      const auto matches = [&](const Case& test) { return Matches(selector, test); };
      if (std::ranges::none_of(cases, matches)) dead.push_back(selector);
    }
  }
  return dead;
}

}  // namespace nvmf::conformance
