// Capsule throughput: commands of many shapes between our host and our controller.
//
//   ./bazelw run --config=release //bench -- --benchmark_filter=capsule/socketpair
//
// Names     capsule/LINK/SHAPE. LINK: memory (one thread, no system call), socketpair, tcp (over
//           loopback), loop (the transport without a wire format); two threads but for memory,
//           on one core, or with NVMF_BENCH_CORES=2 on one each.
// Unit      one run of the shape's commands; CPU time of both threads.
// Counters  ratio: CPU time over that of the ceiling, which is measured in turns with it: plain
// send
//           and recv of the same messages over the same link; for loop the socketpair's; for memory
//           one memcpy of the same messages.
#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>

#include "bench/cpu_ratio.h"
#include "bench/memory_pair.h"
#include "bench/plant.h"
#include "bench/queue_pair.h"
#include "bench/raw_pair.h"

namespace nvmf::bench {
namespace {

constexpr SliceOptions kQuick{.rounds = 7, .seconds = 0.002};
constexpr std::size_t kMostAtATime = 16 << 20;  // Octets outstanding.

// CopyPair is the ceiling of the memory link.
class CopyPair {
 public:
  explicit CopyPair(const Shape& shape) {
    for (const auto& each : RawPair::ExchangesOf(shape)) n_ += each.to_controller + each.to_host;
    from_.resize(n_);
    to_.resize(n_);
  }
  void Run() {
    std::memcpy(to_.data(), from_.data(), n_);
    benchmark::DoNotOptimize(to_.data());
    benchmark::ClobberMemory();
  }

 private:
  std::size_t n_ = 0;
  std::vector<std::byte> from_, to_;
};

template <class Ours, class Raw>
void Run(benchmark::State& state, const Shape& shape, Ours& ours, Raw&& raw) {
  Plant plant;
  for (auto _ : state) {
    ours.Run();
    if (plant.Due()) ours.Run();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(shape.depth));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(shape.depth * shape.bytes));
  // In runs as short as the tracker's the ratio would take most of the time.
  if (std::getenv("NVMF_BENCH_NO_RATIO") != nullptr) return;
  auto ceiling = raw();
  state.counters["ratio"] = CpuRatio([&] { ours.Run(); }, [&] { ceiling->Run(); }, kQuick);
}

void Memory(benchmark::State& state, Shape shape) {
  MemoryPair pair(shape);
  Run(state, shape, pair, [&] { return std::make_unique<CopyPair>(shape); });
}

// Where the scheduler puts two threads decides more than what they do: they stay on one core, or
// with NVMF_BENCH_CORES=2 on one each.
int PinBoth() {
  const char* cores = std::getenv("NVMF_BENCH_CORES");
  PinTo(0);
  return cores != nullptr && *cores == '2' ? 1 : 0;
}

void OverLink(benchmark::State& state, Shape shape, Link link) {
  const int cpu = PinBoth();
  QueuePair pair(shape, MakeStreams(link), cpu);
  Run(state, shape, pair, [&] { return std::make_unique<RawPair>(shape, link, cpu); });
}

void Loop(benchmark::State& state, Shape shape) {
  const int cpu = PinBoth();
  QueuePair pair(shape, MakeLoop(QueuePair::EntriesOf(shape)), cpu);
  Run(state, shape, pair, [&] { return std::make_unique<RawPair>(shape, Link::kSocketPair, cpu); });
}

void Register(const Shape& shape) {
  const std::string name = ShapeName(shape);
  benchmark::RegisterBenchmark(("capsule/memory/" + name).c_str(), Memory, shape);
  const auto threads = [](benchmark::internal::Benchmark* one) {
    one->MeasureProcessCPUTime()->UseRealTime();
  };
  threads(benchmark::RegisterBenchmark(("capsule/socketpair/" + name).c_str(), OverLink, shape,
                                       Link::kSocketPair));
  threads(
      benchmark::RegisterBenchmark(("capsule/tcp/" + name).c_str(), OverLink, shape, Link::kTcp));
  if (shape.header_digest || shape.data_digest) return;  // The loop transport has no digests.
  threads(benchmark::RegisterBenchmark(("capsule/loop/" + name).c_str(), Loop, shape));
}

void RegisterSize(Direction direction, std::size_t bytes) {
  for (const std::size_t depth : {1u, 32u, 128u}) {
    if (depth * bytes > kMostAtATime) continue;
    for (const bool header : {false, true}) {
      for (const bool data : {false, true}) {
        if (depth != 1 && header != data) continue;
        if (bytes == 0 && data) continue;  // Without data there is no data digest.
        Register({direction, bytes, header, data, depth});
      }
    }
  }
}

const int kRegistered = [] {
  RegisterSize(Direction::kNone, 0);
  for (const Direction direction : {Direction::kRead, Direction::kWrite}) {
    for (const std::size_t kib : {0u, 4u, 16u, 128u, 1024u}) {
      RegisterSize(direction, kib == 0 ? 512 : kib << 10);
    }
  }
  return 0;
}();

}  // namespace
}  // namespace nvmf::bench
