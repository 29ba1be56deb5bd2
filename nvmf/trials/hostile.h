// Hostile peers: connections to a target that stop where it hurts.
//
//   auto socket = HalfWay(port, Half::kIcReq);
//
// Shapes    sockets that somebody holds for as long as the attack lasts. Associations are complete,
//           admin queue and I/O queue 1, and are never heard of again.
// Errors    a sentence; most often that the target let nobody in.
// Threads   any number, each with its own.
#ifndef NVMF_TRIALS_HOSTILE_H_
#define NVMF_TRIALS_HOSTILE_H_

#include <cstdint>
#include <memory>

#include "nvmf/cmd/outcome.h"
#include "nvmf/stream/descriptor.h"
#include "nvmf/trials/trial_host.h"

namespace nvmf::trials {

// ConnectTo connects to the loopback address. `receive_buffer` octets, 0: as the kernel has it.
cmd::Outcome<Descriptor> ConnectTo(std::uint16_t port, int receive_buffer = 0);

// Half is where a peer falls silent before it is a host: half of ICReq, of the header of a
// CapsuleCmd, or of the data in the capsule of its Connect.
enum class Half : std::uint8_t { kIcReq, kCapsuleHeader, kCapsuleData };
cmd::Outcome<Descriptor> HalfWay(std::uint16_t port, Half half);

// Intruder is a host that was let in.
struct Intruder {
  std::unique_ptr<TrialHost> host{};
  Descriptor io{};
};

// HalfWrite is one that was asked for the data of a write and sends half of a H2CData.
cmd::Outcome<Intruder> HalfWrite(std::uint16_t port);
// ZeroWindow is one that asks for `reads` times `octets` and receives none.
cmd::Outcome<Intruder> ZeroWindow(std::uint16_t port, std::uint16_t reads, std::uint32_t octets);

// ConnectAndReset connects and resets the connection at once.
bool ConnectAndReset(std::uint16_t port);

}  // namespace nvmf::trials

#endif  // NVMF_TRIALS_HOSTILE_H_
