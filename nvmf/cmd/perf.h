// Measures a namespace end to end: the command perf. Options are named as in fio and
// spdk_nvme_perf.
#ifndef NVMF_CMD_PERF_H_
#define NVMF_CMD_PERF_H_

#include <cstdint>
#include <string>

#include "nvmf/cmd/host.h"
#include "nvmf/cmd/outcome.h"

namespace nvmf::cmd {

struct PerfOptions {
  std::uint32_t nsid = 1;
  std::uint32_t io_bytes = 4096;
  std::string workload = "randread";  // read, write, rw, randread, randwrite, randrw.
  std::uint32_t read_percent = 50;    // Of rw and randrw.
  std::uint16_t queues = 1;
  double seconds = 10;
  double warm_up = 1;  // Seconds before that.
  double rate = 0;     // Commands per second, over all queues; 0: no limit.
  std::uint64_t seed = 1;
  bool allow_writes = false;
  bool json = false;
};

Outcome<> RunPerf(const HostOptions& host, const PerfOptions& options);

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_PERF_H_
