// The command run: reports, expectations, and what they make of the exit code.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "conformance/suite/commands.h"
#include "conformance/suite/expectations.h"
#include "conformance/suite/saved_run.h"

namespace nvmf::conformance {
namespace {

// Collector keeps the verdicts for whoever needs all of them at the end.
class Collector : public Report {
 public:
  explicit Collector(std::vector<Expectations::Seen>& seen) : seen_(seen) {}
  void Add(const CaseResult& result) override {
    seen_.push_back({std::string(result.test->id), result.verdict});
  }
  void End(const Totals&) override {}

 private:
  std::vector<Expectations::Seen>& seen_;
};

// A file that is to be written may be missing.
std::optional<Expectations> Load(const RunOptions& options, std::ostream& out) {
  const std::string path = OutputPath(options.expectations);
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (options.update_expectations) return Expectations();
    out << "cannot read " << path << '\n';
    return std::nullopt;
  }
  std::stringstream text;
  text << file.rdbuf();
  auto known = ParseExpectations(text.str());
  if (known) return std::move(*known);
  out << path << ": " << known.error() << '\n';
  return std::nullopt;
}

// Stale returns complaints about lines that expect something of no case, or of one that cannot run.
std::vector<std::string> Stale(const Expectations& known, std::span<const Case> cases,
                               const std::vector<Expectations::Seen>& seen) {
  std::map<std::string_view, const Verdict*> verdicts;
  for (const auto& each : seen) verdicts[each.id] = &each.verdict;
  std::vector<std::string> stale;
  for (const auto& [id, line] : known.lines()) {
    const bool exists = std::ranges::any_of(cases, [&](const Case& test) { return test.id == id; });
    if (!exists) stale.push_back(id + ": there is no such case");
    const auto verdict = verdicts.find(id);
    if (verdict == verdicts.end() || verdict->second->kind != kSkip) continue;
    // What the user did not allow this time says nothing of the device.
    if (!verdict->second->message.starts_with("guard:")) {
      stale.push_back(id + ": skipped, " + verdict->second->message);
    }
  }
  return stale;
}

// Unwritable complains about the first of the files that cannot be written.
std::optional<std::string> Unwritable(const RunOptions& options) {
  for (const std::string& name : {options.json, options.junit}) {
    if (name.empty()) continue;
    if (!std::ofstream(OutputPath(name), std::ios::app)) return "cannot write " + OutputPath(name);
  }
  return std::nullopt;
}

// Wavering returns the cases that did not end alike each time.
std::vector<std::string> Wavering(const std::vector<Expectations::Seen>& seen) {
  std::map<std::string, std::set<std::string_view>> verdicts;
  for (const auto& each : seen) verdicts[each.id].insert(VerdictName(each.verdict.kind));
  std::vector<std::string> wavering;
  for (const auto& [id, kinds] : verdicts) {
    if (kinds.size() == 1) continue;
    std::string line = id + ":";
    for (const std::string_view kind : kinds) line += ' ' + std::string(kind);
    wavering.push_back(std::move(line));
  }
  return wavering;
}

// Chosen returns the cases to run, each as often as was asked; nullopt when the report of failures
// cannot be read.
std::optional<std::vector<const Case*>> Chosen(const RunOptions& options,
                                               std::span<const Case> cases, std::ostream& out) {
  Selection selection = options.selection;
  if (!options.only_failed.empty()) {
    const auto run = ReadRun(OutputPath(options.only_failed));
    if (!run) {
      out << run.error() << '\n';
      return std::nullopt;
    }
    selection.ids.emplace();
    for (const auto& [id, verdict] : run->results) {
      if (!IsGreen(verdict.kind)) selection.ids->insert(id);
    }
  }
  const std::vector<const Case*> once = selection.Choose(cases);
  std::vector<const Case*> all;
  for (unsigned i = 0; i < options.repeat; ++i) all.insert(all.end(), once.begin(), once.end());
  return all;
}

int Update(const RunOptions& options, const Expectations& known,
           const std::vector<Expectations::Seen>& seen, int code, std::ostream& out) {
  if (code != kExitExpected && code != kExitFailures && code != kExitStale) {
    out << "the expectations stay as they are: the run is not complete\n";
    return code;
  }
  const std::string path = OutputPath(options.expectations);
  if (!ReplaceFile(path, known.Updated(seen))) {
    out << "cannot write " << path << '\n';
    return kExitUsage;
  }
  out << "wrote " << path << '\n';
  return kExitExpected;
}

}  // namespace

bool BringBack(const std::string& command, std::ostream& out) {
  out << "the device does not serve: " << command << std::endl;
  const int status = std::system(command.c_str());
  if (status != 0) out << "it ended with status " << status << std::endl;
  return status == 0;
}

int RunCommand(const RunOptions& options, const Devices& devices, std::span<const Case> cases,
               std::ostream& out) {
  if (RefuseDead(options.selection, cases, out)) return kExitUsage;
  const bool whole = options.selection.whole() && options.only_failed.empty() && !options.strict;
  if (options.update_expectations && !whole) {
    out << "--update-expectations needs a complete run: nothing left out\n";
    return kExitUsage;
  }
  if (const auto complaint = Unwritable(options)) {
    out << *complaint << '\n';
    return kExitUsage;
  }
  std::optional<Expectations> known;
  if (!options.expectations.empty()) {
    known = Load(options, out);
    if (!known) return kExitUsage;
  }
  const auto chosen = Chosen(options, cases, out);
  if (!chosen) return kExitUsage;
  std::vector<Expectations::Seen> seen;
  Reports reports;
  reports.push_back(MakeConsoleReport(out));
  reports.push_back(std::make_unique<Collector>(seen));
  if (!options.json.empty()) reports.push_back(MakeJsonReport(OutputPath(options.json)));
  if (!options.junit.empty()) reports.push_back(MakeJunitReport(OutputPath(options.junit)));
  if (!options.evidence.empty())
    reports.push_back(MakeEvidenceReport(OutputPath(options.evidence)));
  RunTerms terms{
      .known = known ? &*known : nullptr, .strict = options.strict, .isolate = options.isolate};
  if (!options.on_down.empty()) terms.bring_back = [&] { return BringBack(options.on_down, out); };
  int code = Run(*chosen, devices, reports, terms);
  const std::vector<std::string> wavering = Wavering(seen);
  for (const std::string& line : wavering) out << "not the same each time: " << line << '\n';
  if (code == kExitExpected && !wavering.empty()) code = kExitFailures;
  if (!known) return code;
  if (options.update_expectations) return Update(options, *known, seen, code, out);
  const std::vector<std::string> stale = Stale(*known, cases, seen);
  for (const std::string& line : stale) out << "out of date: " << line << '\n';
  return code == kExitExpected && !stale.empty() ? kExitStale : code;
}

}  // namespace nvmf::conformance
