// The reference target with a namespace that keeps nothing, over loopback TCP.
#include <unistd.h>

#include <fstream>
#include <memory>
#include <thread>

#include "bench/queue_pair.h"
#include "bench/raw_pair.h"
#include "bench/speed.h"
#include "bench/target_pair.h"

namespace nvmf::bench {
namespace {

constexpr SliceOptions kSlices{.rounds = 31, .seconds = 0.01};
constexpr Shape kRead4K{.direction = Direction::kRead, .bytes = 4096, .depth = 32};

Times AgainstRaw(const Shape& shape, int cpu, clockid_t clock) {
  TargetPair pair(shape, 1, cpu);
  RawPair raw(shape, Link::kTcp, cpu);
  SliceOptions slices = kSlices;
  slices.clock = clock;
  return SideBySide([&] { pair.Run(0); }, [&] { raw.Run(); }, slices);
}

std::string Throughput(double speed, const Times& times) {
  return Text("%.2f, %.0f k IOPS", speed, 32 / Median(times.ours) / 1000);
}

void AddOneQueue(Table& table, const char* what, const Shape& shape, double bar) {
  const Times one = AgainstRaw(shape, kOneCore, CLOCK_MONOTONIC);
  const Times two = AgainstRaw(shape, kTwoCores, CLOCK_MONOTONIC);
  const double speed_one = 1 / one.ratio(), speed_two = 1 / two.ratio();
  table.Add(what, Text(">= %.2f x the raw rate", bar), Throughput(speed_one, one),
            Throughput(speed_two, two), speed_one >= bar && speed_two >= bar);
}

void AddIdle(Table& table) {
  TargetPair pair(kRead4K, 4, kTwoCores);
  for (std::size_t i = 0; i < pair.queues(); ++i) pair.Run(i);
  const double before = ClockSeconds(CLOCK_PROCESS_CPUTIME_ID);
  constexpr double kIdle = 2;
  std::this_thread::sleep_for(std::chrono::duration<double>(kIdle));
  const double share = (ClockSeconds(CLOCK_PROCESS_CPUTIME_ID) - before) / kIdle;
  table.Add("target, 4 idle queue pairs: CPU", "0", "", Text("%.3f %%", share * 100),
            share < 0.001);
}

// Commands per second of `queues` queue pairs at once, a thread a queue.
double Rate(TargetPair& pair, int runs) {
  const double before = ClockSeconds(CLOCK_MONOTONIC);
  std::vector<std::thread> hosts;
  for (std::size_t i = 0; i < pair.queues(); ++i) {
    hosts.emplace_back([&pair, i, runs] {
      for (int n = 0; n < runs; ++n) pair.Run(i);
    });
  }
  for (std::thread& host : hosts) host.join();
  return runs * static_cast<double>(pair.queues()) / (ClockSeconds(CLOCK_MONOTONIC) - before);
}

void AddManyQueues(Table& table) {
  Shape shape = kRead4K;
  shape.depth = 8;
  TargetPair many(shape, 256), one(shape, 1);
  std::vector<double> ratios;
  for (int i = 0; i < 7; ++i) ratios.push_back(Rate(many, 20) / Rate(one, 5120));
  const double ratio = Median(ratios);
  table.Add("256 queue pairs, depth 8, threads not pinned", ">= 0.90 x one queue pair's rate", "",
            Text("%.2f", ratio), ratio >= 0.9);
}

std::size_t Resident() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// The first target warms the allocator up; what the second needs more per queue pair counts.
void AddMemory(Table& table) {
  constexpr std::uint16_t kQueues = 256;
  TargetPair one(Shape{}, 1);
  const std::size_t before = Resident();
  TargetPair many(Shape{}, kQueues);
  const double kib = static_cast<double>(Resident() - before) / kQueues / 1024;
  table.Add(
      "resident memory of an idle queue pair, 128 entries, both ends, threads' stacks included",
      "<= 128 KiB (64 an end)", "", Text("%.0f KiB", kib), kib <= 128);
}

}  // namespace

void AddTargetRows(Table& table) {
  Shape digests = kRead4K;
  digests.header_digest = digests.data_digest = true;
  AddOneQueue(table, "target, READ 4 KiB, depth 32", kRead4K, 0.85);
  AddOneQueue(table, "the same with both digests", digests, 0.85 * 420 / 500);
  AddIdle(table);
  AddManyQueues(table);
  AddMemory(table);
}

}  // namespace nvmf::bench
