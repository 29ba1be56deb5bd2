#include "nvmf/trials/process_stats.h"

#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <thread>

namespace nvmf::trials {
namespace {

// After returns what follows `key` in the first line that begins with it; empty without one.
std::string After(const std::string& path, std::string_view key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) return line.substr(key.size());
  }
  return {};
}

// Fields 14 and 15 of /proc/PID/stat, clock ticks; the second field may hold blanks and brackets.
double CpuSeconds(const std::string& folder) {
  std::ifstream file(folder + "/stat");
  std::string line;
  std::getline(file, line);
  std::istringstream rest(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) rest >> skipped;
  double user = 0;
  double system = 0;
  rest >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

cmd::Outcome<ProcessStats> ReadProcessStats(pid_t pid) {
  const std::string folder = "/proc/" + std::to_string(pid);
  const std::string kib = After(folder + "/status", "VmRSS:");
  if (kib.empty()) return cmd::Sorry(folder + ": no such process");
  ProcessStats stats{.rss = std::stoull(kib) * 1024,
                     .threads = std::stoul(After(folder + "/status", "Threads:")),
                     .cpu_seconds = CpuSeconds(folder)};
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder + "/fd", error), end; !error && at != end;
       at.increment(error)) {
    ++stats.descriptors;
  }
  if (error) return cmd::Sorry(folder + "/fd: " + error.message());
  return stats;
}

std::string MachineLine() {
  utsname name{};
  uname(&name);
  struct sysinfo info{};
  sysinfo(&info);
  const std::string model = After("/proc/cpuinfo", "model name\t: ");
  std::string load;
  std::ifstream("/proc/loadavg") >> load;
  std::ostringstream text;
  text << (model.empty() ? name.machine : model) << ", " << std::thread::hardware_concurrency()
       << " processors, " << (info.totalram * info.mem_unit >> 20) << " MiB, Linux " << name.release
       << ", load " << load;
  return text.str();
}

std::size_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace nvmf::trials
