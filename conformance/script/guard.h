// Guard: stands in the send path of a scripted host and refuses what the user did not grant.
//
//   Guard guard(grant);
//   if (const auto refused = guard.Inspect(bytes)) ...     // why these octets may not be sent
//
// It decodes the final octets, lies and all: what counts is what the device might execute, not what
// the script meant. Without `disruptive` every PDU must be as its specification has it, and in its
// place; without a destructive grant no command may change a medium; with one, only inside its
// blocks.
//
// Threads   one per connection.
#ifndef CONFORMANCE_SCRIPT_GUARD_H_
#define CONFORMANCE_SCRIPT_GUARD_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "conformance/script/manners.h"
#include "conformance/wire/negotiated.h"
#include "conformance/wire/octets.h"
#include "nvmf/nvme/sqe.h"

namespace nvmf::conformance {

// Blocks of a namespace that the suite may overwrite.
struct BlockGrant {
  std::uint32_t nsid = 0;
  std::uint64_t first = 0;
  std::uint64_t last = std::numeric_limits<std::uint64_t>::max();  // Inclusive.
};

struct Grant {
  bool everything = false;  // Nothing there can be lost: the built-in device.
  bool disruptive = false;  // Malformed PDUs, resets, resource exhaustion.
  std::vector<BlockGrant> destructive = {};

  bool may_disrupt() const { return everything || disruptive; }
  bool may_write() const { return everything || !destructive.empty(); }
};

class Guard {
 public:
  explicit Guard(Grant grant) : grant_(std::move(grant)) {}

  // Inspect looks at octets about to be sent. They may be any part of the stream: the head of a
  // capsule is remembered until enough of it is there to tell. `negotiated` is what an honest PDU
  // keeps to.
  std::optional<std::string> Inspect(ByteView bytes, const Negotiated& negotiated = {});
  // InspectCommand looks at a command that is not to be sent yet.
  std::optional<std::string> InspectCommand(const Sqe& sqe) const {
    return Guard(*this).InspectSqe(sqe);
  }
  // MayReset tells whether the connection may be ended by force.
  bool MayReset() const { return grant_.may_disrupt(); }

 private:
  std::optional<std::string> InspectStream(ByteView bytes);
  std::optional<std::string> InspectFabrics(const Sqe& sqe);
  std::optional<std::string> InspectFront(ByteView bytes);
  std::optional<std::string> InspectSqe(const Sqe& sqe);
  std::optional<std::string> InspectIo(const Sqe& sqe) const;
  std::optional<std::string> InspectAdmin(const Sqe& sqe) const;

  Grant grant_;
  Manners manners_;
  bool io_queue_ = false;   // Learnt from the Connect that went by.
  Bytes head_;              // An unfinished PDU header.
  std::uint64_t skip_ = 0;  // Octets of the present PDU still to come.
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_GUARD_H_
