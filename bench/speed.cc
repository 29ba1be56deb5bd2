// Prints the table of speeds as Markdown, measured here and now, under a line about the machine.
//
//   ./bazelw run --config=release //bench:speed
#include "bench/speed.h"

#include <sys/utsname.h>

#include <cstdlib>
#include <fstream>

#include "bench/sockets.h"

namespace {

std::string CpuName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown CPU";
}

}  // namespace

int main() {
  using namespace nvmf::bench;
#if !defined(__OPTIMIZE__) || !defined(NDEBUG)
  std::fputs("bench: not optimized: build with --config=release\n", stderr);
  return 2;
#endif
  utsname system{};
  uname(&system);
  double load[1] = {};
  if (getloadavg(load, 1) != 1) load[0] = -1;
  std::printf("%s, %d cores, Linux %s, %s, load average %.1f at the beginning.\n\n",
              CpuName().c_str(), Cores(), system.release, __VERSION__, load[0]);
  Table table;
  AddCommandRows(table);
  AddWordRows(table);
  AddTargetRows(table);
  AddGrowthRows(table);
  std::printf("\n%d of %d reached.\n", table.reached(), table.rows());
}
