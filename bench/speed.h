// The table of speeds: what is to be reached, and what was measured. Each row is measured when it
// is asked for; //bench:speed prints them all as Markdown.
#ifndef NVMF_BENCH_SPEED_H_
#define NVMF_BENCH_SPEED_H_

#include <cstdio>
#include <string>

#include "bench/cpu_ratio.h"

namespace nvmf::bench {

// Table prints rows as they come.
class Table {
 public:
  Table() { std::puts("| what | to reach | one core | two cores | |\n|---|---|---|---|---|"); }
  void Add(const std::string& what, const std::string& bar, const std::string& one,
           const std::string& two, bool reached) {
    std::printf("| %s | %s | %s | %s | %s |\n", what.c_str(), bar.c_str(), one.c_str(), two.c_str(),
                reached ? "reached" : "**short**");
    std::fflush(stdout);
    reached_ += reached;
    ++rows_;
  }
  int reached() const { return reached_; }
  int rows() const { return rows_; }

 private:
  int reached_ = 0;
  int rows_ = 0;
};

inline std::string Text(const char* format, auto... values) {
  char text[160];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

// The controller's CPU, where the host's is 0.
inline constexpr int kOneCore = 0, kTwoCores = 1;

void AddCommandRows(Table& table);  // Against plain send and recv over a socket pair.
void AddWordRows(Table& table);     // CRC-32C and the codec.
void AddTargetRows(Table& table);   // The reference target over loopback TCP.
void AddGrowthRows(Table& table);   // More commands, more connections.

}  // namespace nvmf::bench

#endif  // NVMF_BENCH_SPEED_H_
