#include <algorithm>
#include <iomanip>
#include <iostream>

#include "conformance/suite/report.h"

namespace nvmf::conformance {
namespace {

constexpr std::size_t kLadderLines = 12;

class ConsoleReport : public Report {
 public:
  explicit ConsoleReport(std::ostream& out) : out_(out) {}

  void Begin(const RunInfo& info) override {
    out_ << info.cases << " cases, on trial: " << info.target;
    if (!info.model.empty()) out_ << " (" << info.model << ')';
    out_ << '\n';
  }

  void Add(const CaseResult& result) override {
    const Verdict& verdict = result.verdict;
    out_ << std::left << std::setw(10) << Shown(result) << result.test->id;
    if (result.against != Against::kNothing) out_ << "  " << VerdictName(verdict.kind);
    if (!verdict.message.empty()) out_ << "  " << verdict.message;
    out_ << " (" << result.took.count() << " ms)\n";
    if (IsUnexpected(result)) Explain(result);
    out_ << std::flush;
  }

  void End(const Totals& totals) override { out_ << totals.Text() << std::endl; }

 private:
  void Explain(const CaseResult& result) {
    out_ << "    " << result.test->title << '\n';
    const std::vector<std::string> ladder = result.transcript.Ladder();
    const std::size_t first = ladder.size() - std::min(ladder.size(), kLadderLines);
    if (first != 0) out_ << "    ... " << first << " lines before\n";
    for (std::size_t i = first; i < ladder.size(); ++i) out_ << "    " << ladder[i] << '\n';
  }

  std::ostream& out_;
};

}  // namespace

std::unique_ptr<Report> MakeConsoleReport(std::ostream& out) {
  return std::make_unique<ConsoleReport>(out);
}

}  // namespace nvmf::conformance
