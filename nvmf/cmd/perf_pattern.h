// PerfPattern says which command of a load comes next: where, and whether it reads.
//
//   PerfPattern pattern({.places = bytes / io, .random = true, .read_percent = 70, .seed = 1});
//   const PerfPattern::Next next = pattern.Take();      // next.place * io octets from the
//   beginning
//
// Shapes    places are as large as a command's data and do not overlap. Sequential patterns begin
// at
//           `first` and go round; random ones take any place with equal chance.
// Threads   one at a time. The same seed gives the same pattern.
#ifndef NVMF_CMD_PERF_PATTERN_H_
#define NVMF_CMD_PERF_PATTERN_H_

#include <cstdint>
#include <random>

namespace nvmf::cmd {

class PerfPattern {
 public:
  struct Options {
    std::uint64_t places = 1;  // At least 1.
    std::uint64_t first = 0;   // Below places.
    bool random = false;
    std::uint32_t read_percent = 100;
    std::uint64_t seed = 1;
  };
  struct Next {
    std::uint64_t place = 0;
    bool read = true;
  };

  explicit PerfPattern(const Options& options)
      : options_(options), next_(options.first), random_(options.seed) {}

  Next Take() {
    Next next{.place = options_.random ? random_() % options_.places : next_};
    if (++next_ == options_.places) next_ = 0;
    if (options_.read_percent < 100) next.read = random_() % 100 < options_.read_percent;
    return next;
  }

 private:
  const Options options_;
  std::uint64_t next_;
  std::mt19937_64 random_;
};

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_PERF_PATTERN_H_
