// conformance: puts NVMe/TCP controllers and hosts on trial.
//
//   conformance                                          both built-in ends
//   conformance run nvme+tcp://HOST:PORT/SUBNQN 'TCP-IC-*' --allow-disruptive
//   conformance host --listen 192.0.2.1:4420 --trigger 'ssh lab nvme connect ...' 'TCP-R2TH-*'
//   conformance probe URL | replay exchange.json URL
//   conformance fuzz URL --allow-disruptive | minimize finding.json URL --allow-disruptive
//   conformance selftest                                 every case condemns some wrong peer
//   conformance list | explain ID | rules | diff A.json B.json | report A.json --html A.html
#include <expected>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/arguments.h"
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
                        .name = arguments.name,
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
    if (text == "all") {
      bench.grant.everything = true;
      continue;
    }
    const auto grant = ParseBlockGrant(text);
    if (!grant) {
      return std::unexpected("--allow-destructive wants NSID[:first-last] or all, not " + text);
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
    const Devices devices{.controllers = {&bench, 1},
                          .name = arguments.name,
                          .limits = bench.limits,
                          .whole_run = Seconds(arguments.run_s)};
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
  const Devices devices{.host = host->get(),
                        .name = arguments.name,
                        .limits = LimitsOf(arguments),
                        .whole_run = Seconds(arguments.run_s)};
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

int Run(const Arguments& arguments) {
  const bool url =
      !arguments.words.empty() && arguments.words.front().find("://") != std::string::npos;
  return url ? RunUrl(arguments) : RunBuiltin(arguments);
}

int Probe(const Arguments& arguments) {
  return WithUrl(arguments.after, arguments,
                 [](Bench& bench) { return ProbeCommand(bench, std::cout); });
}

int RunReplay(const Arguments& arguments) {
  return WithUrl(arguments.after, arguments,
                 [&](Bench& bench) { return ReplayCommand(arguments.id, bench, std::cout); });
}

int List(const Arguments& arguments) {
  return ListCommand(SelectionOf(arguments, arguments.words), AllCases(), std::cout);
}

int Explain(const Arguments& arguments) {
  return ExplainCommand(arguments.id, AllCases(), std::cout);
}

int Render(const Arguments& arguments) {
  return ReportCommand(arguments.json, arguments.html, arguments.markdown, std::cout);
}

int Compare(const Arguments& arguments) {
  return DiffCommand(arguments.id, arguments.after, std::cout);
}

int Rules(const Arguments&) { return RulesCommand(AllCases(), std::cout); }

constexpr std::pair<std::string_view, int (*)(const Arguments&)> kCommands[] = {
    {"run", Run},         {"host", RunTriggered},    {"probe", Probe},       {"replay", RunReplay},
    {"fuzz", RunFuzz},    {"minimize", RunMinimize}, {"selftest", Selftest}, {"list", List},
    {"explain", Explain}, {"rules", Rules},          {"report", Render},     {"diff", Compare},
};

int Main(int argc, char** argv) {
  Arguments arguments;
  if (const auto status = ParseArguments(argc, argv, arguments)) return *status;
  for (const auto& [name, command] : kCommands) {
    if (name == arguments.command) return command(arguments);
  }
  return kExitOurDefect;
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
