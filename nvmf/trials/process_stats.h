// ProcessStats is what the kernel tells of a process: memory, descriptors, threads, processor time.
//
//   Outcome<ProcessStats> now = ReadProcessStats(pid);
//
// Units     octets, seconds, natural counts.
// Errors    a sentence, when the process is not there.
// Source    proc(5): /proc/PID/status, /proc/PID/fd, /proc/PID/stat.
#ifndef NVMF_TRIALS_PROCESS_STATS_H_
#define NVMF_TRIALS_PROCESS_STATS_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "nvmf/cmd/outcome.h"

namespace nvmf::trials {

struct ProcessStats {
  std::uint64_t rss = 0;  // VmRSS: memory that it has touched and not given back.
  std::size_t descriptors = 0;
  std::size_t threads = 0;
  double cpu_seconds = 0;  // User and system, all threads, ended ones too.
};

cmd::Outcome<ProcessStats> ReadProcessStats(pid_t pid);

// MachineLine returns the processor, how many of them, memory, kernel and load, for a result's
// head.
std::string MachineLine();

// RaiseDescriptorLimit lets this process, and those it starts, have as many descriptors as it may,
// and returns how many those are.
std::size_t RaiseDescriptorLimit();

}  // namespace nvmf::trials

#endif  // NVMF_TRIALS_PROCESS_STATS_H_
