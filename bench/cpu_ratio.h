// What one thing costs relative to another, on a machine that others use too: both run in turns, in
// short slices, and the median of the slices' ratios is the answer.
//
//   double ratio = CpuRatio([&] { pair.Run(); }, [&] { raw.Run(); });
//
// Units     CPU time of the whole process, so both ends count, and what sleeps does not.
// Threads   nothing else of the process may run meanwhile.
#ifndef NVMF_BENCH_CPU_RATIO_H_
#define NVMF_BENCH_CPU_RATIO_H_

#include <time.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace nvmf::bench {

inline double ClockSeconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

inline double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// TimeOf returns seconds of `clock` per run of `op`.
template <class Op>
double TimeOf(Op&& op, int times, clockid_t clock = CLOCK_PROCESS_CPUTIME_ID) {
  const double begin = ClockSeconds(clock);
  for (int i = 0; i < times; ++i) op();
  return (ClockSeconds(clock) - begin) / times;
}

struct SliceOptions {
  int rounds = 15;
  double seconds = 0.005;  // Of one slice.
  clockid_t clock = CLOCK_PROCESS_CPUTIME_ID;
};

// TimesFor returns how many runs of `op` fill a slice. They also warm it up.
template <class Op>
int TimesFor(Op&& op, const SliceOptions& slice) {
  int times = 1;
  for (;;) {
    const double took = TimeOf(op, times, slice.clock) * times;
    if (took >= slice.seconds / 2) {
      return std::max(1, static_cast<int>(times * slice.seconds / took));
    }
    times *= 2;
  }
}

// Times is what slices of two things took, seconds per run, side by side.
struct Times {
  std::vector<double> ours{};
  std::vector<double> other{};

  double ratio() const {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < ours.size(); ++i) ratios.push_back(ours[i] / other[i]);
    return Median(ratios);
  }
};

template <class Ours, class Other>
Times SideBySide(Ours&& ours, Other&& other, const SliceOptions& slice = {}) {
  const int our_times = TimesFor(ours, slice), other_times = TimesFor(other, slice);
  Times times;
  for (int i = 0; i < slice.rounds; ++i) {
    if (i % 2 == 0) times.ours.push_back(TimeOf(ours, our_times, slice.clock));
    times.other.push_back(TimeOf(other, other_times, slice.clock));
    if (i % 2 != 0) times.ours.push_back(TimeOf(ours, our_times, slice.clock));
  }
  return times;
}

template <class Ours, class Other>
double CpuRatio(Ours&& ours, Other&& other, const SliceOptions& slice = {}) {
  return SideBySide(ours, other, slice).ratio();
}

}  // namespace nvmf::bench

#endif  // NVMF_BENCH_CPU_RATIO_H_
