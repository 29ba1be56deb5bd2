// The commands of the program, on streams so that tests can read what they print.
//
//   return RunCommand(options, devices, AllCases(), std::cout, std::cerr);
//
// Each returns an exit code of run.h.
//
// Threads   one at a time.
#ifndef CONFORMANCE_SUITE_COMMANDS_H_
#define CONFORMANCE_SUITE_COMMANDS_H_

#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "conformance/suite/exchange_file.h"
#include "conformance/suite/run.h"
#include "conformance/suite/selection.h"

namespace nvmf::conformance {

int ListCommand(const Selection& selection, std::span<const Case> cases, std::ostream& out);
int ExplainCommand(const std::string& id, std::span<const Case> cases, std::ostream& out);
// ProbeCommand prints what a controller claims.
int ProbeCommand(const Bench& bench, std::ostream& out);
// LoadExchange reads an exchange file; nullopt, with a complaint, if it cannot.
std::optional<ExchangeFile> LoadExchange(const std::string& path, std::ostream& out);
// ReplayCommand says again what an exchange file holds; kExitFailures when other things come.
int ReplayCommand(const std::string& path, const Bench& bench, std::ostream& out);
// ReportCommand renders a JSON report as HTML and Markdown; empty paths for none.
int ReportCommand(const std::string& json, const std::string& html, const std::string& markdown,
                  std::ostream& out);
// DiffCommand compares two JSON reports; kExitFailures when something broke from the first to the
// second.
int DiffCommand(const std::string& before, const std::string& after, std::ostream& out);
int RulesCommand(std::span<const Case> cases, std::ostream& out);

struct RunOptions {
  Selection selection;
  std::string json = "";  // Paths; empty for none.
  std::string junit = "";
  std::string evidence = "";         // A folder; empty for none.
  std::string expectations = "";     // What the device is known to do.
  bool update_expectations = false;  // Write the file anew from what it did.
  std::string only_failed = "";      // A JSON report: no cases but those that failed in it.
  bool strict = false;               // What is tolerated fails, too.
  unsigned repeat = 1;               // How often each case runs.
  bool isolate = false;              // Each case in a process of its own.
  std::string on_down = "";          // A shell command that brings a device back that is down.
};
int RunCommand(const RunOptions& options, const Devices& devices, std::span<const Case> cases,
               std::ostream& out);

// BringBack runs the user's command for a device that is down; false when it failed.
bool BringBack(const std::string& command, std::ostream& out);

// RefuseDead complains about selectors that match nothing; true if there are any.
bool RefuseDead(const Selection& selection, std::span<const Case> cases, std::ostream& out);

// ParseBlockGrant reads NSID[:first-last]; nullopt for anything else.
std::optional<BlockGrant> ParseBlockGrant(std::string_view text);

// OutputPath makes `path` relative to where the user stands, also when Bazel has changed directory.
std::string OutputPath(const std::string& path);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_COMMANDS_H_
