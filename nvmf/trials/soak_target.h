// The target of the soak: one namespace that stays, and others that come and go by themselves.
//
//   return ServeSoakTarget(64 << 20);                     // in a process of its own
//
// Shapes    NSID 1 stays. NSIDs kFirstGuest and kLastGuest, and those between, hold kGuestBytes
// each
//           while they are there. Says "listening on ..." as `nvmf serve` does, and ends at
//           SIGTERM.
#ifndef NVMF_TRIALS_SOAK_TARGET_H_
#define NVMF_TRIALS_SOAK_TARGET_H_

#include <cstdint>

namespace nvmf::trials {

inline constexpr std::uint32_t kFirstGuest = 2;
inline constexpr std::uint32_t kLastGuest = 5;
inline constexpr std::uint64_t kGuestBytes = 1 << 20;

// ServeSoakTarget returns an exit status.
int ServeSoakTarget(std::uint64_t octets);

}  // namespace nvmf::trials

#endif  // NVMF_TRIALS_SOAK_TARGET_H_
