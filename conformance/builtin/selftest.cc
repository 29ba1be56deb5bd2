#include "conformance/builtin/selftest.h"

#include <fstream>
#include <iostream>

#include "conformance/builtin/kill_matrix.h"
#include "conformance/suite/commands.h"

namespace nvmf::conformance {
namespace {

int Judge(const KillMatrix& matrix, std::ostream& out) {
  for (const Attempt* red : matrix.not_green()) {
    out << "not green on the right peer: " << red->test->id << "  "
        << VerdictName(red->verdict.kind) << ' ' << red->verdict.message << '\n';
  }
  for (const Case* test : matrix.toothless()) out << "toothless: " << test->id << '\n';
  for (const Attempt* defect : matrix.defects()) {
    out << "defect: " << defect->test->id << " on " << defect->peer << ": "
        << defect->verdict.message << '\n';
  }
  out << matrix.cases() << " cases, " << matrix.faults() << " wrong peers, "
      << matrix.cases() - matrix.toothless().size() << " cases condemn one, "
      << matrix.toothless().size() << " toothless, " << matrix.not_green().size()
      << " not green on the right peer" << std::endl;
  if (matrix.cases() == 0) return kExitNothingRan;
  if (!matrix.defects().empty()) return kExitOurDefect;
  return matrix.toothless().empty() && matrix.not_green().empty() ? kExitExpected : kExitFailures;
}

}  // namespace

int SelftestCommand(const SelftestOptions& options, std::span<const Case> cases,
                    const std::vector<std::unique_ptr<Opponents>>& opponents, std::ostream& out) {
  if (RefuseDead(options.selection, cases, out)) return kExitUsage;
  std::ofstream file;
  if (!options.matrix.empty()) {
    file.open(OutputPath(options.matrix), std::ios::binary | std::ios::trunc);
    if (!file) {
      out << "cannot write " << OutputPath(options.matrix) << '\n';
      return kExitUsage;
    }
  }
  const std::vector<const Case*> chosen = options.selection.Choose(cases);
  KillMatrix matrix;
  for (const auto& each : opponents) {
    matrix.Strike(*each, chosen, options.full, [&](const KillMatrix::Progress& done) {
      out << RoleName(each->role()) << ": " << done.peer << ": " << done.condemned
          << " cases condemn it, " << done.left << " left" << std::endl;
    });
  }
  if (file.is_open()) {
    matrix.Write(file);
    if (!file.flush()) {
      out << "cannot write " << OutputPath(options.matrix) << '\n';
      return kExitUsage;
    }
  }
  return Judge(matrix, out);
}

}  // namespace nvmf::conformance
