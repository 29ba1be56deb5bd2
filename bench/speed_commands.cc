// What a command costs, relative to plain send and recv of messages of the same sizes.
#include "bench/queue_pair.h"
#include "bench/raw_pair.h"
#include "bench/speed.h"
#include "nvmf/base/crc32c.h"

namespace nvmf::bench {
namespace {

constexpr SliceOptions kSlices{.rounds = 41, .seconds = 0.004};

Times AgainstRaw(const Shape& shape, int cpu) {
  PinTo(0);
  QueuePair pair(shape, MakeStreams(Link::kSocketPair), cpu);
  RawPair raw(shape, Link::kSocketPair, cpu);
  return SideBySide([&] { pair.Run(); }, [&] { raw.Run(); }, kSlices);
}

void AddRatio(Table& table, const char* what, const Shape& shape, double bar) {
  const double one = AgainstRaw(shape, kOneCore).ratio();
  const double two = AgainstRaw(shape, kTwoCores).ratio();
  table.Add(what, Text("<= %.2f x raw CPU", bar), Text("%.2f", one), Text("%.2f", two),
            one <= bar && two <= bar);
}

// What both digests add, in passes of CRC-32C over the same data.
double DigestPasses(const Shape& plain, int cpu) {
  Shape digests = plain;
  digests.header_digest = digests.data_digest = true;
  PinTo(0);
  QueuePair without(plain, MakeStreams(Link::kSocketPair), cpu);
  QueuePair with(digests, MakeStreams(Link::kSocketPair), cpu);
  const std::vector<std::byte> data(plain.bytes);
  const auto crc = [&] {
    const std::uint32_t value = Crc32c(data);
    asm volatile("" : : "r"(value) : "memory");
  };
  std::vector<double> passes;
  const int times = TimesFor([&] { without.Run(); }, kSlices), crcs = TimesFor(crc, kSlices);
  for (int i = 0; i < kSlices.rounds; ++i) {
    const double a = TimeOf([&] { without.Run(); }, times);
    const double b = TimeOf([&] { with.Run(); }, times);
    passes.push_back((b - a) / TimeOf(crc, crcs));
  }
  return Median(passes);
}

void AddDigests(Table& table, const char* what, const Shape& shape) {
  const double one = DigestPasses(shape, kOneCore), two = DigestPasses(shape, kTwoCores);
  table.Add(what, "<= 2.40 passes of CRC-32C more", Text("%.2f", one), Text("%.2f", two),
            one <= 2.4 && two <= 2.4);
}

// Rate at depth 32 over the rate at depth 1, by CPU time.
double Batching(int cpu) {
  PinTo(0);
  QueuePair one({}, MakeStreams(Link::kSocketPair), cpu);
  QueuePair many({.depth = 32}, MakeStreams(Link::kSocketPair), cpu);
  return CpuRatio([&] { one.Run(); }, [&] { many.Run(); }, kSlices) * 32;
}

}  // namespace

void AddCommandRows(Table& table) {
  constexpr Direction kRead = Direction::kRead, kWrite = Direction::kWrite;
  AddRatio(table, "64 B command and response, depth 1", {}, 1.10);
  AddRatio(table, "READ 4 KiB, depth 1", {.direction = kRead, .bytes = 4096}, 1.10);
  AddRatio(table, "WRITE 4 KiB, depth 1", {.direction = kWrite, .bytes = 4096}, 1.10);
  AddRatio(table, "READ 128 KiB, depth 1", {.direction = kRead, .bytes = 131072}, 1.05);
  AddRatio(table, "WRITE 128 KiB by R2T, depth 1", {.direction = kWrite, .bytes = 131072}, 1.10);
  AddDigests(table, "both digests, READ 128 KiB", {.direction = kRead, .bytes = 131072});
  AddDigests(table, "both digests, WRITE 128 KiB", {.direction = kWrite, .bytes = 131072});
  const double one = Batching(kOneCore), two = Batching(kTwoCores);
  table.Add("64 B, depth 32, by CPU time", ">= 4 x the rate at depth 1", Text("%.1f", one),
            Text("%.1f", two), one >= 4 && two >= 4);
  AddRatio(table, "64 B, depth 32, batching", {.depth = 32}, 1.25);
}

}  // namespace nvmf::bench
