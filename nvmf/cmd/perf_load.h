// PerfLoad keeps one queue pair busy with commands of one size, and counts how long each took.
//
//   PerfLoad load(std::move(queue), {...});
//   Outcome<> done = load.Run(begin, end, stop);
//
// Shapes    `depth` commands outstanding, fewer where a rate is set and they return sooner.
// Units     octets, nanoseconds. Without a rate, latency counts from Submit to the completion; with
//           one, from the moment the command was due, so that a stall is not hidden.
// Threads   one at a time; `stop` from any thread.
#ifndef NVMF_CMD_PERF_LOAD_H_
#define NVMF_CMD_PERF_LOAD_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "nvmf/cmd/latencies.h"
#include "nvmf/cmd/outcome.h"
#include "nvmf/cmd/perf_pattern.h"
#include "nvmf/host_qpair.h"

namespace nvmf::cmd {

struct PerfLoadOptions {
  std::uint32_t nsid = 1;
  std::uint32_t block_bytes = 512;
  std::uint32_t io_bytes = 4096;  // A multiple of the block.
  std::size_t depth = 32;
  double rate = 0;  // Commands per second; 0: as many as there are.
  std::chrono::milliseconds timeout{30'000};
  PerfPattern::Options pattern{};
};

class PerfLoad {
 public:
  using Clock = Deadline::Clock;

  PerfLoad(HostQPair queue, const PerfLoadOptions& options);

  // Run submits commands from now to `end`, or until `stop`, and waits for those outstanding.
  // Commands that complete before `begin` warm up and are not counted. The first that fails ends
  // it.
  Outcome<> Run(Clock::time_point begin, Clock::time_point end, const std::atomic<bool>& stop);

  const Latencies& reads() const { return reads_; }
  const Latencies& writes() const { return writes_; }

 private:
  struct Slot {
    std::vector<std::byte> memory{};
    Clock::time_point begun{};
    std::uint64_t offset = 0;
    bool read = true;
  };

  bool HasRoom() const { return !idle_.empty() && !queue_.full(); }
  bool Due(Clock::time_point now) const { return period_.count() == 0 || due_ <= now; }
  Outcome<> SubmitNext(Clock::time_point now);
  // TakeOne says false at the deadline.
  Outcome<bool> TakeOne(Deadline deadline, Clock::time_point begin);
  Outcome<> TakeOneInTime(Clock::time_point begin);

  HostQPair queue_;
  const PerfLoadOptions options_;
  const std::chrono::nanoseconds period_;  // Between commands; zero: no rate is set.
  PerfPattern pattern_;
  std::vector<Slot> slots_;
  std::vector<std::uint16_t> idle_;
  std::vector<std::uint16_t> slot_of_;  // By CID.
  Clock::time_point due_{};
  Latencies reads_;
  Latencies writes_;
};

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_PERF_LOAD_H_
