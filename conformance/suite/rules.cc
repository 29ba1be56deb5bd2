#include "conformance/suite/rules.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <set>

#include "conformance/suite/glob.h"

namespace nvmf::conformance {

// The files, embedded by the build.
extern const std::string_view kRulesTsv;
extern const std::string_view kRuleStatesTsv;
extern const std::string_view kTriggersTsv;

namespace {

template <std::size_t kColumns>
std::vector<std::array<std::string_view, kColumns>> ReadTable(std::string_view text) {
  std::vector<std::array<std::string_view, kColumns>> rows;
  for (std::size_t at = text.find('\n') + 1; at < text.size();) {  // behind the heading
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    at += line.size() + 1;
    if (line.empty() || line.starts_with('#')) continue;
    std::array<std::string_view, kColumns> row;
    std::string_view rest = line;
    for (std::size_t i = 0; i < kColumns; ++i) {
      const std::size_t tab = i + 1 < kColumns ? rest.find('\t') : rest.size();
      if (tab == std::string_view::npos) {
        std::cerr << "a row of the catalogue has too few columns: " << line << '\n';
        std::abort();
      }
      row[i] = rest.substr(0, tab);
      rest = rest.substr(std::min(tab + 1, rest.size()));
    }
    rows.push_back(row);
  }
  return rows;
}

// What is expected of all triggers.
constexpr std::string_view kSurvival =
    "Whatever the text allows for the PDU. Other connections are served as before, the device is "
    "there afterwards, and nothing illegal is answered.";

struct StateRow {
  std::string_view pattern;
  Account::State state;
  std::string_view reason;
};

const std::vector<StateRow>& StateRows() {
  static const std::vector<StateRow> kRows = [] {
    std::vector<StateRow> rows;
    for (const auto& [pattern, state, reason] : ReadTable<3>(kRuleStatesTsv)) {
      rows.push_back({pattern,
                      state == "untestable" ? Account::State::kUntestable : Account::State::kNotYet,
                      reason});
    }
    return rows;
  }();
  return kRows;
}

const StateRow* StateOf(const Rule& rule) {
  for (const StateRow& row : StateRows()) {
    if (Glob(row.pattern, rule.id)) return &row;
  }
  return nullptr;
}

}  // namespace

int Rule::tier() const {
  constexpr std::string_view kTier = "tier ";
  if (!notes.starts_with(kTier) || notes.size() == kTier.size()) return 0;
  return notes[kTier.size()] - '0';
}

std::span<const Rule> Rules() {
  static const std::vector<Rule> kRules = [] {
    std::vector<Rule> rules;
    for (const auto& row : ReadTable<9>(kRulesTsv)) {
      rules.push_back({row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8]});
    }
    return rules;
  }();
  return kRules;
}

std::span<const Rule> Triggers() {
  static const std::vector<Rule> kTriggers = [] {
    std::vector<Rule> triggers;
    for (const auto& [id, role, title, known_as, trigger] : ReadTable<5>(kTriggersTsv)) {
      triggers.push_back({.id = id,
                          .layer = kTriggerLayer,
                          .level = "should",
                          .role = role,
                          .requirement = title,
                          .provoked_by = trigger,
                          .expected = kSurvival,
                          .reference = known_as,
                          .notes = "tier 3"});
    }
    return triggers;
  }();
  return kTriggers;
}

const Rule* FindRule(std::string_view id) {
  for (const std::span<const Rule> rules : {Rules(), Triggers()}) {
    const auto found = std::ranges::find(rules, id, &Rule::id);
    if (found != rules.end()) return &*found;
  }
  return nullptr;
}

std::string_view StateName(Account::State state) {
  switch (state) {
    case Account::State::kShown:
      return "shown";
    case Account::State::kUntestable:
      return "untestable";
    case Account::State::kNotYet:
      return "not-yet";
    case Account::State::kNone:
      return "unaccounted";
  }
  return "";
}

std::vector<Account> AccountFor(std::span<const Case> cases) {
  std::vector<const Rule*> all;
  for (const Rule& rule : Rules()) all.push_back(&rule);
  for (const Rule& trigger : Triggers()) all.push_back(&trigger);
  std::vector<Account> accounts;
  for (const Rule* each : all) {
    const Rule& rule = *each;
    Account account{.rule = &rule};
    for (const Case& test : cases) {
      if (test.Shows(rule.id)) account.cases.push_back(test.id);
    }
    const StateRow* state = StateOf(rule);
    if (!account.cases.empty()) {
      account.state = Account::State::kShown;
    } else if (state != nullptr) {
      account.state = state->state;
      account.reason = state->reason;
    }
    accounts.push_back(std::move(account));
  }
  return accounts;
}

std::vector<std::string> Complaints(std::span<const Case> cases) {
  std::vector<std::string> complaints;
  std::set<std::string_view> ids;
  for (const Case& test : cases) {
    if (!ids.insert(test.id).second) complaints.push_back(std::string(test.id) + ": used twice");
    for (const std::string_view id : test.rules()) {
      const Rule* rule = FindRule(id);
      if (rule == nullptr) {
        complaints.push_back(std::string(test.id) + ": there is no rule " + std::string(id));
      } else if (rule->role != RoleName(test.role()) && rule->role != "both") {
        complaints.push_back(std::string(test.id) + ": " + std::string(id) +
                             " is the other role's");
      }
    }
  }
  std::set<const StateRow*> used;
  for (const Account& account : AccountFor(cases)) {
    const StateRow* state = StateOf(*account.rule);
    if (account.state == Account::State::kNone) {
      complaints.push_back(std::string(account.rule->id) + ": no case and no state");
    } else if (account.state != Account::State::kShown) {
      used.insert(state);
    }
  }
  for (const StateRow& row : StateRows()) {
    if (!used.contains(&row)) {
      complaints.push_back(std::string(row.pattern) + ": a state that applies to no rule");
    }
  }
  return complaints;
}

}  // namespace nvmf::conformance
