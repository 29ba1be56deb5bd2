// What a command costs as more of them, and more connections, are there.
#include <memory>
#include <vector>

#include "bench/memory_pair.h"
#include "bench/queue_pair.h"
#include "bench/speed.h"

namespace nvmf::bench {
namespace {

constexpr SliceOptions kSlices{.rounds = 15, .seconds = 0.005};

// Seconds of the protocol alone per command with `depth` outstanding.
double PerCommand(std::size_t depth) {
  MemoryPair pair({.depth = depth});
  const auto run = [&] { pair.Run(); };
  const int times = TimesFor(run, kSlices);
  double least = 1;
  for (int i = 0; i < kSlices.rounds; ++i) least = std::min(least, TimeOf(run, times));
  return least / static_cast<double>(depth);
}

void AddOutstanding(Table& table) {
  const double one = PerCommand(1);
  std::string told;
  double worst = 0;
  for (const std::size_t depth : {32u, 128u, 1024u}) {
    const double ratio = PerCommand(depth) / one;
    told += Text("%s%.2f at %zu", told.empty() ? "" : ", ", ratio, depth);
    worst = std::max(worst, ratio);
  }
  table.Add("time per command, 1 to 1,024 outstanding, protocol alone", "<= 1.10 x that of one",
            told, "", worst <= 1.1);
}

// CPU time per command at depth 1, one connection after the other.
void AddConnections(Table& table) {
  constexpr int kMany = 1000;
  PinTo(0);
  std::vector<std::unique_ptr<QueuePair>> pairs;
  for (int i = 0; i < kMany; ++i) {
    pairs.push_back(std::make_unique<QueuePair>(Shape{}, MakeStreams(Link::kSocketPair), kOneCore));
  }
  std::size_t next = 0;
  const double ratio = CpuRatio([&] { pairs[next++ % kMany]->Run(); }, [&] { pairs[0]->Run(); },
                                {.rounds = 31, .seconds = 0.02});
  table.Add("time per command, 1 to 1,000 connections, depth 1, socket pair",
            "<= 1.10 x that of one", Text("%.2f", ratio), "", ratio <= 1.1);
}

}  // namespace

void AddGrowthRows(Table& table) {
  AddOutstanding(table);
  AddConnections(table);
}

}  // namespace nvmf::bench
