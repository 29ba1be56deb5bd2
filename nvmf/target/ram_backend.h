// A Backend in memory, and one that keeps nothing.
#ifndef NVMF_TARGET_RAM_BACKEND_H_
#define NVMF_TARGET_RAM_BACKEND_H_

#include <cstdint>
#include <memory>

#include "nvmf/target/backend.h"

namespace nvmf::target {

// MakeRamBackend returns `octets` of zeros; nullptr when there is not as much memory. It is taken
// as it is first written.
std::shared_ptr<Backend> MakeRamBackend(std::uint64_t octets);

// MakeNullBackend forgets what is written; zeros are read from it.
std::shared_ptr<Backend> MakeNullBackend(std::uint64_t octets);

}  // namespace nvmf::target

#endif  // NVMF_TARGET_RAM_BACKEND_H_
