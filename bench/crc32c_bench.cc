// CRC-32C by size and path, beside memcpy of the same octets. crc32c/chosen is what the library
// uses.
#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "bench/shape.h"
#include "nvmf/base/crc32c.h"

namespace nvmf::bench {
namespace {

void Crc(benchmark::State& state, Crc32cPath path, std::size_t bytes) {
  const std::vector<std::byte> data(bytes);
  for (auto _ : state) {
    std::uint32_t crc = path.extend(0, data);
    benchmark::DoNotOptimize(crc);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void Copy(benchmark::State& state, std::size_t bytes) {
  const std::vector<std::byte> from(bytes);
  std::vector<std::byte> to(bytes);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), bytes);
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

const int kRegistered = [] {
  for (const std::size_t bytes : {24u, 72u, 256u, 512u, 4096u, 16384u, 131072u, 1u << 20}) {
    const std::string size = SizeName(bytes);
    const auto add = [&](const Crc32cPath& path) {
      benchmark::RegisterBenchmark(("crc32c/" + std::string(path.name) + "/" + size).c_str(), Crc,
                                   path, bytes);
    };
    for (const Crc32cPath& path : Crc32cPaths()) add(path);
    add({"chosen", ExtendCrc32c});
    benchmark::RegisterBenchmark(("crc32c/memcpy/" + size).c_str(), Copy, bytes);
  }
  return 0;
}();

}  // namespace
}  // namespace nvmf::bench
