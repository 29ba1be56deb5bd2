// Plant makes a benchmark do more than it says, by so many percent: what the regression gate is
// tried with. Whole operations are added, so the excess is exact and of the same kind.
//
//   Plant plant;                       // from the environment: NVMF_BENCH_PLANT=5
//   for (auto _ : state) { op(); if (plant.Due()) op(); }
//   for (int i = 0; i < plant.More(100); ++i) op();
#ifndef NVMF_BENCH_PLANT_H_
#define NVMF_BENCH_PLANT_H_

#include <cstdlib>

namespace nvmf::bench {

class Plant {
 public:
  // Due tells whether the operation just done is to be done once more.
  bool Due() {
    sum_ += percent_;
    if (sum_ < 100) return false;
    sum_ -= 100;
    return true;
  }
  int More(int times) const { return times + times * percent_ / 100; }

 private:
  static int FromEnvironment() {
    const char* text = std::getenv("NVMF_BENCH_PLANT");
    return text == nullptr ? 0 : std::atoi(text);
  }
  const int percent_ = FromEnvironment();
  int sum_ = 0;
};

}  // namespace nvmf::bench

#endif  // NVMF_BENCH_PLANT_H_
