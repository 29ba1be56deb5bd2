#include "conformance/suite/commands.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>

#include "conformance/suite/diff.h"
#include "conformance/suite/exchange_file.h"
#include "conformance/suite/probe.h"
#include "conformance/suite/profile.h"
#include "conformance/suite/render.h"
#include "conformance/suite/replay.h"
#include "conformance/suite/rules.h"
#include "conformance/suite/saved_run.h"
#include "conformance/wire/pdu_text.h"

namespace nvmf::conformance {
namespace {

template <class T>
bool ParseNumber(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

void ExplainRule(const Rule& rule, std::ostream& out) {
  out << "  " << rule.id << " (" << rule.level << "): " << rule.requirement << '\n'
      << "    provoked by: " << rule.provoked_by << '\n'
      << "    legal answers: " << rule.expected << '\n'
      << "    source: " << rule.reference << '\n';
}

void ExplainCase(const Case& test, std::ostream& out) {
  out << test.id << "\n  " << test.title << "\n  on trial: " << RoleName(test.role())
      << ", effects: " << EffectsName(test.effects) << '\n';
  for (const std::string_view id : test.rules()) {
    if (const Rule* rule = FindRule(id)) ExplainRule(*rule, out);
  }
}

// ExplainUnshown tells of a rule that no case shows, and why; false if there is none of that id.
bool ExplainUnshown(std::string_view id, std::span<const Case> cases, std::ostream& out) {
  for (const Account& account : AccountFor(cases)) {
    if (account.rule->id != id) continue;
    out << id << "\n  no case: " << StateName(account.state) << ", " << account.reason << '\n';
    ExplainRule(*account.rule, out);
    return true;
  }
  return false;
}

}  // namespace

bool RefuseDead(const Selection& selection, std::span<const Case> cases, std::ostream& out) {
  const std::vector<std::string> dead = selection.Dead(cases);
  for (const std::string& selector : dead) {
    out << "no case matches " << selector << '\n';
    if (!selector.starts_with('@')) continue;
    for (const Profile& each : Profiles()) out << "  @" << each.name << "  " << each.about << '\n';
  }
  return !dead.empty();
}

int ListCommand(const Selection& selection, std::span<const Case> cases, std::ostream& out) {
  if (RefuseDead(selection, cases, out)) return kExitUsage;
  for (const Case* test : selection.Choose(cases)) {
    out << test->id << "  " << test->title << " [" << EffectsName(test->effects) << "]\n";
  }
  return kExitExpected;
}

int ExplainCommand(const std::string& id, std::span<const Case> cases, std::ostream& out) {
  const Selection selection{.only = {id}};
  const std::vector<const Case*> chosen = selection.Choose(cases);
  for (const Case* test : chosen) ExplainCase(*test, out);
  if (!chosen.empty() || ExplainUnshown(id, cases, out)) return kExitExpected;
  out << "no case matches " << id << '\n';
  return kExitUsage;
}

int RulesCommand(std::span<const Case> cases, std::ostream& out) {
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> totals;
  for (const Account& account : AccountFor(cases)) {
    const bool trigger = account.rule->layer == kTriggerLayer;
    ++totals[{trigger ? "triggers" : "rules", StateName(account.state)}];
    out << account.rule->id << '\t' << account.rule->level << "\ttier " << account.rule->tier()
        << '\t' << StateName(account.state) << '\t';
    for (const std::string_view id : account.cases) out << id << ' ';
    out << account.reason << '\n';
  }
  for (const auto& [what, count] : totals) {
    out << count << ' ' << what.first << ' ' << what.second << '\n';
  }
  return kExitExpected;
}

int ProbeCommand(const Bench& bench, std::ostream& out) {
  const auto claims = Probe(bench);
  if (!claims) {
    out << bench.dut.name() << ": " << claims.error().message << '\n';
    return claims.error().kind == kDown ? kExitUnreachable : kExitFailures;
  }
  const auto row = [&](const char* name, const auto& value) {
    out << std::left << std::setw(24) << name << value << '\n';
  };
  const auto yes = [](bool claimed) { return claimed ? "yes" : "no"; };
  row("controller", bench.dut.name());
  row("model", claims->model);
  row("kind", claims->discovery ? "discovery" : "I/O");
  row("version", Hex(claims->vs, 8));
  row("CAP", Hex(claims->cap, 16));
  row("header digest", yes(claims->header_digest));
  row("data digest", yes(claims->data_digest));
  row("HPDA above 0", yes(claims->hpda));
  row("CPDA", unsigned{claims->cpda});
  row("MAXH2CDATA", claims->maxh2cdata);
  row("no SQ flow control", yes(claims->no_flow_control));
  row("largest transfer",
      claims->max_transfer == 0 ? "no limit" : std::to_string(claims->max_transfer));
  row("data in an I/O capsule", claims->in_capsule);
  if (claims->nsid == 0) {
    row("namespace", "none");
  } else {
    row("namespace", std::to_string(claims->nsid) + ", " + std::to_string(claims->blocks) +
                         " blocks of " + std::to_string(claims->block) + " bytes");
  }
  return kExitExpected;
}

std::optional<ExchangeFile> LoadExchange(const std::string& path, std::ostream& out) {
  std::ifstream file(OutputPath(path), std::ios::binary);
  if (!file) {
    out << "cannot read " << path << '\n';
    return std::nullopt;
  }
  std::stringstream text;
  text << file.rdbuf();
  auto exchange = ReadExchange(text.str());
  if (exchange) return std::move(*exchange);
  out << path << ": " << exchange.error() << '\n';
  return std::nullopt;
}

int ReplayCommand(const std::string& path, const Bench& bench, std::ostream& out) {
  const auto exchange = LoadExchange(path, out);
  if (!exchange) return kExitUsage;
  out << exchange->id << ", recorded with " << exchange->verdict << '\n';
  const ReplayResult result = Replay(*exchange, bench);
  for (const std::string& line : result.lines) out << line << '\n';
  out << result.differences << " differences\n";
  const Verdict alive = CheckAlive(bench);
  out << "afterwards: " << (alive.kind == kPass ? "it serves" : alive.message) << '\n';
  if (result.stopped || alive.kind == kDown) return kExitDown;
  return result.differences == 0 ? kExitExpected : kExitFailures;
}

int ReportCommand(const std::string& json, const std::string& html, const std::string& markdown,
                  std::ostream& out) {
  std::ifstream file(OutputPath(json), std::ios::binary);
  if (!file) {
    out << "cannot read " << json << '\n';
    return kExitUsage;
  }
  std::stringstream text;
  text << file.rdbuf();
  const struct {
    const std::string& path;
    std::expected<std::string, std::string> (*render)(std::string_view);
  } kForms[] = {{html, RenderHtml}, {markdown, RenderMarkdown}};
  for (const auto& form : kForms) {
    if (form.path.empty()) continue;
    const auto rendered = form.render(text.str());
    const bool written = rendered && ReplaceFile(OutputPath(form.path), *rendered);
    if (written) continue;
    out << (rendered ? "cannot write " + form.path : json + ": " + rendered.error()) << '\n';
    return kExitUsage;
  }
  return kExitExpected;
}

int DiffCommand(const std::string& before, const std::string& after, std::ostream& out) {
  const auto was = ReadRun(OutputPath(before));
  const auto is = ReadRun(OutputPath(after));
  for (const auto* run : {&was, &is}) {
    if (*run) continue;
    out << run->error() << '\n';
    return kExitUsage;
  }
  if (!was->complete) out << "note: " << before << " is the report of an incomplete run\n";
  if (!is->complete) out << "note: " << after << " is the report of an incomplete run\n";
  const RunDiff diff = Compare(*was, *is);
  out << diff.Text();
  return diff.worse() ? kExitFailures : kExitExpected;
}

std::optional<BlockGrant> ParseBlockGrant(std::string_view text) {
  BlockGrant grant;
  const std::size_t colon = text.find(':');
  if (!ParseNumber(text.substr(0, colon), grant.nsid) || grant.nsid == 0) return std::nullopt;
  if (colon == std::string_view::npos) return grant;
  const std::string_view range = text.substr(colon + 1);
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const bool numbers = ParseNumber(range.substr(0, dash), grant.first) &&
                       ParseNumber(range.substr(dash + 1), grant.last);
  if (!numbers || grant.first > grant.last) return std::nullopt;
  return grant;
}

std::string OutputPath(const std::string& path) {
  const char* base = std::getenv("BUILD_WORKING_DIRECTORY");
  if (base == nullptr || path.starts_with('/')) return path;
  return std::string(base) + '/' + path;
}

}  // namespace nvmf::conformance
