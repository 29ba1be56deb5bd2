// hostile_load: a good host works, and verifies, while thousands of others do their worst.
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "nvmf/cmd/latencies.h"
#include "nvmf/trials/attack.h"
#include "nvmf/trials/busy_host.h"
#include "nvmf/trials/hostile.h"
#include "nvmf/trials/process_stats.h"
#include "nvmf/trials/settle.h"
#include "nvmf/trials/table.h"

namespace nvmf::trials {
namespace {

using cmd::Outcome;
using cmd::Sorry;

constexpr std::uint32_t kBlock = 512;

struct Options {
  std::string nvmf{};
  std::vector<std::string> serve{};  // More options for `nvmf serve`.
  std::size_t silent = 2000;
  std::size_t half = 500;
  std::size_t zero_window = 100;
  unsigned resets = 1000;
  double seconds = 10;        // Of a phase;
  double reset_seconds = 30;  // of those with resets.
  std::size_t depth = 16;
  std::uint32_t bytes = 4096;
  std::uint64_t namespace_mib = 64;
  double ratio = 5;  // Of p99 to the quiet run before; 0: not judged.
  double memory_mib = 16;
  std::size_t idle_queues = 64;
  double idle_seconds = 30;
};

using Attacks = std::vector<std::unique_ptr<Attack>>;

std::string Microseconds(std::chrono::nanoseconds time) {
  return Fixed(static_cast<double>(time.count()) / 1000, 0);
}

class Trial {
 public:
  Trial(const Options& options, ServedTarget target)
      : options_(options), target_(std::move(target)) {}

  Outcome<> Run();

 private:
  Outcome<> Idle();
  Outcome<> Phase(const std::string& name, double seconds, const Attacks& attacks);
  Outcome<> Under(const std::string& name, double seconds, std::function<void(Attacks&)> begin);
  Outcome<> AllAttacks();
  Outcome<> Judge();
  void Watch(ProcessStats& peak);
  bool Newcomer() const;
  Outcome<ProcessStats> Stats() { return ReadProcessStats(target_.pid()); }
  void AddSilent(Attacks& attacks) const;
  void AddHalf(Attacks& attacks) const;
  void AddZeroWindow(Attacks& attacks) const;
  void AddResets(Attacks& attacks) const;

  const Options& options_;
  ServedTarget target_;
  const Table table_{{{"phase", 12},
                      {"s", 3},
                      {"ops", 8},
                      {"errors", 6},
                      {"p50 us", 6},
                      {"p99 us", 6},
                      {"max us", 7},
                      {"ratio", 5},
                      {"RSS MiB", 7},
                      {"fds", 4},
                      {"threads", 7},
                      {"CPU s", 5},
                      {"hostile", 7},
                      {"newcomers", 9},
                      {"slowest ms", 10}}};
  std::optional<BlockLedger> ledger_{};
  std::unique_ptr<BusyHost> good_{};
  std::chrono::nanoseconds quiet_p99_{};
  ProcessStats start_{};
  double worst_ratio_ = 0;
  std::uint64_t errors_ = 0;
};

// The idle cost: associations with queue pairs that are connected and silent.
Outcome<> Trial::Idle() {
  auto host = TrialHost::Connect({.port = target_.port()});
  if (!host) return Sorry(host.error());
  std::vector<HostQPair> queues;
  for (std::size_t qid = 1; qid <= options_.idle_queues; ++qid) {
    auto queue = (*host)->ConnectIo(static_cast<std::uint16_t>(qid), 128);
    if (!queue) return Sorry(queue.error());
    queues.push_back(std::move(*queue));
  }
  const auto before = Stats();
  std::this_thread::sleep_for(std::chrono::duration<double>(options_.idle_seconds));
  const auto after = Stats();
  if (!before || !after) return Sorry("the target is gone");
  std::printf("idle: %zu I/O queue pairs for %.0f s cost %.2f s of processor time; RSS %s MiB\n",
              queues.size(), options_.idle_seconds, after->cpu_seconds - before->cpu_seconds,
              Mib(after->rss).c_str());
  return (*host)->Close();
}

// A host that comes now, does one thing and leaves.
bool Trial::Newcomer() const {
  auto host = TrialHost::Connect({.port = target_.port(), .timeout = std::chrono::seconds(5)});
  return host && (*host)->Close();
}

void Trial::Watch(ProcessStats& peak) {
  const auto now = Stats();
  if (!now) return;
  peak.rss = std::max(peak.rss, now->rss);
  peak.descriptors = std::max(peak.descriptors, now->descriptors);
  peak.threads = std::max(peak.threads, now->threads);
  peak.cpu_seconds = now->cpu_seconds;
}

Outcome<> Trial::Phase(const std::string& name, double seconds, const Attacks& attacks) {
  static_cast<void>(good_->Take());
  const auto before = Stats();
  if (!before) return Sorry(before.error());
  ProcessStats peak = *before;
  unsigned newcomers = 0;
  Latencies welcomed;
  const auto begun = Deadline::Clock::now();
  const Deadline end = Deadline::At(begun + std::chrono::duration_cast<Deadline::Clock::duration>(
                                                std::chrono::duration<double>(seconds)));
  while (!end.passed()) {
    Pause(std::chrono::milliseconds(500), end);
    Watch(peak);
    ++newcomers;
    const auto came = Deadline::Clock::now();
    if (Newcomer()) welcomed.Add(Deadline::Clock::now() - came);
  }
  const IoTally done = good_->Take();
  if (const Result<> alive = good_->host().controller().KeepAlive(); !alive) {
    return Sorry("the good host's admin queue", alive.error());
  }
  const std::chrono::duration<double> took = Deadline::Clock::now() - begun;
  const auto p99 = done.latencies.Percentile(99);
  if (attacks.empty()) quiet_p99_ = p99;
  const double ratio = static_cast<double>(p99.count()) /
                       std::max<double>(1, static_cast<double>(quiet_p99_.count()));
  worst_ratio_ = std::max(worst_ratio_, ratio);
  errors_ += done.failed + done.wrong();
  std::uint64_t made = 0;
  for (const auto& attack : attacks) made += attack->made();
  table_.Row({name, Fixed(took.count(), 0), std::to_string(done.ops()),
              std::to_string(done.failed + done.wrong()),
              Microseconds(done.latencies.Percentile(50)), Microseconds(p99),
              Microseconds(done.latencies.max()), Fixed(ratio, 2), Mib(peak.rss),
              std::to_string(peak.descriptors), std::to_string(peak.threads),
              Fixed(peak.cpu_seconds - before->cpu_seconds, 1), std::to_string(made),
              std::to_string(welcomed.count()) + "/" + std::to_string(newcomers),
              Fixed(std::chrono::duration<double, std::milli>(welcomed.max()).count(), 0)});
  if (done.ops() == 0) return Sorry(name + ": the good host did nothing");
  return {};
}

void Trial::AddSilent(Attacks& attacks) const {
  attacks.push_back(Attack::Crowd(
      options_.silent, [port = target_.port()](std::uint64_t) { return ConnectTo(port); }));
}

void Trial::AddHalf(Attacks& attacks) const {
  const auto port = target_.port();
  const std::size_t let_in = options_.half / 4;
  attacks.push_back(Attack::Intruders(let_in, [port] { return HalfWrite(port); }));
  attacks.push_back(Attack::Crowd(options_.half - let_in, [port](std::uint64_t n) {
    return HalfWay(port, static_cast<Half>(n % 3));
  }));
}

void Trial::AddZeroWindow(Attacks& attacks) const {
  attacks.push_back(Attack::Intruders(
      options_.zero_window, [port = target_.port()] { return ZeroWindow(port, 100, 1 << 20); }));
}

void Trial::AddResets(Attacks& attacks) const {
  attacks.push_back(Attack::Resets(options_.resets, target_.port()));
}

// Under runs one phase with an attack, and a quiet one before it to compare with.
Outcome<> Trial::Under(const std::string& name, double seconds,
                       std::function<void(Attacks&)> begin) {
  if (auto quiet = Phase("quiet", options_.seconds, {}); !quiet) return quiet;
  Attacks attacks;
  begin(attacks);
  if (auto phase = Phase(name, seconds, attacks); !phase) return phase;
  for (const auto& attack : attacks) attack->Stop();
  attacks.clear();
  return Settle(target_, start_);
}

Outcome<> Trial::AllAttacks() {
  using Add = void (Trial::*)(Attacks&) const;
  struct Row {
    const char* name;
    double seconds;
    std::vector<Add> adds;
  };
  const std::vector<Row> rows{
      {"silent", options_.seconds, {&Trial::AddSilent}},
      {"half a PDU", options_.seconds, {&Trial::AddHalf}},
      {"zero window", options_.seconds, {&Trial::AddZeroWindow}},
      {"resets", options_.reset_seconds, {&Trial::AddResets}},
      {"all together",
       options_.reset_seconds,
       {&Trial::AddZeroWindow, &Trial::AddHalf, &Trial::AddSilent, &Trial::AddResets}}};
  for (const Row& row : rows) {
    auto under = Under(row.name, row.seconds, [&](Attacks& attacks) {
      for (const Add add : row.adds) (this->*add)(attacks);
    });
    if (!under) return Sorry(std::string(row.name) + ": " + under.error());
  }
  return Phase("afterwards", options_.seconds, {});
}

Outcome<> Trial::Judge() {
  const auto end = Stats();
  if (!end) return Sorry(end.error());
  const double grown =
      (static_cast<double>(end->rss) - static_cast<double>(start_.rss)) / (1 << 20);
  std::printf("start: RSS %s MiB, %zu descriptors, %zu threads; end: RSS %s MiB, %zu, %zu\n",
              Mib(start_.rss).c_str(), start_.descriptors, start_.threads, Mib(end->rss).c_str(),
              end->descriptors, end->threads);
  std::printf("worst ratio of p99 to quiet: %.2f\n", worst_ratio_);
  if (errors_ != 0) return Sorry(std::to_string(errors_) + " errors at the good host");
  if (options_.ratio != 0 && worst_ratio_ > options_.ratio) return Sorry("p99 suffers too much");
  if (options_.memory_mib != 0 && grown > options_.memory_mib) {
    return Sorry("memory did not come back: " + Fixed(grown, 1) + " MiB more than at the start");
  }
  return {};
}

Outcome<> Trial::Run() {
  if (options_.idle_seconds > 0) {
    if (auto idle = Idle(); !idle) return Sorry("idle: " + idle.error());
  }
  ledger_.emplace(0, options_.namespace_mib * ((1 << 20) / kBlock), kBlock);
  auto good = BusyHost::Connect({.port = target_.port()}, {&*ledger_, 1},
                                {.least_blocks = options_.bytes / kBlock,
                                 .most_blocks = options_.bytes / kBlock,
                                 .depth = options_.depth});
  if (!good) return Sorry(good.error());
  good_ = std::move(*good);
  if (auto written = good_->WriteAll(); !written) return written;
  good_->Run();
  // A first newcomer joins the threads that the idle queues had.
  static_cast<void>(Newcomer());
  const auto start = Stats();
  if (!start) return Sorry(start.error());
  start_ = *start;
  Outcome<> attacked = AllAttacks();
  if (Outcome<> stopped = good_->Stop(); !stopped)
    return Sorry("the good host: " + stopped.error());
  if (!attacked) return attacked;
  if (Outcome<> settled = Settle(target_, start_); !settled) return settled;
  if (Outcome<> back = good_->ReadBack(); !back) return back;
  const IoTally last = good_->Take();
  errors_ += last.wrong() + last.failed;
  std::printf("read back: %llu blocks, %llu wrong\n",
              static_cast<unsigned long long>(last.judged(Verdict::kGood)),
              static_cast<unsigned long long>(last.wrong()));
  if (Outcome<> judged = Judge(); !judged) return judged;
  if (Outcome<> closed = good_->host().Close(); !closed) return closed;
  return target_.Stop();
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("A good host among hostile ones", "hostile_load");
  app.add_option("--nvmf", options.nvmf, "the nvmf tool")->required();
  app.add_option("--serve", options.serve, "one more word for `nvmf serve` (repeatable)")
      ->allow_extra_args(false);
  app.add_option("--silent", options.silent, "connections that never speak");
  app.add_option("--half", options.half, "connections half-way through a PDU");
  app.add_option("--zero-window", options.zero_window, "hosts that read and never receive");
  app.add_option("--resets", options.resets, "connections made and reset per second")
      ->check(CLI::Range(1, 100000));
  app.add_option("--seconds", options.seconds, "of a phase");
  app.add_option("--reset-seconds", options.reset_seconds, "of the phases with resets");
  app.add_option("--depth", options.depth, "commands that the good host has outstanding")
      ->check(CLI::Range(1, 512));
  app.add_option("--bytes", options.bytes, "of each of its commands")
      ->check(CLI::Range(512, 1 << 20));
  app.add_option("--namespace-mib", options.namespace_mib, "size of the namespace");
  app.add_option("--ratio", options.ratio, "largest ratio of p99 to quiet; 0: any");
  app.add_option("--memory-mib", options.memory_mib, "most that may not come back; 0: any");
  app.add_option("--idle-queues", options.idle_queues, "queue pairs of the idle run");
  app.add_option("--idle-seconds", options.idle_seconds, "its length; 0: none");
  CLI11_PARSE(app, argc, argv);

  signal(SIGPIPE, SIG_IGN);
  std::printf("%s; %zu descriptors\n", MachineLine().c_str(), RaiseDescriptorLimit());
  std::vector<std::string> serve{"--subsystem", kTrialNqn, "--ram",
                                 std::to_string(options.namespace_mib)};
  serve.insert(serve.end(), options.serve.begin(), options.serve.end());
  Outcome<ServedTarget> target = ServedTarget::Start(options.nvmf, serve);
  Outcome<> done;
  if (target) {
    done = Trial(options, std::move(*target)).Run();
  } else {
    done = Sorry(target.error());
  }
  std::printf("%s\n", done ? "PASS" : ("FAIL: " + done.error()).c_str());
  return done ? 0 : 1;
}

}  // namespace
}  // namespace nvmf::trials

int main(int argc, char** argv) { return nvmf::trials::Main(argc, argv); }
