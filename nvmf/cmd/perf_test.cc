// What `nvmf perf` asks for, and how it tells.
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "gtest/gtest.h"
#include "nvmf/cmd/perf_pattern.h"
#include "nvmf/cmd/perf_report.h"

namespace nvmf::cmd {
namespace {

TEST(PerfPattern, SequentialGoesRoundFromWhereItBegins) {
  PerfPattern pattern({.places = 4, .first = 2});
  std::vector<std::uint64_t> places;
  for (int i = 0; i < 6; ++i) places.push_back(pattern.Take().place);
  EXPECT_EQ(places, (std::vector<std::uint64_t>{2, 3, 0, 1, 2, 3}));
}

TEST(PerfPattern, RandomReachesEachPlaceAndNoOther) {
  PerfPattern pattern({.places = 7, .random = true});
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(pattern.Take().place);
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5, 6}));
}

TEST(PerfPattern, ReadsAsOftenAsItIsTold) {
  for (const std::uint32_t percent : {0u, 30u, 100u}) {
    PerfPattern pattern({.places = 100, .random = true, .read_percent = percent});
    int reads = 0;
    for (int i = 0; i < 10000; ++i) reads += pattern.Take().read ? 1 : 0;
    EXPECT_NEAR(reads, static_cast<int>(percent) * 100, percent % 100 == 0 ? 0 : 300);
  }
}

TEST(PerfPattern, TheSameSeedIsTheSamePattern) {
  const PerfPattern::Options options{.places = 1000, .random = true, .seed = 9};
  PerfPattern one(options), same(options), other({.places = 1000, .random = true, .seed = 10});
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t place = one.Take().place;
    EXPECT_EQ(place, same.Take().place);
    differs |= place != other.Take().place;
  }
  EXPECT_TRUE(differs);
}

PerfReport Sample() {
  PerfReport report{.url = "nvme+tcp://127.0.0.1:4420/nqn.x",
                    .workload = "randrw",
                    .io_bytes = 4096,
                    .depth = 8,
                    .queues = 2,
                    .read_percent = 75,
                    .seconds = 2};
  for (int i = 1; i <= 300; ++i) report.reads.Add(std::chrono::nanoseconds(i));
  for (int i = 1; i <= 100; ++i) report.writes.Add(std::chrono::nanoseconds(1000));
  return report;
}

TEST(PerfReport, JsonHasItsNames) {
  const auto json = nlohmann::ordered_json::parse(PerfJson(Sample()));
  std::vector<std::string> names, sides, latencies;
  for (const auto& [name, value] : json.items()) names.push_back(name);
  for (const auto& [name, value] : json["read"].items()) sides.push_back(name);
  for (const auto& [name, value] : json["read"]["latency_ns"].items()) latencies.push_back(name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"schema", "url", "workload", "io_bytes", "depth", "queues",
                                      "read_percent", "header_digest", "data_digest", "seed",
                                      "rate", "seconds", "cpu_seconds", "read", "write", "total"}));
  EXPECT_EQ(sides, (std::vector<std::string>{"commands", "bytes", "iops", "bytes_per_second",
                                             "latency_ns"}));
  EXPECT_EQ(latencies, (std::vector<std::string>{"min", "mean", "p50", "p90", "p99", "p99.9",
                                                 "p99.99", "max"}));
  EXPECT_EQ(json["schema"], "nvmf-perf-1");
}

TEST(PerfReport, JsonCounts) {
  const auto json = nlohmann::ordered_json::parse(PerfJson(Sample()));
  EXPECT_EQ(json["read"]["commands"], 300);
  EXPECT_EQ(json["read"]["bytes"], 300 * 4096);
  EXPECT_EQ(json["read"]["iops"], 150.0);
  EXPECT_EQ(json["write"]["bytes_per_second"], 50.0 * 4096);
  EXPECT_EQ(json["total"]["commands"], 400);
  EXPECT_EQ(json["total"]["latency_ns"]["min"], 1);
  EXPECT_EQ(json["total"]["latency_ns"]["max"], 1000);
  EXPECT_EQ(json["write"]["latency_ns"]["p50"], 1000);
}

TEST(PerfReport, TextTellsOfWhatThereWas) {
  const std::string text = PerfText(Sample());
  EXPECT_NE(text.find("read           150 IOPS"), std::string::npos) << text;
  EXPECT_NE(text.find("total"), std::string::npos);
  PerfReport reads = Sample();
  reads.writes = {};
  EXPECT_EQ(PerfText(reads).find("write"), std::string::npos);
  EXPECT_EQ(PerfText(reads).find("total"), std::string::npos);
}

}  // namespace
}  // namespace nvmf::cmd
