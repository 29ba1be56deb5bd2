#include "nvmf/cmd/perf.h"

#include <sys/resource.h>

#include <condition_variable>
#include <cstdio>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "nvmf/cmd/perf_load.h"
#include "nvmf/cmd/perf_report.h"
#include "nvmf/nvme/nvm.h"

namespace nvmf::cmd {
namespace {

using Clock = Deadline::Clock;
constexpr std::chrono::seconds kBetweenKeepAlives{1};  // How often it is looked whether one is due.

struct Workload {
  bool random;
  std::uint32_t read_percent;
};

std::optional<Workload> ParseWorkload(const PerfOptions& options) {
  std::string_view name = options.workload;
  const bool random = name.starts_with("rand");
  if (random) name.remove_prefix(4);
  if (name == "read") return Workload{random, 100};
  if (name == "write") return Workload{random, 0};
  if (name == "rw") return Workload{random, options.read_percent};
  return {};
}

Clock::duration Seconds(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Outcome<> CheckNamespace(Host& host, const IdentifyNamespace& ns, const PerfOptions& options) {
  const std::string nsid = "namespace " + std::to_string(options.nsid);
  if (!ns.active()) return Sorry(nsid + " is not active");
  const std::uint32_t block = ns.block_bytes();
  if (block == 0) return Sorry(nsid + " has a format that makes no sense");
  if (ns.metadata_bytes() != 0) return Sorry(nsid + " has metadata, which is not supported");
  if (options.io_bytes % block != 0 || options.io_bytes / block > kMaxBlocks) {
    return Sorry("--io-size: " + nsid + " has blocks of " + std::to_string(block) +
                 " bytes, and a command at most 65536 of them");
  }
  const std::uint64_t mdts = host.id().mdts_bytes(host.controller().cap().mpsmin_bytes());
  if (mdts != 0 && options.io_bytes > mdts) {
    return Sorry("--io-size: the controller takes at most " + std::to_string(mdts) +
                 " bytes a command");
  }
  if (ns.bytes() < std::uint64_t{options.io_bytes} * options.queues) {
    return Sorry(nsid + " has " + std::to_string(ns.bytes()) + " bytes, too few");
  }
  return {};
}

// Crew runs a PerfLoad on each queue, one thread a queue, while the caller keeps the controller
// alive.
class Crew {
 public:
  void Add(HostQPair queue, const PerfLoadOptions& options) {
    loads_.emplace_back(std::move(queue), options);
  }

  Outcome<> Run(Host& host, Clock::duration warm_up, Clock::duration measured) {
    const Clock::time_point begin = Clock::now() + warm_up;
    running_ = loads_.size();
    std::vector<std::thread> threads;
    for (PerfLoad& load : loads_) {
      threads.emplace_back(
          [this, &load, begin, end = begin + measured] { Finish(load.Run(begin, end, stop_)); });
    }
    KeepAlive(host);
    for (std::thread& thread : threads) thread.join();
    seconds_ = std::chrono::duration<double>(Clock::now() - begin).count();
    return first_failure_;
  }

  double seconds() const { return seconds_; }
  void AddTo(PerfReport& report) const {
    for (const PerfLoad& load : loads_) {
      report.reads.Merge(load.reads());
      report.writes.Merge(load.writes());
    }
  }

 private:
  void Finish(Outcome<> outcome) {
    const std::lock_guard lock(mutex_);
    if (!outcome) stop_.store(true, std::memory_order_relaxed);
    if (!outcome && first_failure_) first_failure_ = std::move(outcome);
    --running_;
    changed_.notify_all();
  }

  void KeepAlive(Host& host) {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, kBetweenKeepAlives, [this] { return running_ == 0; })) {
      lock.unlock();
      Outcome<> told = host.KeepAlive();
      lock.lock();
      if (told) continue;
      stop_.store(true, std::memory_order_relaxed);
      if (first_failure_) first_failure_ = std::move(told);
      changed_.wait(lock, [this] { return running_ == 0; });
      return;
    }
  }

  std::deque<PerfLoad> loads_{};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stop_ = false;
  std::size_t running_ = 0;
  Outcome<> first_failure_{};
  double seconds_ = 0;
};

PerfLoadOptions LoadOptions(const HostOptions& host, const PerfOptions& options,
                            const Workload& workload, const IdentifyNamespace& ns,
                            std::uint16_t nth) {
  const std::uint64_t places = ns.bytes() / options.io_bytes;
  return {.nsid = options.nsid,
          .block_bytes = ns.block_bytes(),
          .io_bytes = options.io_bytes,
          .depth = host.depth,
          .rate = options.rate / options.queues,
          .timeout = std::chrono::milliseconds(host.timeout_ms),
          .pattern = {.places = places,
                      .first = places / options.queues * nth,
                      .random = workload.random,
                      .read_percent = workload.read_percent,
                      .seed = options.seed + nth}};
}

}  // namespace

Outcome<> RunPerf(const HostOptions& host_options, const PerfOptions& options) {
  const std::optional<Workload> workload = ParseWorkload(options);
  if (!workload) return Sorry("--rw: no such workload: " + options.workload);
  if (workload->read_percent < 100 && !options.allow_writes) {
    return Sorry("--rw " + options.workload +
                 " overwrites the namespace: say --allow-writes if it may");
  }
  const auto url = ParseUrl(host_options.url);
  if (!url) return Sorry(url.error());
  auto host = Host::Open(host_options, *url);
  if (!host) return Sorry(host.error());
  const auto ns = (*host)->controller().IdentifyNamespace(options.nsid);
  if (!ns) return Sorry("namespace " + std::to_string(options.nsid), ns.error());
  if (Outcome<> good = CheckNamespace(**host, *ns, options); !good) return good;
  auto queues = (*host)->OpenQueues(options.queues);
  if (!queues) return Sorry(queues.error());

  Crew crew;
  for (std::uint16_t i = 0; i < options.queues; ++i) {
    crew.Add(std::move((*queues)[i]), LoadOptions(host_options, options, *workload, *ns, i));
  }
  const double cpu_before = CpuSeconds();
  const Outcome<> done = crew.Run(**host, Seconds(options.warm_up), Seconds(options.seconds));
  if (!done) return done;
  PerfReport report{.url = host_options.url,
                    .workload = options.workload,
                    .io_bytes = options.io_bytes,
                    .depth = host_options.depth,
                    .queues = options.queues,
                    .read_percent = workload->read_percent,
                    .header_digest = host_options.header_digest,
                    .data_digest = host_options.data_digest,
                    .seed = options.seed,
                    .rate = options.rate,
                    .seconds = crew.seconds(),
                    .cpu_seconds = CpuSeconds() - cpu_before};
  crew.AddTo(report);
  const std::string text = options.json ? PerfJson(report) : PerfText(report);
  std::fwrite(text.data(), 1, text.size(), stdout);
  (*host)->Close();
  return {};
}

}  // namespace nvmf::cmd
