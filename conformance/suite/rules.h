// The catalogue of requirements, and where the suite stands on each.
//
//   const Rule* rule = FindRule("TCP-IC-07");
//   for (const Account& account : AccountFor(AllCases())) ...
//
// The catalogue has two parts: requirements of the text (conformance/rules.tsv), and triggers of
// known vulnerabilities and of classes of them (conformance/triggers.tsv), which no text asks a
// device to bear. They and the states of rules without a case (conformance/rule_states.tsv) are
// part of the program.
//
// Errors    a row that cannot be read ends the program: the file is ours, and a test reads it.
// Threads   safe after the first call.
#ifndef CONFORMANCE_SUITE_RULES_H_
#define CONFORMANCE_SUITE_RULES_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/case.h"

namespace nvmf::conformance {

inline constexpr std::string_view kTriggerLayer = "robustness";

struct Rule {
  std::string_view id;
  std::string_view layer;
  std::string_view level;  // shall, should, may
  std::string_view role;   // controller, host; of triggers also both
  std::string_view requirement;
  std::string_view provoked_by;
  std::string_view expected;
  std::string_view reference;
  std::string_view notes;

  int tier() const;  // 1..3; 0 if the notes do not say.
};

std::span<const Rule> Rules();
// Triggers are rules of tier 3: `reference` is what each is known as.
std::span<const Rule> Triggers();
// FindRule looks in both; nullptr if there is no such rule.
const Rule* FindRule(std::string_view id);

// Account says how one rule is accounted for.
struct Account {
  enum class State { kShown, kUntestable, kNotYet, kNone };
  const Rule* rule = nullptr;
  State state = State::kNone;
  std::vector<std::string_view> cases = {};
  std::string_view reason = {};
};
std::string_view StateName(Account::State state);

std::vector<Account> AccountFor(std::span<const Case> cases);

// Complaints are what is wrong between catalogue, states and cases: rules unaccounted for, cases
// that name no rule, rules of the other role, states that apply to nothing.
std::vector<std::string> Complaints(std::span<const Case> cases);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_RULES_H_
