// A Backend in memory, and one that keeps nothing.
#ifndef NVMF_TARGET_RAM_BACKEND_H_
#define NVMF_TARGET_RAM_BACKEND_H_

#include <cstdint>
#include <memory>

#include "nvmf/stream/descriptor.h"
#include "nvmf/target/backend.h"

namespace nvmf::target {

// MakeRamBackend returns `octets` of zeros; nullptr when there is not as much memory. It is taken
// as it is first written.
std::shared_ptr<Backend> MakeRamBackend(std::uint64_t octets);
// AdoptRamBackend goes on with the memory of another RAM backend's handle: while both are there,
// only one may be used. nullptr: no memory of `octets` octets that stays.
std::shared_ptr<Backend> AdoptRamBackend(Descriptor memory, std::uint64_t octets);

// MakeNullBackend forgets what is written; zeros are read from it.
std::shared_ptr<Backend> MakeNullBackend(std::uint64_t octets);

}  // namespace nvmf::target

#endif  // NVMF_TARGET_RAM_BACKEND_H_
