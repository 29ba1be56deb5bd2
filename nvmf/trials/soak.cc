// soak: all that hosts do, for a long time, while the target's memory, descriptors and threads are
// watched.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <list>
#include <string>
#include <vector>

#include "nvmf/trials/process_stats.h"
#include "nvmf/trials/settle.h"
#include "nvmf/trials/soak_actors.h"
#include "nvmf/trials/soak_target.h"
#include "nvmf/trials/table.h"

namespace nvmf::trials {
namespace {

using cmd::Outcome;
using cmd::Sorry;

constexpr std::uint64_t kRegions = 10;  // Two for each of those who verify.

struct Options {
  double minutes = 60;
  double row_seconds = 60;
  double memory_mib = 16;
  bool serve = false;
};

// Mean returns that of values [from, to).
double Mean(const std::vector<double>& values, std::size_t from, std::size_t to) {
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) sum += values[i];
  return to > from ? sum / static_cast<double>(to - from) : 0;
}

class Trial {
 public:
  Trial(const Options& options, ServedTarget target)
      : options_(options), target_(std::move(target)) {}

  Outcome<> Run();

 private:
  Outcome<> Begin();
  void Add(std::string name, Actor::Turn turn);
  Outcome<> Watch();
  Outcome<> Sample();
  void Row(double seconds);
  Outcome<> End();
  Outcome<> Judge() const;
  std::uint64_t Sum(std::uint64_t (Actor::*count)() const) const;

  const Options& options_;
  ServedTarget target_;
  ProcessStats start_{};
  ProcessStats now_{};
  std::list<std::unique_ptr<Steady>> steady_{};
  std::list<Visitor> visitors_{};
  std::optional<UseGuests> guests_{};
  std::optional<Idler> idler_{};
  std::list<Actor> actors_{};
  std::vector<double> rss_mib_{};  // Once a second.
  const Table table_{{{"minute", 8},
                      {"ops", 12},
                      {"turns", 9},
                      {"errors", 6},
                      {"RSS MiB", 8},
                      {"fds", 5},
                      {"threads", 7},
                      {"CPU s", 8}}};
};

Outcome<> Trial::Begin() {
  const auto port = target_.port();
  const auto start = ReadProcessStats(target_.pid());
  if (!start) return Sorry(start.error());
  start_ = *start;
  // From single blocks in capsules to a whole MDTS by several H2CData; with digests as well.
  const std::vector<std::pair<TrialHostOptions, std::uint32_t>> hosts{
      {{.port = port}, 1 << 20},
      {{.port = port, .header_digest = true, .data_digest = true}, 256 * 1024},
      {{.port = port, .header_digest = true}, 8192}};
  std::uint64_t region = 0;
  for (const auto& [host, most] : hosts) {
    auto steady = Steady::Begin(host, region, most);
    if (!steady) return Sorry("a steady host: " + steady.error());
    steady_.push_back(std::move(*steady));
    region += 2;
  }
  for (const auto& steady : steady_) {
    Add("steady", [&host = *steady](Actor& self) { return host.Turn(self); });
  }
  for (; region != kRegions; region += 2) {
    Visitor& visitor = visitors_.emplace_back(port, region);
    Add("visitor", [&visitor](Actor& self) { return visitor.Turn(self); });
  }
  guests_.emplace(port);
  idler_.emplace(port);
  Add("guests", [this](Actor& self) { return guests_->Turn(self); });
  Add("idler", [this](Actor& self) { return idler_->Turn(self); });
  Add("discovery", [port](Actor& self) { return ReadDiscovery(self, port); });
  return {};
}

void Trial::Add(std::string name, Actor::Turn turn) {
  actors_.emplace_back(std::move(name), std::move(turn));
}

std::uint64_t Trial::Sum(std::uint64_t (Actor::*count)() const) const {
  std::uint64_t sum = 0;
  for (const Actor& actor : actors_) sum += (actor.*count)();
  return sum;
}

Outcome<> Trial::Sample() {
  const auto now = ReadProcessStats(target_.pid());
  if (!now) return Sorry("the target is gone: " + now.error());
  now_ = *now;
  rss_mib_.push_back(static_cast<double>(now->rss) / (1 << 20));
  return {};
}

void Trial::Row(double seconds) {
  table_.Row({Fixed(seconds / 60, 1), std::to_string(Sum(&Actor::ops)),
              std::to_string(Sum(&Actor::turns)), std::to_string(Sum(&Actor::errors)),
              Mib(now_.rss), std::to_string(now_.descriptors), std::to_string(now_.threads),
              Fixed(now_.cpu_seconds, 0)});
}

Outcome<> Trial::Watch() {
  using Seconds = std::chrono::duration<double>;
  const auto begun = Deadline::Clock::now();
  const Deadline end = Deadline::At(begun + std::chrono::duration_cast<Deadline::Clock::duration>(
                                                Seconds(options_.minutes * 60)));
  double next_row = options_.row_seconds;
  while (!end.passed()) {
    Pause(std::chrono::seconds(1), end);
    if (Outcome<> sampled = Sample(); !sampled) return sampled;
    const double seconds = Seconds(Deadline::Clock::now() - begun).count();
    if (seconds < next_row && !end.passed()) continue;
    Row(seconds);
    next_row += options_.row_seconds;
  }
  return {};
}

// End lets everybody finish, reads back what was written, and waits until nobody is left.
Outcome<> Trial::End() {
  for (Actor& actor : actors_) actor.Stop();
  for (const auto& steady : steady_) {
    if (Outcome<> ended = steady->End(); !ended) return Sorry("a steady host: " + ended.error());
  }
  steady_.clear();
  guests_.reset();
  idler_.reset();
  return Settle(target_, start_);
}

Outcome<> Trial::Judge() const {
  for (const Actor& actor : actors_) {
    std::printf("%-10s %12llu ops %8llu turns %llu errors %s\n", actor.name().c_str(),
                static_cast<unsigned long long>(actor.ops()),
                static_cast<unsigned long long>(actor.turns()),
                static_cast<unsigned long long>(actor.errors()), actor.first_error().c_str());
  }
  const std::size_t tenth = rss_mib_.size() / 10;
  const double early = Mean(rss_mib_, tenth, 2 * tenth);
  const double late = Mean(rss_mib_, rss_mib_.size() - tenth, rss_mib_.size());
  std::printf("RSS: %.1f MiB in the second tenth, %.1f MiB in the last\n", early, late);
  for (const Actor& actor : actors_) {
    if (actor.ops() == 0) return Sorry(actor.name() + " did nothing");
    if (actor.errors() != 0) return Sorry(actor.name() + ": " + actor.first_error());
  }
  if (options_.memory_mib != 0 && late - early > options_.memory_mib) return Sorry("memory grows");
  return {};
}

Outcome<> Trial::Run() {
  if (Outcome<> begun = Begin(); !begun) return begun;
  if (Outcome<> watched = Watch(); !watched) return watched;
  const Outcome<> ended = End();
  const Outcome<> judged = Judge();
  if (!ended) return ended;
  if (!judged) return judged;
  return target_.Stop();
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("A mixed load for a long time", "soak");
  app.add_option("--minutes", options.minutes, "how long");
  app.add_option("--row-seconds", options.row_seconds, "from one row to the next");
  app.add_option("--memory-mib", options.memory_mib, "most that memory may grow; 0: any");
  app.add_flag("--serve", options.serve, "be the target");
  CLI11_PARSE(app, argc, argv);
  if (options.serve) return ServeSoakTarget(kRegions * kRegionBytes);

  std::printf("%s\n", MachineLine().c_str());
  Outcome<> done;
  if (auto process = ChildProcess::Start({"/proc/self/exe", "--serve"}); !process) {
    done = Sorry(process.error());
  } else if (auto target = ServedTarget::Watch(std::move(*process)); !target) {
    done = Sorry(target.error());
  } else {
    done = Trial(options, std::move(*target)).Run();
  }
  std::printf("%s\n", done ? "PASS" : ("FAIL: " + done.error()).c_str());
  return done ? 0 : 1;
}

}  // namespace
}  // namespace nvmf::trials

int main(int argc, char** argv) { return nvmf::trials::Main(argc, argv); }
