// The instructions of the library's kernels, for callgrind to count. Each kernel runs a fixed
// number of times between two marks and is dumped under its name; what prepares it is not counted.
//
//   valgrind --tool=callgrind --collect-atstart=no --callgrind-out-file=out kernels
//
// Alone it only runs. It ends with what it was built as, so that nobody compares other builds.
#include <benchmark/benchmark.h>
#include <valgrind/callgrind.h>

#include <cstdio>
#include <vector>

#include "bench/memory_pair.h"
#include "bench/pdu_samples.h"
#include "bench/plant.h"
#include "nvmf/base/crc32c.h"

namespace nvmf::bench {
namespace {

constexpr int kTimes = 100;  // As in //bench:track.
constexpr int kWarm = 8;

void Toggle() { CALLGRIND_TOGGLE_COLLECT; }

template <class Op>
void Count(const std::string& name, Op&& op) {
  for (int i = 0; i < kWarm; ++i) op();
  const int times = Plant().More(kTimes);
  Toggle();
  for (int i = 0; i < times; ++i) op();
  Toggle();
  CALLGRIND_DUMP_STATS_AT(name.c_str());
}

void CountCodec() {
  ForEachPdu([](const char* name, const auto& pdu, const tcp::Framing& framing) {
    using P = std::remove_cvref_t<decltype(pdu)>;
    P in = pdu;
    auto octets = tcp::EncodePdu(in, framing);
    Count(std::string("encode/") + name, [&] {
      benchmark::DoNotOptimize(in);
      octets = tcp::EncodePdu(in, framing);
      benchmark::DoNotOptimize(octets);
    });
    Count(std::string("decode/") + name, [&] {
      benchmark::DoNotOptimize(octets);
      in = Decode<P>(octets);
      benchmark::DoNotOptimize(in);
    });
  });
}

void CountCrc() {
  for (const std::size_t size : {std::size_t{24}, std::size_t{4096}, std::size_t{131072}}) {
    const std::vector<std::byte> data(size);
    for (const Crc32cPath& path : Crc32cPaths()) {
      Count("crc32c/" + std::string(path.name) + "/" + SizeName(size), [&] {
        std::uint32_t crc = path.extend(0, data);
        benchmark::DoNotOptimize(crc);
      });
    }
  }
}

void CountCommands() {
  constexpr Direction kRead = Direction::kRead, kWrite = Direction::kWrite;
  const Shape shapes[] = {
      {},
      {.depth = 32},
      {.direction = kRead, .bytes = 4096},
      {.direction = kRead, .bytes = 4096, .depth = 32},
      {.direction = kRead, .bytes = 4096, .header_digest = true, .data_digest = true},
      {.direction = kRead, .bytes = 131072},
      {.direction = kWrite, .bytes = 4096},
      {.direction = kWrite, .bytes = 131072},
      {.direction = kWrite, .bytes = 131072, .header_digest = true, .data_digest = true},
  };
  for (const Shape& shape : shapes) {
    MemoryPair pair(shape, Toggle);
    Count("command/" + ShapeName(shape), [&] { pair.Run(); });
  }
}

}  // namespace
}  // namespace nvmf::bench

int main() {
  nvmf::bench::CountCodec();
  nvmf::bench::CountCrc();
  nvmf::bench::CountCommands();
#if defined(__OPTIMIZE__) && defined(NDEBUG)
  std::puts("optimized " __VERSION__);
#else
  std::puts("not optimized");
#endif
}
