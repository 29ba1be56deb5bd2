#include "nvmf/cmd/perf_report.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace nvmf::cmd {
namespace {

using Json = nlohmann::ordered_json;

constexpr struct {
  const char* name;
  double percent;
} kPercentiles[] = {{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99.9", 99.9}, {"p99.99", 99.99}};

Latencies Total(const PerfReport& report) {
  Latencies total = report.reads;
  total.Merge(report.writes);
  return total;
}

Json SideJson(const PerfReport& report, const Latencies& latencies) {
  const std::uint64_t bytes = latencies.count() * report.io_bytes;
  const double seconds = report.seconds > 0 ? report.seconds : 1;
  Json latency{{"min", latencies.min().count()}, {"mean", latencies.mean().count()}};
  for (const auto& [name, percent] : kPercentiles) {
    latency[name] = latencies.Percentile(percent).count();
  }
  latency["max"] = latencies.max().count();
  return {{"commands", latencies.count()},
          {"bytes", bytes},
          {"iops", static_cast<double>(latencies.count()) / seconds},
          {"bytes_per_second", static_cast<double>(bytes) / seconds},
          {"latency_ns", latency}};
}

double Micro(std::chrono::nanoseconds took) { return static_cast<double>(took.count()) / 1000; }

std::string Line(const char* format, auto... values) {
  char text[256];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string SideText(const PerfReport& report, const char* name, const Latencies& latencies) {
  const double seconds = report.seconds > 0 ? report.seconds : 1;
  const double iops = static_cast<double>(latencies.count()) / seconds;
  std::string text =
      Line("%-5s %12.0f IOPS %10.1f MiB/s   us: min %.1f mean %.1f", name, iops,
           iops * report.io_bytes / (1 << 20), Micro(latencies.min()), Micro(latencies.mean()));
  for (const auto& [percentile, percent] : kPercentiles) {
    text += Line(" %s %.1f", percentile, Micro(latencies.Percentile(percent)));
  }
  return text + Line(" max %.1f\n", Micro(latencies.max()));
}

}  // namespace

std::string PerfText(const PerfReport& report) {
  const Latencies total = Total(report);
  const double commands = static_cast<double>(total.count());
  std::string text = Line("%s, %u bytes, depth %u, %u queue pair%s, %.2f s\n",
                          report.workload.c_str(), report.io_bytes, report.depth, report.queues,
                          report.queues == 1 ? "" : "s", report.seconds);
  if (report.reads.count() != 0) text += SideText(report, "read", report.reads);
  if (report.writes.count() != 0) text += SideText(report, "write", report.writes);
  if (report.reads.count() != 0 && report.writes.count() != 0) {
    text += SideText(report, "total", total);
  }
  return text + Line("CPU %.2f s, %.2f us a command\n", report.cpu_seconds,
                     commands > 0 ? report.cpu_seconds * 1e6 / commands : 0);
}

std::string PerfJson(const PerfReport& report) {
  const Json json{{"schema", "nvmf-perf-1"},
                  {"url", report.url},
                  {"workload", report.workload},
                  {"io_bytes", report.io_bytes},
                  {"depth", report.depth},
                  {"queues", report.queues},
                  {"read_percent", report.read_percent},
                  {"header_digest", report.header_digest},
                  {"data_digest", report.data_digest},
                  {"seed", report.seed},
                  {"rate", report.rate},
                  {"seconds", report.seconds},
                  {"cpu_seconds", report.cpu_seconds},
                  {"read", SideJson(report, report.reads)},
                  {"write", SideJson(report, report.writes)},
                  {"total", SideJson(report, Total(report))}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace nvmf::cmd
