// Allocations counts what a test allocates, on all its threads: by operator new and by the C
// functions that the test and the library call, under sanitizers by what those tell.
//
//   const std::uint64_t before = Allocations();
//   ... what must not allocate ...
//   EXPECT_EQ(Allocations(), before);
//
// Shapes    a test that links this has its operator new replaced and malloc wrapped by the linker.
//           What the C library allocates for itself counts under sanitizers only.
// Threads   any.
#ifndef NVMF_TESTING_ALLOCATIONS_H_
#define NVMF_TESTING_ALLOCATIONS_H_

#include <cstdint>

namespace nvmf::testing {

// Allocations returns how many there have been since the test began.
std::uint64_t Allocations();

}  // namespace nvmf::testing

#endif  // NVMF_TESTING_ALLOCATIONS_H_
