// Selection: which cases the user asked for.
//
//   Selection selection{.only = {"TCP-IC-*"}, .skip = {"*/pfv-*"}, .role = Role::kController};
//   std::vector<const Case*> chosen = selection.Choose(AllCases());
//
// A selector is a case id, a rule id (all its cases), or a glob over case ids. No selector is all.
//
// Threads   values.
#ifndef CONFORMANCE_SUITE_SELECTION_H_
#define CONFORMANCE_SUITE_SELECTION_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "conformance/suite/case.h"

namespace nvmf::conformance {

struct Selection {
  std::vector<std::string> only = {};
  std::vector<std::string> skip = {};
  std::optional<Role> role = std::nullopt;

  std::vector<const Case*> Choose(std::span<const Case> cases) const;
  // Dead returns the selectors that match no case at all: most likely a typing error.
  std::vector<std::string> Dead(std::span<const Case> cases) const;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_SELECTION_H_
