#include "conformance/arguments.h"

#include <CLI/CLI.hpp>

#include "conformance/suite/commands.h"

namespace nvmf::conformance {
namespace {

constexpr char kUrlHelp[] = "nvme+tcp://HOST:PORT/SUBNQN";
constexpr char kSelectorHelp[] = "case ids, rules or globs";

void AddSelection(CLI::App& command, Arguments& arguments) {
  command.add_option("--skip", arguments.skip, "leave out cases: ids, rules or globs");
  command.add_option("--role", arguments.role, "who is on trial")
      ->check(CLI::IsMember({"controller", "host", "both"}));
  command.add_option("--level", arguments.level, "cases of rules of this level alone")
      ->check(CLI::IsMember({"shall", "should", "may"}));
  command.add_option("--shard", arguments.shard, "I/N: part I of N parts of about the same size")
      ->check([](const std::string& text) {
        return ParseShard(text) ? "" : "I/N wants 1 <= I <= N, not " + text;
      });
  command.add_option("--seed", arguments.seed, "shuffle the order of cases (0: do not)");
}

// How long to wait for a device.
void AddLimits(CLI::App& command, Arguments& arguments) {
  command.add_option("--step-timeout", arguments.step_s, "seconds to wait for one answer");
  command.add_option("--case-timeout", arguments.case_s, "seconds for one case");
  command.add_option("--quiet-time", arguments.quiet_s, "seconds that show that nothing comes");
  command.add_option("--fatal-time", arguments.fatal_s,
                     "seconds for the device to give up on a peer that does not close");
  command
      .add_option("--load", arguments.load,
                  "so many times as much in cases that try what a device can bear")
      ->check(CLI::Range(1, 1000));
}

// What the user grants on a controller, and how long to wait for it.
void AddBench(CLI::App& command, Arguments& arguments) {
  command.add_flag("--allow-disruptive", arguments.disruptive,
                   "malformed PDUs, resets and time-outs may be sent to the URL");
  command.add_option(
      "--allow-destructive", arguments.destructive,
      "NSID[:first-last]: these blocks may be overwritten; all: nothing there can be lost");
  command.add_option("--hostnqn", arguments.hostnqn, "who the suite says it is");
  AddLimits(command, arguments);
}

void AddOnDown(CLI::App& command, Arguments& arguments) {
  command.add_option("--on-down", arguments.on_down,
                     "a shell command that brings the device back when it is down or hangs");
}

void AddRun(CLI::App& run, Arguments& arguments) {
  AddSelection(run, arguments);
  run.add_option("--json", arguments.json, "write results to this file as they happen");
  run.add_option("--junit", arguments.junit, "the same, as JUnit XML");
  run.add_option("--evidence", arguments.evidence,
                 "write a folder for each case that did not pass: capture, exchange, explanation");
  CLI::Option* known = run.add_option("--expectations", arguments.expectations,
                                      "a file of what the device is known to do");
  run.add_flag("--update-expectations", arguments.update_expectations,
               "write that file anew from what the device did")
      ->needs(known);
  run.add_option("--only-failed", arguments.only_failed, "what failed in this JSON report");
  run.add_flag("--strict", arguments.strict, "what is merely tolerated fails");
  run.add_flag("--isolate", arguments.isolate,
               "each case in a process of its own, so that a crash loses no other");
  AddOnDown(run, arguments);
  run.add_option("--repeat", arguments.repeat, "run each case so often")
      ->check(CLI::Range(1, 1000));
  run.add_option("--run-timeout", arguments.run_s, "seconds for the whole run");
  run.add_option("--name", arguments.name, "what reports call the device");
}

void AddFuzz(CLI::App& fuzz, Arguments& arguments) {
  fuzz.add_option("url", arguments.after, kUrlHelp)->required();
  AddBench(fuzz, arguments);
  AddOnDown(fuzz, arguments);
  fuzz.add_option("--seed", arguments.seed, "which inputs");
  fuzz.add_option("--first", arguments.first, "the number of the first input");
  fuzz.add_option("--runs", arguments.runs, "inputs at most");
  fuzz.add_option("--seconds", arguments.seconds, "time at most");
  fuzz.add_option("--findings", arguments.evidence, "the folder for what is found (findings)");
}

void AddMinimize(CLI::App& minimize, Arguments& arguments) {
  minimize.add_option("exchange", arguments.id, "a finding")->required();
  minimize.add_option("url", arguments.after, kUrlHelp)->required();
  AddBench(minimize, arguments);
  AddOnDown(minimize, arguments);
  minimize.add_option("--runs", arguments.runs, "tries at most");
  minimize.add_option("--output", arguments.to, "the file for what is left (exchange.min.json)");
}

// The commands that put something on trial.
void AddTrials(CLI::App& app, Arguments& arguments) {
  CLI::App* run = app.add_subcommand("run", "run cases (default: both built-in ends)");
  AddRun(*run, arguments);
  AddBench(*run, arguments);
  run->add_option("words", arguments.words,
                  "[nvme+tcp://HOST:PORT/SUBNQN] [case id, rule or glob ...]");
  CLI::App* host = app.add_subcommand("host", "put a host on trial that a command starts");
  host->add_option("--listen", arguments.listen, "ADDRESS:PORT; port 0 for any that is free");
  host->add_option("--trigger", arguments.trigger,
                   "a command that makes the host connect, as NVMF_* in its environment say")
      ->required();
  AddRun(*host, arguments);
  AddLimits(*host, arguments);
  host->add_option("selectors", arguments.words, kSelectorHelp);
  CLI::App* probe = app.add_subcommand("probe", "what a controller claims");
  probe->add_option("url", arguments.after, kUrlHelp)->required();
  AddBench(*probe, arguments);
  CLI::App* replay = app.add_subcommand("replay", "say again what was said in an exchange");
  replay->add_option("exchange", arguments.id, "exchange.json of some evidence")->required();
  replay->add_option("url", arguments.after, kUrlHelp)->required();
  AddBench(*replay, arguments);
  AddFuzz(*app.add_subcommand("fuzz", "spoil sessions until the device minds"), arguments);
  AddMinimize(*app.add_subcommand("minimize", "make a finding of fuzz smaller"), arguments);
}

// The commands about the suite itself.
void AddCatalogue(CLI::App& app, Arguments& arguments) {
  CLI::App* list = app.add_subcommand("list", "list cases");
  list->add_option("selectors", arguments.words, kSelectorHelp);
  AddSelection(*list, arguments);
  CLI::App* selftest =
      app.add_subcommand("selftest", "show that every case can fail: try it on wrong peers");
  selftest->add_option("selectors", arguments.words, kSelectorHelp);
  AddSelection(*selftest, arguments);
  selftest->add_option("--matrix", arguments.matrix,
                       "write case, role, peer, verdict and message of each try, as TSV");
  selftest->add_flag("--full", arguments.full, "try every case on every wrong peer");
  CLI::App* explain = app.add_subcommand("explain", "say what a case demands, and why");
  explain->add_option("id", arguments.id, "case id, rule or glob")->required();
  app.add_subcommand("rules", "how the catalogue is covered");
}

// The commands about reports.
void AddReports(CLI::App& app, Arguments& arguments) {
  CLI::App* report = app.add_subcommand("report", "render a JSON report for people");
  report->add_option("report", arguments.json, "JSON report")->required();
  report->add_option("--html", arguments.html, "write one page that needs nothing else");
  report->add_option("--markdown", arguments.markdown, "write a table of what did not pass");
  CLI::App* diff = app.add_subcommand("diff", "how one run differs from another");
  diff->add_option("before", arguments.id, "JSON report")->required();
  diff->add_option("after", arguments.after, "JSON report")->required();
}

}  // namespace

std::optional<int> ParseArguments(int argc, const char* const* argv, Arguments& arguments) {
  CLI::App app("Puts NVMe/TCP controllers and hosts on trial.");
  app.require_subcommand(0, 1);
  AddTrials(app, arguments);
  AddCatalogue(app, arguments);
  AddReports(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitExpected : kExitUsage;
  }
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  arguments.command = chosen.empty() ? "run" : chosen.front()->get_name();
  return std::nullopt;
}

}  // namespace nvmf::conformance
