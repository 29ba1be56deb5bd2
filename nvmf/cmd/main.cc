// nvmf: an NVMe/TCP target and host on the command line.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>

#include "nvmf/cmd/perf.h"
#include "nvmf/cmd/serve.h"
#include "nvmf/cmd/show.h"
#include "nvmf/cmd/transfer.h"

namespace nvmf::cmd {
namespace {

constexpr int kUsage = 2;

struct Tool {
  HostOptions host{};
  ShowOptions show{};
  TransferOptions transfer{};
  PerfOptions perf{};
  ServeOptions serve{};
  std::function<Outcome<>()> run{};
};

void AddHostOptions(CLI::App& app, HostOptions& options) {
  app.add_option("URL", options.url, "nvme+tcp://HOST:PORT/SUBNQN")->required();
  app.add_flag("--header-digest", options.header_digest, "ask for header digests");
  app.add_flag("--data-digest", options.data_digest, "ask for data digests");
  app.add_option("--hostnqn", options.hostnqn, "who we are (/etc/nvme/hostnqn, or random)");
  app.add_option("--timeout-ms", options.timeout_ms, "for connecting, and for each command")
      ->check(CLI::Range(1u, 86'400'000u));
  app.add_option("--kato-ms", options.kato_ms, "Keep Alive timeout; 0 asks for none");
}

void AddQueueOptions(CLI::App& app, HostOptions& options) {
  app.add_option("--queue-entries", options.queue_entries, "entries of the I/O queue (up to 128)")
      ->check(CLI::Range(2, 65535));
  app.add_option("-q,--depth", options.depth, "commands outstanding")->check(CLI::Range(1, 65534));
}

CLI::App* AddShow(CLI::App& app, Tool& tool, const char* name, const char* what,
                  Outcome<> (*run)(const HostOptions&, const ShowOptions&)) {
  CLI::App* command = app.add_subcommand(name, what);
  AddHostOptions(*command, tool.host);
  command->add_flag("--json", tool.show.json, "as JSON");
  command->callback([&tool, run] { tool.run = [&, run] { return run(tool.host, tool.show); }; });
  return command;
}

CLI::App* AddTransfer(CLI::App& app, Tool& tool, const char* name, const char* what,
                      Outcome<> (*run)(const HostOptions&, const TransferOptions&)) {
  CLI::App* command = app.add_subcommand(name, what);
  AddHostOptions(*command, tool.host);
  AddQueueOptions(*command, tool.host);
  command->add_option("--nsid", tool.transfer.nsid, "namespace");
  command->add_option("--offset", tool.transfer.offset, "bytes into the namespace");
  command->add_option("--file", tool.transfer.file, "file, or - for standard input or output")
      ->required();
  command->callback(
      [&tool, run] { tool.run = [&, run] { return run(tool.host, tool.transfer); }; });
  return command;
}

void AddPerf(CLI::App& app, Tool& tool) {
  PerfOptions& options = tool.perf;
  CLI::App& perf = *app.add_subcommand("perf", "measure a namespace end to end");
  AddHostOptions(perf, tool.host);
  AddQueueOptions(perf, tool.host);
  perf.add_flag_callback(
      "--digests", [&tool] { tool.host.header_digest = tool.host.data_digest = true; },
      "ask for both digests");
  perf.add_option("--nsid", options.nsid, "namespace");
  perf.add_option("-o,--io-size", options.io_bytes, "bytes of a command, as 4096 or 4k")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::Range(1u, 1u << 28));
  perf.add_option("-w,--rw", options.workload, "workload")
      ->check(CLI::IsMember({"read", "write", "rw", "randread", "randwrite", "randrw"}));
  perf.add_option("-M,--read-percent", options.read_percent, "reads of rw and randrw")
      ->check(CLI::Range(0u, 100u));
  perf.add_option("-P,--queues", options.queues, "queue pairs, each on a thread of its own")
      ->check(CLI::Range(1, 1024));
  perf.add_option("-t,--time", options.seconds, "seconds")->check(CLI::Range(0.001, 1e6));
  perf.add_option("--warm-up", options.warm_up, "seconds before that")->check(CLI::Range(0.0, 1e6));
  perf.add_option("--rate", options.rate, "commands per second over all queues; 0: no limit")
      ->check(CLI::Range(0.0, 1e9));
  perf.add_option("--seed", options.seed, "of the random places");
  perf.add_flag("--allow-writes", options.allow_writes, "the namespace may be overwritten");
  perf.add_flag("--json", options.json, "as JSON");
  perf.callback([&tool] { tool.run = [&] { return RunPerf(tool.host, tool.perf); }; });
}

ServedSubsystem& LastSubsystem(ServeOptions& options) {
  if (options.subsystems.empty()) {
    throw CLI::ValidationError("--subsystem", "stands before its namespaces and hosts");
  }
  return options.subsystems.back();
}

// Namespaces and hosts belong to the subsystem named before them, in the order given.
void AddSubsystemOptions(CLI::App& serve, ServeOptions& options) {
  using Kind = ServedNamespace::Kind;
  const auto in_order = [&](const char* name, const char* what, const char* type, auto&& take) {
    serve.add_option_function<std::string>(name, take, what)->trigger_on_parse()->type_name(type);
  };
  const auto add_mib = [&options](Kind kind, const char* name) {
    return [&options, kind, name](const std::string& text) {
      std::uint64_t mib = 0;
      if (!CLI::detail::lexical_cast(text, mib) || mib == 0 || mib > (std::uint64_t{1} << 40)) {
        throw CLI::ValidationError(name, "not a number of MiB: " + text);
      }
      LastSubsystem(options).namespaces.push_back({.kind = kind, .bytes = mib << 20});
    };
  };
  in_order("--subsystem", "a subsystem (repeatable)", "NQN",
           [&options](const std::string& nqn) { options.subsystems.push_back({.nqn = nqn}); });
  in_order("--ram", "a namespace in memory (repeatable)", "MIB", add_mib(Kind::kRam, "--ram"));
  in_order("--null", "one that keeps nothing (repeatable)", "MIB", add_mib(Kind::kNull, "--null"));
  in_order("--file", "one in a file or on a device (repeatable)", "PATH",
           [&options](const std::string& path) {
             LastSubsystem(options).namespaces.push_back({.kind = Kind::kFile, .path = path});
           });
  in_order("--host", "a host that may connect; without any, all may (repeatable)", "NQN",
           [&options](const std::string& nqn) { LastSubsystem(options).hosts.push_back(nqn); });
}

void AddLimitOptions(CLI::App& serve, target::TargetOptions& target) {
  serve.add_option("--max-connections", target.max_connections, "past them one is closed at once")
      ->check(CLI::Range(1u, 1u << 20));
  serve
      .add_option("--max-handshakes", target.max_handshakes,
                  "not yet connected; past them the oldest makes room")
      ->check(CLI::Range(1u, 1u << 20));
  serve.add_option("--max-controllers", target.max_controllers, "associations at a time")
      ->check(CLI::Range(1u, 65519u));
  serve
      .add_option("--write-buffer", target.write_buffer_bytes,
                  "bytes of memory for writes, per I/O queue; at least --mdts")
      ->check(CLI::Range(8192u, 1u << 30));
  const auto add_wait = [&serve](const char* name, std::chrono::milliseconds& wait,
                                 const char* what) {
    serve
        .add_option_function<std::uint32_t>(
            name, [&wait](std::uint32_t ms) { wait = std::chrono::milliseconds(ms); }, what)
        ->check(CLI::Range(1u, 86'400'000u));
  };
  add_wait("--handshake-timeout-ms", target.handshake_timeout, "for ICReq and Connect");
  add_wait("--stall-timeout-ms", target.stall_timeout, "for a host that takes no answers");
  add_wait("--idle-timeout-ms", target.idle_timeout,
           "for a host with no Keep Alive and no command");
}

// What is taken over brings its own options along.
void CheckServe(const CLI::App& serve, const ServeOptions& options) {
  if (options.takeover.empty() && options.listen.empty()) throw CLI::RequiredError("--listen");
  for (const CLI::Option* option : serve.get_options()) {
    const std::string name = option->get_name();
    const bool fits = name == "--takeover" || name == "--quiet" || name == "--metrics";
    if (!options.takeover.empty() && option->count() != 0 && !fits) {
      throw CLI::ExcludesError(name, "--takeover");
    }
  }
}

void AddServe(CLI::App& app, Tool& tool) {
  ServeOptions& options = tool.serve;
  target::TargetOptions& target = options.target;
  CLI::App& serve = *app.add_subcommand("serve", "serve namespaces until SIGTERM or SIGINT");
  serve.add_option("--listen", options.listen, "ADDR:PORT, [V6]:PORT; port 0: any (repeatable)");
  serve.add_option("--control", options.control, "socket at which a successor may take over");
  serve.add_option("--takeover", options.takeover,
                   "take over from the process at that socket, all its options, and serve on");
  AddSubsystemOptions(serve, options);
  serve.add_option("--referral", options.referrals, "another discovery service (repeatable)");
  serve.add_option("--port-file", options.port_file, "where to write the first port");
  serve.add_option("--metrics", options.metrics, "ADDR:PORT that serves Prometheus text");
  serve.add_option("--serial", options.serial, "serial number");
  serve.add_option("--model", options.model, "model number");
  serve.add_option("--block", options.block_bytes, "block size of the namespaces");
  serve.add_flag("--read-only", options.read_only, "write-protect the namespaces");
  serve.add_flag("!--no-direct", options.direct, "files through the page cache");
  serve.add_flag("--quiet", options.quiet, "do not tell of hosts that come and go");
  serve.add_flag("!--no-header-digest", target.header_digest, "decline header digests");
  serve.add_flag("!--no-data-digest", target.data_digest, "decline data digests");
  serve.add_flag("!--no-success-flag", target.success_flag, "always send completions");
  serve.add_flag("!--allow-no-keep-alive", target.keep_alive_required, "accept KATO 0");
  serve.add_flag("--end-on-io-loss", target.io_loss_ends_association,
                 "end an association when it loses an I/O connection");
  serve.add_option("--in-capsule", target.in_capsule_bytes, "bytes of data in an I/O capsule")
      ->check(CLI::Range(0u, 1u << 20));
  serve.add_option("--mdts", target.mdts_bytes, "bytes of data of a command, a power of two")
      ->check(CLI::Range(8192u, 1u << 26));
  serve.add_option("--maxh2cdata", target.maxh2cdata, "bytes of data of an H2CData PDU")
      ->check(CLI::Range(4096u, 1u << 26));
  serve.add_option("--max-c2hdata", target.max_c2h_data, "bytes of data of a C2HData PDU")
      ->check(CLI::Range(4u, 1u << 26));
  serve.add_option("--r2tl", target.max_r2tl, "bytes of data that an R2T asks for")
      ->check(CLI::Range(4u, 0xFFFFFFFCu));
  serve.add_option("--max-r2t", target.max_r2t, "R2Ts outstanding per command")
      ->check(CLI::Range(1, 4));
  serve.add_option("--cpda", target.cpda, "alignment of data to us, as in ICResp")
      ->check(CLI::Range(0, 31));
  serve.add_option("--queues", target.io_queues, "I/O queues per controller")
      ->check(CLI::Range(1, 65534));
  serve
      .add_option("--static-controllers", target.static_controllers,
                  "controllers that hosts choose from, instead of one made for each host")
      ->check(CLI::Range(0, 0x8000));
  serve.add_option("--queue-entries", target.io_entries, "largest I/O queue")
      ->check(CLI::Range(2, 16383));
  AddLimitOptions(serve, target);
  serve.callback([&tool, &serve] {
    CheckServe(serve, tool.serve);
    tool.run = [&] { return RunServe(tool.serve); };
  });
}

int Main(int argc, char** argv) {
  CLI::App app("NVMe/TCP target and host", "nvmf");
  app.require_subcommand(1);
  Tool tool;
  AddServe(app, tool);
  AddShow(app, tool, "discover", "show a discovery log; without SUBNQN the well-known one",
          RunDiscover);
  AddShow(app, tool, "identify", "show a controller and its namespaces", RunIdentify)
      ->add_option("--nsid", tool.show.nsid, "one namespace only");
  AddTransfer(app, tool, "read", "copy from a namespace to a file", RunRead)
      ->add_option("--length", tool.transfer.length, "bytes")
      ->required();
  AddTransfer(app, tool, "write", "copy from a file to a namespace", RunWrite);
  AddPerf(app, tool);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  const Outcome<> done = tool.run();
  if (done) return 0;
  std::fprintf(stderr, "nvmf: %s\n", done.error().c_str());
  return 1;
}

}  // namespace
}  // namespace nvmf::cmd

int main(int argc, char** argv) {
  try {
    return nvmf::cmd::Main(argc, argv);
  } catch (const std::exception& error) {  // Memory has run out, or an option was declared twice.
    std::fprintf(stderr, "nvmf: %s\n", error.what());
    return 1;
  }
}
