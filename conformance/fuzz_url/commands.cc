#include "conformance/fuzz_url/commands.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "conformance/fuzz_url/sessions.h"
#include "conformance/suite/commands.h"
#include "conformance/suite/probe.h"
#include "conformance/suite/run.h"
#include "conformance/suite/saved_run.h"

namespace nvmf::conformance {
namespace {

std::string FileNameOf(const ExchangeFile& finding) {
  std::string name = finding.id + ".json";
  std::ranges::replace(name, '/', '-');
  return name;
}

// ProbeInto asks the device what it claims; an exit code when it cannot be asked.
int ProbeInto(Bench& bench, std::ostream& out) {
  const auto claims = Probe(bench);
  if (claims) {
    bench.claims = *claims;
    return kExitExpected;
  }
  out << bench.dut.name() << ": " << claims.error().message << '\n';
  return claims.error().kind == kDown ? kExitUnreachable : kExitFailures;
}

int RefuseWithoutGrant(std::ostream& out) {
  out << "spoilt PDUs need --allow-disruptive\n";
  return kExitUsage;
}

}  // namespace

int FuzzCommand(Bench& bench, const FuzzTerms& terms, const std::string& folder,
                std::ostream& out) {
  if (!bench.grant.may_disrupt()) return RefuseWithoutGrant(out);
  if (const int code = ProbeInto(bench, out); code != kExitExpected) return code;
  const std::vector<ExchangeFile> sessions = RecordSessions(bench);
  if (sessions.empty()) {
    out << "the device goes along with no session at all\n";
    return kExitNothingRan;
  }
  out << bench.dut.name() << ": " << sessions.size() << " sessions to spoil\n" << std::flush;
  std::error_code error;
  std::filesystem::create_directories(OutputPath(folder), error);
  bool written = true;
  const auto on_finding = [&](const ExchangeFile& finding) {
    const std::string path = OutputPath(folder) + '/' + FileNameOf(finding);
    written = ReplaceFile(path, WriteExchange(finding)) && written;
    out << finding.id << "  " << finding.verdict << "\n    " << path << '\n' << std::flush;
  };
  const FuzzTotals totals = Fuzz(bench, sessions, terms, on_finding);
  out << totals.inputs << " inputs (" << totals.withheld << " withheld), " << totals.pdus
      << " PDUs, " << totals.connections << " connections, " << totals.findings
      << " findings, seed " << terms.seed << '\n';
  if (!written) {
    out << "cannot write to " << OutputPath(folder) << '\n';
    return kExitUsage;
  }
  if (totals.lost) return kExitDown;
  if (totals.inputs == totals.withheld) return kExitNothingRan;
  return totals.findings == 0 ? kExitExpected : kExitFailures;
}

int MinimizeCommand(const std::string& path, const std::string& to, Bench& bench,
                    const MinimizeTerms& terms, std::ostream& out) {
  if (!bench.grant.may_disrupt()) return RefuseWithoutGrant(out);
  const auto exchange = LoadExchange(path, out);
  if (!exchange) return kExitUsage;
  if (const int code = ProbeInto(bench, out); code != kExitExpected) return code;
  const Minimized small = Minimize(*exchange, bench, terms);
  if (!small.reproduced) {
    out << "the device bears it: nothing to minimize\n";
    return kExitFailures;
  }
  if (!ReplaceFile(OutputPath(to), WriteExchange(small.exchange))) {
    out << "cannot write " << OutputPath(to) << '\n';
    return kExitUsage;
  }
  out << small.pdus << " PDUs after " << small.tries << " tries: " << OutputPath(to) << '\n';
  return small.lost ? kExitDown : kExitExpected;
}

}  // namespace nvmf::conformance
