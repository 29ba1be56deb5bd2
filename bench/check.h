// Check ends a benchmark that cannot go on: a number that was measured over an error is no number.
#ifndef NVMF_BENCH_CHECK_H_
#define NVMF_BENCH_CHECK_H_

#include <cstdio>
#include <cstdlib>

namespace nvmf::bench {

inline void Check(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "bench: %s\n", what);
  std::abort();
}

}  // namespace nvmf::bench

#endif  // NVMF_BENCH_CHECK_H_
