// conformance: puts NVMe/TCP controllers and hosts on trial.
//
//   conformance                                          both built-in ends
//   conformance run nvme+tcp://HOST:PORT/SUBNQN 'TCP-IC-*' --allow-disruptive
//   conformance host --listen 192.0.2.1:4420 --trigger 'ssh lab nvme connect ...' 'TCP-R2TH-*'
//   conformance probe URL | replay exchange.json URL
//   conformance fuzz URL --allow-disruptive | minimize finding.json URL --allow-disruptive
//   conformance selftest                                 every case condemns some wrong peer
//   conformance list | explain ID | rules | diff A.json B.json | report A.json --html A.html
#include <CLI/CLI.hpp>
#include <expected>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/builtin/builtin.h"
#include "conformance/builtin/opponents.h"
#include "conformance/builtin/selftest.h"
#include "conformance/cases/cases.h"
#include "conformance/fuzz_url/commands.h"
#include "conformance/suite/commands.h"
#include "conformance/suite/tcp_dut.h"
#include "conformance/trigger/triggered_host.h"

namespace nvmf::conformance {
namespace {

struct Arguments {
  std::vector<std::string> words;  // run: [URL] [SEL...]; list: [SEL...]
  std::vector<std::string> skip;
  std::string role = "both";
  std::string id;
  std::string json;
  std::string junit;
  std::string hostnqn;
  std::string expectations;
  bool update_expectations = false;
  std::string only_failed;
  std::string evidence;
  std::string level;
  std::string shard;
  std::uint64_t seed = 0;
  unsigned repeat = 1;
  bool isolate = false;
  std::string on_down;
  std::uint64_t runs = 1000;
  std::uint64_t first = 0;
  double seconds = 600;
  std::string to;
  bool strict = false;
  std::string html;
  std::string markdown;
  std::string matrix;
  bool full = false;
  std::string listen = "127.0.0.1:0";
  std::string trigger;
  std::string after;  // The second argument of diff and replay; the first is `id`. Or a URL.
  bool disruptive = false;
  std::vector<std::string> destructive;
  double step_s = 5;
  double case_s = 30;
  double run_s = 3600;
  double quiet_s = 0.1;
  double fatal_s = 5;
  unsigned load = 1;
};

Duration Seconds(double seconds) { return Duration(static_cast<long>(seconds * 1000)); }

int UsageError(const std::string& text) {
  std::cerr << text << '\n';
  return kExitUsage;
}

Selection SelectionOf(const Arguments& arguments, std::vector<std::string> only) {
  Selection selection{.only = std::move(only),
                      .skip = arguments.skip,
                      .level = arguments.level,
                      .seed = arguments.seed};
  if (!arguments.shard.empty()) selection.shard = *ParseShard(arguments.shard);
  if (arguments.role == "controller") selection.role = Role::kController;
  if (arguments.role == "host") selection.role = Role::kHost;
  return selection;
}

Limits LimitsOf(const Arguments& arguments) {
  return {.step = Seconds(arguments.step_s),
          .whole_case = Seconds(arguments.case_s),
          .quiet = Seconds(arguments.quiet_s),
          .fatal = Seconds(arguments.fatal_s),
          .load = arguments.load};
}

RunOptions OptionsOf(const Arguments& arguments, std::vector<std::string> only) {
  return {.selection = SelectionOf(arguments, std::move(only)),
          .json = arguments.json,
          .junit = arguments.junit,
          .evidence = arguments.evidence,
          .expectations = arguments.expectations,
          .update_expectations = arguments.update_expectations,
          .only_failed = arguments.only_failed,
          .strict = arguments.strict,
          .repeat = arguments.repeat,
          .isolate = arguments.isolate,
          .on_down = arguments.on_down};
}

int RunBuiltin(const Arguments& arguments) {
  if (arguments.isolate) {
    return UsageError("--isolate wants a URL: the built-in ends live in this process");
  }
  std::vector<std::unique_ptr<ControllerDut>> targets;
  if (arguments.role != "host") targets = MakeBuiltinTargets();
  const auto host = arguments.role == "controller" ? nullptr : MakeBuiltinHost();
  std::vector<Bench> benches;
  for (const auto& target : targets) {
    benches.push_back(
        {.dut = *target, .grant = {.everything = true}, .limits = LimitsOf(arguments)});
  }
  const Devices devices{.controllers = benches,
                        .host = host.get(),
                        .limits = LimitsOf(arguments),
                        .whole_run = Seconds(arguments.run_s)};
  return RunCommand(OptionsOf(arguments, arguments.words), devices, AllCases(), std::cout);
}

int Selftest(const Arguments& arguments) {
  std::vector<std::unique_ptr<Opponents>> opponents;
  if (arguments.role != "controller") opponents.push_back(MakeHostOpponents());
  if (arguments.role != "host") opponents.push_back(MakeControllerOpponents());
  const SelftestOptions options{.selection = SelectionOf(arguments, arguments.words),
                                .matrix = arguments.matrix,
                                .full = arguments.full};
  return SelftestCommand(options, AllCases(), opponents, std::cout);
}

// BenchFor returns the bench of a URL with what the user grants there; a sentence for what is
// wrong.
std::expected<Bench, std::string> BenchFor(ControllerDut& dut, const Arguments& arguments) {
  Bench bench{.dut = dut, .limits = LimitsOf(arguments)};
  if (!arguments.hostnqn.empty()) bench.identity.hostnqn = arguments.hostnqn;
  bench.grant.disruptive = arguments.disruptive;
  for (const std::string& text : arguments.destructive) {
    const auto grant = ParseBlockGrant(text);
    if (!grant) {
      return std::unexpected("--allow-destructive wants NSID[:first-last], not " + text);
    }
    bench.grant.destructive.push_back(*grant);
  }
  return bench;
}

// WithUrl calls `use(bench)` for the controller at `text`.
int WithUrl(const std::string& text, const Arguments& arguments, auto&& use) {
  const std::optional<Url> url = ParseUrl(text);
  if (!url) return UsageError("not a URL: " + text);
  TcpDut dut(*url);
  auto bench = BenchFor(dut, arguments);
  if (!bench) return UsageError(bench.error());
  return use(*bench);
}

int RunUrl(const Arguments& arguments) {
  if (arguments.role == "host") {
    return UsageError("a URL names a controller; --role host does not fit");
  }
  return WithUrl(arguments.words.front(), arguments, [&](Bench& bench) {
    RunOptions options = OptionsOf(arguments, {arguments.words.begin() + 1, arguments.words.end()});
    options.selection.role = Role::kController;
    const Devices devices{
        .controllers = {&bench, 1}, .limits = bench.limits, .whole_run = Seconds(arguments.run_s)};
    return RunCommand(options, devices, AllCases(), std::cout);
  });
}

int RunTriggered(const Arguments& arguments) {
  const std::size_t colon = arguments.listen.rfind(':');
  if (colon == std::string::npos) {
    return UsageError("--listen wants ADDRESS:PORT, not " + arguments.listen);
  }
  std::string address = arguments.listen.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  const auto host = TriggeredHost::Listen(
      {.host = address, .port = arguments.listen.substr(colon + 1), .command = arguments.trigger});
  if (!host) {
    return UsageError("cannot listen at " + arguments.listen + ": " + host.error().Message());
  }
  std::cout << "listening on " << address << ':' << (*host)->port() << std::endl;
  RunOptions options = OptionsOf(arguments, arguments.words);
  options.selection.role = Role::kHost;
  const Devices devices{
      .host = host->get(), .limits = LimitsOf(arguments), .whole_run = Seconds(arguments.run_s)};
  return RunCommand(options, devices, AllCases(), std::cout);
}

int RunFuzz(const Arguments& arguments) {
  return WithUrl(arguments.after, arguments, [&](Bench& bench) {
    FuzzTerms terms{.seed = arguments.seed,
                    .first = arguments.first,
                    .runs = arguments.runs,
                    .time = Seconds(arguments.seconds)};
    if (!arguments.on_down.empty()) {
      terms.restart = [&] { return BringBack(arguments.on_down, std::cout); };
    }
    const std::string folder = arguments.evidence.empty() ? "findings" : arguments.evidence;
    return FuzzCommand(bench, terms, folder, std::cout);
  });
}

int RunMinimize(const Arguments& arguments) {
  return WithUrl(arguments.after, arguments, [&](Bench& bench) {
    MinimizeTerms terms{.most_tries = static_cast<unsigned>(arguments.runs)};
    if (!arguments.on_down.empty()) {
      terms.restart = [&] { return BringBack(arguments.on_down, std::cout); };
    }
    const std::string to = arguments.to.empty() ? arguments.id + ".min.json" : arguments.to;
    return MinimizeCommand(arguments.id, to, bench, terms, std::cout);
  });
}

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
  command.add_option("--allow-destructive", arguments.destructive,
                     "NSID[:first-last]: these blocks may be overwritten");
  command.add_option("--hostnqn", arguments.hostnqn, "who the suite says it is");
  AddLimits(command, arguments);
}

void AddOnDown(CLI::App& command, Arguments& arguments) {
  command.add_option("--on-down", arguments.on_down,
                     "a shell command that brings the device back when it is down");
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
}

void AddFuzz(CLI::App& fuzz, Arguments& arguments) {
  fuzz.add_option("url", arguments.after, "nvme+tcp://HOST:PORT/SUBNQN")->required();
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
  minimize.add_option("url", arguments.after, "nvme+tcp://HOST:PORT/SUBNQN")->required();
  AddBench(minimize, arguments);
  AddOnDown(minimize, arguments);
  minimize.add_option("--runs", arguments.runs, "tries at most");
  minimize.add_option("--output", arguments.to, "the file for what is left (exchange.min.json)");
}

int Main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Puts NVMe/TCP controllers and hosts on trial.");
  app.require_subcommand(0, 1);
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
  host->add_option("selectors", arguments.words, "case ids, rules or globs");
  CLI::App* list = app.add_subcommand("list", "list cases");
  list->add_option("selectors", arguments.words, "case ids, rules or globs");
  AddSelection(*list, arguments);
  CLI::App* selftest =
      app.add_subcommand("selftest", "show that every case can fail: try it on wrong peers");
  selftest->add_option("selectors", arguments.words, "case ids, rules or globs");
  AddSelection(*selftest, arguments);
  selftest->add_option("--matrix", arguments.matrix,
                       "write case, role, peer, verdict and message of each try, as TSV");
  selftest->add_flag("--full", arguments.full, "try every case on every wrong peer");
  CLI::App* explain = app.add_subcommand("explain", "say what a case demands, and why");
  explain->add_option("id", arguments.id, "case id, rule or glob")->required();
  CLI::App* probe = app.add_subcommand("probe", "what a controller claims");
  probe->add_option("url", arguments.after, "nvme+tcp://HOST:PORT/SUBNQN")->required();
  AddBench(*probe, arguments);
  CLI::App* replay = app.add_subcommand("replay", "say again what was said in an exchange");
  replay->add_option("exchange", arguments.id, "exchange.json of some evidence")->required();
  replay->add_option("url", arguments.after, "nvme+tcp://HOST:PORT/SUBNQN")->required();
  AddBench(*replay, arguments);
  CLI::App* fuzz = app.add_subcommand("fuzz", "spoil sessions until the device minds");
  AddFuzz(*fuzz, arguments);
  CLI::App* minimize = app.add_subcommand("minimize", "make a finding of fuzz smaller");
  AddMinimize(*minimize, arguments);
  CLI::App* report = app.add_subcommand("report", "render a JSON report for people");
  report->add_option("report", arguments.json, "JSON report")->required();
  report->add_option("--html", arguments.html, "write one page that needs nothing else");
  report->add_option("--markdown", arguments.markdown, "write a table of what did not pass");
  CLI::App* diff = app.add_subcommand("diff", "how one run differs from another");
  diff->add_option("before", arguments.id, "JSON report")->required();
  diff->add_option("after", arguments.after, "JSON report")->required();
  CLI::App* rules = app.add_subcommand("rules", "how the catalogue is covered");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitExpected : kExitUsage;
  }
  if (*list) return ListCommand(SelectionOf(arguments, arguments.words), AllCases(), std::cout);
  if (*selftest) return Selftest(arguments);
  if (*explain) return ExplainCommand(arguments.id, AllCases(), std::cout);
  if (*probe) {
    return WithUrl(arguments.after, arguments,
                   [&](Bench& bench) { return ProbeCommand(bench, std::cout); });
  }
  if (*replay) {
    return WithUrl(arguments.after, arguments,
                   [&](Bench& bench) { return ReplayCommand(arguments.id, bench, std::cout); });
  }
  if (*fuzz) return RunFuzz(arguments);
  if (*minimize) return RunMinimize(arguments);
  if (*report) {
    return ReportCommand(arguments.json, arguments.html, arguments.markdown, std::cout);
  }
  if (*diff) return DiffCommand(arguments.id, arguments.after, std::cout);
  if (*host) return RunTriggered(arguments);
  if (*rules) return RulesCommand(AllCases(), std::cout);
  const bool url =
      !arguments.words.empty() && arguments.words.front().find("://") != std::string::npos;
  return url ? RunUrl(arguments) : RunBuiltin(arguments);
}

}  // namespace
}  // namespace nvmf::conformance

int main(int argc, char** argv) {
  try {
    return nvmf::conformance::Main(argc, argv);
  } catch (const std::exception& defect) {
    std::cerr << "defect: " << defect.what() << '\n';
    return nvmf::conformance::kExitOurDefect;
  }
}
