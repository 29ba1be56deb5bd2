// takeover_trial: processes replace each other as the owner of a target while a host works and
// verifies.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "nvmf/trials/busy_host.h"
#include "nvmf/trials/process_stats.h"
#include "nvmf/trials/served_target.h"
#include "nvmf/trials/table.h"

namespace nvmf::trials {
namespace {

using cmd::Outcome;
using cmd::Sorry;
using std::chrono::seconds;

constexpr std::uint32_t kBlock = 512;

struct Options {
  std::string nvmf{};
  unsigned takeovers = 20;
  double seconds = 60;
  std::size_t queues = 4;
  std::size_t depth = 32;
  std::uint32_t least_bytes = 4096;
  std::uint32_t most_bytes = 32768;  // More than a capsule holds, so that R2Ts are seen.
  std::uint64_t namespace_mib = 64;
  bool digests = true;
};

// ControlPath is a place for a socket; its path has to be short.
class ControlPath {
 public:
  ControlPath() : made_(mkdtemp(folder_.data()) != nullptr) {}
  ~ControlPath() {
    unlink(path().c_str());
    rmdir(folder_.c_str());
  }
  bool made() const { return made_; }
  std::string path() const { return folder_ + "/control"; }

 private:
  std::string folder_ = "/tmp/takeover.XXXXXX";
  const bool made_;
};

Deadline Soon() { return Deadline::After(seconds(60)); }

std::string Milliseconds(std::chrono::nanoseconds time) {
  return Fixed(static_cast<double>(time.count()) / 1e6, 1);
}

class Trial {
 public:
  Trial(const Options& options, const std::string& control, ServedTarget first)
      : options_(options), control_(control) {
    port_ = first.port();
    owner_.emplace(std::move(first.process()));
  }

  Outcome<> Run();

 private:
  Outcome<> Begin();
  Outcome<std::string> TakeOver();
  Outcome<> Round(unsigned number);
  Outcome<> End();
  void Count(const IoTally& tally);

  const Options& options_;
  const std::string control_;
  std::uint16_t port_ = 0;
  std::optional<ChildProcess> owner_{};
  std::vector<BlockLedger> ledgers_{};
  std::unique_ptr<BusyHost> host_{};
  std::uint64_t ops_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t wrong_ = 0;
  std::chrono::nanoseconds longest_{};
};

void Trial::Count(const IoTally& tally) {
  ops_ += tally.ops();
  failed_ += tally.failed;
  wrong_ += tally.wrong();
}

Outcome<> Trial::Begin() {
  const std::uint64_t blocks = (options_.namespace_mib << 20) / kBlock / options_.queues;
  for (std::size_t i = 0; i < options_.queues; ++i) {
    ledgers_.emplace_back(i * blocks, blocks, kBlock);
  }
  auto host = BusyHost::Connect(
      {.port = port_, .header_digest = options_.digests, .data_digest = options_.digests}, ledgers_,
      {.least_blocks = options_.least_bytes / kBlock,
       .most_blocks = options_.most_bytes / kBlock,
       .depth = options_.depth,
       .flush_every = 1000});
  if (!host) return Sorry(host.error());
  host_ = std::move(*host);
  return host_->WriteAll();
}

// TakeOver has a new process take over, sees the old one off, and returns what that said last.
Outcome<std::string> Trial::TakeOver() {
  auto successor = ChildProcess::Start({options_.nvmf, "serve", "--quiet", "--takeover", control_});
  if (!successor) return Sorry(successor.error());
  const auto took = successor->ReadLine(Soon());
  if (!took) return Sorry("the successor: " + took.error());
  const auto gave = owner_->ReadLine(Soon());
  if (!gave) return Sorry("the owner: " + gave.error());
  const auto status = owner_->Wait(Soon());
  if (!status) return Sorry("the owner: " + status.error());
  if (*status != 0) return Sorry("the owner ended with wait status " + std::to_string(*status));
  owner_.emplace(std::move(*successor));
  if (!took->starts_with("took over ") || !gave->starts_with("gave ")) {
    return Sorry("said: " + *took + "; " + *gave);
  }
  return *gave;
}

Outcome<> Trial::Round(unsigned number) {
  static const Table table({{"takeover", 8},
                            {"ops", 8},
                            {"failed", 6},
                            {"wrong", 5},
                            {"max ms between", 14},
                            {"max ms across", 13},
                            {"the owner says", 40}});
  Pause(std::chrono::duration_cast<Deadline::Clock::duration>(
            std::chrono::duration<double>(options_.seconds / options_.takeovers)),
        Deadline::Never());
  const IoTally between = host_->Take();
  const auto gave = TakeOver();
  if (!gave) return Sorry(gave.error());
  if (const Result<> alive = host_->host().controller().KeepAlive(); !alive) {
    return Sorry("Keep Alive", alive.error());
  }
  Pause(std::chrono::milliseconds(200), Deadline::Never());  // What was held has come by then.
  const IoTally across = host_->Take();
  Count(between);
  Count(across);
  longest_ = std::max(longest_, across.latencies.max());
  table.Row({std::to_string(number), std::to_string(between.ops() + across.ops()),
             std::to_string(between.failed + across.failed),
             std::to_string(between.wrong() + across.wrong()),
             Milliseconds(between.latencies.max()), Milliseconds(across.latencies.max()), *gave});
  return across.ops() != 0 ? Outcome<>() : Sorry("nothing completed any more");
}

Outcome<> Trial::End() {
  if (Outcome<> stopped = host_->Stop(); !stopped) return stopped;
  Count(host_->Take());
  if (Outcome<> back = host_->ReadBack(); !back) return back;
  const IoTally back = host_->Take();
  Count(back);
  std::printf("read back: %llu blocks good\n",
              static_cast<unsigned long long>(back.judged(Verdict::kGood)));
  if (Outcome<> closed = host_->host().Close(); !closed) return closed;
  owner_->Signal(SIGTERM);
  const auto status = owner_->Wait(Soon());
  if (!status) return Sorry(status.error());
  if (*status != 0) return Sorry("the last owner ended with " + std::to_string(*status));
  std::printf(
      "%u takeovers, %llu commands, %llu failed, %llu blocks wrong, longest command %s ms\n",
      options_.takeovers, static_cast<unsigned long long>(ops_),
      static_cast<unsigned long long>(failed_), static_cast<unsigned long long>(wrong_),
      Milliseconds(longest_).c_str());
  if (failed_ != 0 || wrong_ != 0) return Sorry("commands failed, or data were wrong");
  return {};
}

// A command that was lost times out; one that was done twice leaves old data, or ends its queue by
// a second completion.
Outcome<> Trial::Run() {
  if (Outcome<> begun = Begin(); !begun) return begun;
  host_->Run();
  for (unsigned i = 1; i <= options_.takeovers; ++i) {
    if (Outcome<> round = Round(i); !round) {
      const Outcome<> stopped = host_->Stop();
      return Sorry(round.error() + (stopped ? "" : "; " + stopped.error()));
    }
  }
  return End();
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("A target changes its process under load", "takeover_trial");
  app.add_option("--nvmf", options.nvmf, "the nvmf tool")->required();
  app.add_option("--takeovers", options.takeovers, "how many")->check(CLI::Range(1, 100000));
  app.add_option("--seconds", options.seconds, "over which they are spread");
  app.add_option("--queues", options.queues, "I/O queue pairs")->check(CLI::Range(1, 64));
  app.add_option("--depth", options.depth, "commands outstanding on each")
      ->check(CLI::Range(1, 512));
  app.add_option("--least-bytes", options.least_bytes, "of a command")
      ->check(CLI::Range(512, 1 << 20));
  app.add_option("--most-bytes", options.most_bytes, "of a command")
      ->check(CLI::Range(512, 1 << 20));
  app.add_option("--namespace-mib", options.namespace_mib, "size of the namespace");
  app.add_flag("!--no-digests", options.digests, "without header and data digests");
  CLI11_PARSE(app, argc, argv);

  signal(SIGPIPE, SIG_IGN);
  std::printf("%s\n", MachineLine().c_str());
  const ControlPath control;
  Outcome<> done = Sorry("no folder for the control socket");
  if (control.made()) {
    auto target = ServedTarget::Start(
        options.nvmf, {"--quiet", "--control", control.path(), "--subsystem", kTrialNqn, "--ram",
                       std::to_string(options.namespace_mib)});
    done = target ? Trial(options, control.path(), std::move(*target)).Run()
                  : Outcome<>(Sorry(target.error()));
  }
  std::printf("%s\n", done ? "PASS" : ("FAIL: " + done.error()).c_str());
  return done ? 0 : 1;
}

}  // namespace
}  // namespace nvmf::trials

int main(int argc, char** argv) { return nvmf::trials::Main(argc, argv); }
