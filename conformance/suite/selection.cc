#include "conformance/suite/selection.h"

#include <algorithm>
#include <charconv>
#include <random>

#include "conformance/suite/glob.h"
#include "conformance/suite/profile.h"
#include "conformance/suite/rules.h"

namespace nvmf::conformance {
namespace {

bool Matches(std::string_view selector, const Case& test) {
  if (selector.starts_with('@')) {
    const Profile* profile = FindProfile(selector.substr(1));
    return profile != nullptr && profile->Has(test);
  }
  return Glob(selector, test.id) || selector == test.rule();
}

bool AnyMatches(const std::vector<std::string>& selectors, const Case& test) {
  return std::ranges::any_of(selectors, [&](const auto& s) { return Matches(s, test); });
}

bool HasLevel(const Case& test, std::string_view level) {
  const Rule* rule = FindRule(test.rule());
  return rule != nullptr && rule->level == level;
}

std::optional<std::size_t> ParseCount(std::string_view text) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count == 0) return std::nullopt;
  return count;
}

}  // namespace

std::optional<Shard> ParseShard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto index = ParseCount(text.substr(0, slash));
  const auto of = ParseCount(text.substr(slash + 1));
  if (!index || !of || *index > *of) return std::nullopt;
  return Shard{.index = *index, .of = *of};
}

std::vector<const Case*> Selection::Choose(std::span<const Case> cases) const {
  std::vector<const Case*> chosen;
  for (const Case& test : cases) {
    if (role && *role != test.role()) continue;
    if (!only.empty() && !AnyMatches(only, test)) continue;
    if (!level.empty() && !HasLevel(test, level)) continue;
    if (ids && !ids->contains(test.id)) continue;
    if (!AnyMatches(skip, test)) chosen.push_back(&test);
  }
  std::vector<const Case*> mine;
  for (std::size_t i = shard.index - 1; i < chosen.size(); i += shard.of) mine.push_back(chosen[i]);
  if (seed != 0) std::ranges::shuffle(mine, std::mt19937_64(seed));
  return mine;
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
