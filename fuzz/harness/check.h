// FUZZ_CHECK ends the process when an invariant does not hold, with its text: that is the finding.
#ifndef FUZZ_HARNESS_CHECK_H_
#define FUZZ_HARNESS_CHECK_H_

#include <cstdio>
#include <cstdlib>

namespace nvmf::fuzz {

[[noreturn]] inline void Broken(const char* file, int line, const char* what) {
  std::fprintf(stderr, "%s:%d: invariant broken: %s\n", file, line, what);
  std::abort();
}

}  // namespace nvmf::fuzz

#define FUZZ_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::nvmf::fuzz::Broken(__FILE__, __LINE__, #condition))

// FUZZ_AGREE takes what a model says: nullptr for "as it should be", else what is wrong.
#define FUZZ_AGREE(complaint)                                \
  do {                                                       \
    if (const char* wrong = (complaint); wrong != nullptr) { \
      ::nvmf::fuzz::Broken(__FILE__, __LINE__, wrong);       \
    }                                                        \
  } while (false)

#endif  // FUZZ_HARNESS_CHECK_H_
