// Report: where results go as they happen. Reporters: console, JSON, JUnit.
//
//   std::vector<std::unique_ptr<Report>> reports = ...;
//   for (auto& report : reports) report->Begin(info), report->Add(result), report->End(totals);
//
// Lifetime  a result is borrowed for the call.
// Threads   one at a time.
#ifndef CONFORMANCE_SUITE_REPORT_H_
#define CONFORMANCE_SUITE_REPORT_H_

#include <array>
#include <iosfwd>
#include <memory>
#include <string>

#include "conformance/suite/runner.h"

namespace nvmf::conformance {

struct RunInfo {
  std::string target;  // What is on trial, for people.
  std::string model;   // What it says it is.
  std::size_t cases = 0;
};

struct Totals {
  std::array<std::size_t, kVerdictKinds.size()> count{};
  std::array<std::size_t, kAgainsts.size()> against{};
  std::size_t unexpected = 0;  // Red and not listed, or listed and changed.

  void Add(const CaseResult& result);
  std::size_t of(VerdictKind kind) const { return count[std::to_underlying(kind)]; }
  std::size_t of(Against how) const { return against[std::to_underlying(how)]; }
  std::size_t ran() const;  // All but SKIP.
  std::string Text() const;
};

class Report {
 public:
  virtual ~Report() = default;
  virtual void Begin(const RunInfo&) {}
  virtual void Add(const CaseResult& result) = 0;
  // End is called once; a run that dies before leaves a report that says it is incomplete.
  virtual void End(const Totals& totals) = 0;
};

// Shown is the word for how a case ended: the verdict, or how it stands to what was expected.
std::string_view Shown(const CaseResult& result);
// IsUnexpected tells whether a result fails the run, out of date expectations aside.
bool IsUnexpected(const CaseResult& result);

// One line per case, the exchange of each red case, a line of totals.
std::unique_ptr<Report> MakeConsoleReport(std::ostream& out);

// The file is complete and well formed after each result.
std::unique_ptr<Report> MakeJsonReport(const std::string& path);
std::unique_ptr<Report> MakeJunitReport(std::string path);

// A folder in `folder` for each case that did not pass: the exchange as a capture and as a file
// that can be replayed, and a README with the clause, the legal answers and what came.
std::unique_ptr<Report> MakeEvidenceReport(std::string folder);

// ReplaceFile writes `text` to `path` so that whoever reads sees the old or the new, never a part.
bool ReplaceFile(const std::string& path, const std::string& text);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_REPORT_H_
