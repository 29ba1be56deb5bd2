// PerfReport is what a run of `nvmf perf` came to, as text for people and as JSON for programs.
//
// The JSON object, whose names and units stay as they are (a program that reads it checks
// `schema`):
//   schema            "nvmf-perf-1"
//   url, workload, io_bytes, depth, queues, read_percent, header_digest, data_digest, seed
//   rate              commands per second asked for; 0: no limit
//   seconds           measured, without warm-up
//   cpu_seconds       of this process, user and system together, warm-up included
//   read, write, total   of each: commands, bytes, iops, bytes_per_second, and
//     latency_ns      min, mean, p50, p90, p99, p99.9, p99.99, max; at most 1.6 % too high
#ifndef NVMF_CMD_PERF_REPORT_H_
#define NVMF_CMD_PERF_REPORT_H_

#include <cstdint>
#include <string>

#include "nvmf/cmd/latencies.h"

namespace nvmf::cmd {

struct PerfReport {
  std::string url{};
  std::string workload{};
  std::uint32_t io_bytes = 0;
  std::uint32_t depth = 0;
  std::uint32_t queues = 0;
  std::uint32_t read_percent = 0;
  bool header_digest = false;
  bool data_digest = false;
  std::uint64_t seed = 0;
  double rate = 0;
  double seconds = 0;
  double cpu_seconds = 0;
  Latencies reads{};
  Latencies writes{};
};

std::string PerfText(const PerfReport& report);
std::string PerfJson(const PerfReport& report);

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_PERF_REPORT_H_
