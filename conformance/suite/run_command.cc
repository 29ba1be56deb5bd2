// The command run: reports, expectations, and what they make of the exit code.
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>

#include "conformance/suite/commands.h"
#include "conformance/suite/expectations.h"

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

bool IsFiltered(const Selection& selection) {
  return !selection.only.empty() || !selection.skip.empty();
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

int RunCommand(const RunOptions& options, const Devices& devices, std::span<const Case> cases,
               std::ostream& out) {
  if (RefuseDead(options.selection, cases, out)) return kExitUsage;
  if (options.update_expectations && IsFiltered(options.selection)) {
    out << "--update-expectations needs a complete run: no selection, no --skip\n";
    return kExitUsage;
  }
  std::optional<Expectations> known;
  if (!options.expectations.empty()) {
    known = Load(options, out);
    if (!known) return kExitUsage;
  }
  std::vector<Expectations::Seen> seen;
  Reports reports;
  reports.push_back(MakeConsoleReport(out));
  reports.push_back(std::make_unique<Collector>(seen));
  if (!options.json.empty()) reports.push_back(MakeJsonReport(OutputPath(options.json)));
  if (!options.junit.empty()) reports.push_back(MakeJunitReport(OutputPath(options.junit)));
  const int code =
      Run(options.selection.Choose(cases), devices, reports, known ? &*known : nullptr);
  if (!known) return code;
  if (options.update_expectations) return Update(options, *known, seen, code, out);
  const std::vector<std::string> stale = Stale(*known, cases, seen);
  for (const std::string& line : stale) out << "out of date: " << line << '\n';
  return code == kExitExpected && !stale.empty() ? kExitStale : code;
}

}  // namespace nvmf::conformance
