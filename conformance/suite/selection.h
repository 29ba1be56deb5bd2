// Selection: which cases the user asked for, in which order.
//
//   Selection selection{.only = {"TCP-IC-*", "@digest"}, .skip = {"*/pfv-*"}};
//   std::vector<const Case*> chosen = selection.Choose(AllCases());
//
// A selector is a case id, a rule id (all its cases), a glob over case ids, or @PROFILE. No
// selector is all.
//
// Threads   values.
#ifndef CONFORMANCE_SUITE_SELECTION_H_
#define CONFORMANCE_SUITE_SELECTION_H_

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/case.h"

namespace nvmf::conformance {

// Shard is one of `of` parts that together are everything, index 1..of.
struct Shard {
  std::size_t index = 1;
  std::size_t of = 1;
  bool operator==(const Shard&) const = default;
};
// ParseShard reads "2/5"; nullopt for anything else.
std::optional<Shard> ParseShard(std::string_view text);

struct Selection {
  std::vector<std::string> only = {};
  std::vector<std::string> skip = {};
  std::optional<Role> role = std::nullopt;
  std::string level = {};                                      // Of the rule in the id; empty: any.
  std::optional<std::set<std::string, std::less<>>> ids = {};  // No case but these, if set.
  Shard shard = {};
  std::uint64_t seed = 0;  // 0: the order of the catalogue; others shuffle it.

  std::vector<const Case*> Choose(std::span<const Case> cases) const;
  // Dead returns the selectors that match no case at all: most likely a typing error.
  std::vector<std::string> Dead(std::span<const Case> cases) const;
  // whole tells whether nothing was left out on purpose, but for the role.
  bool whole() const {
    return only.empty() && skip.empty() && level.empty() && !ids && shard == Shard();
  }
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_SELECTION_H_
