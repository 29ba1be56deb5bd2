// The device under test, as the suite needs it: ControllerDut can be dialled, HostDut can be
// started.
//
// Errors    Dial: kRefused and kIo when nobody listens, kTimeout. Start: what kept it from
// starting. Threads   one at a time. Lifetime  the caller of Dial and Accept owns the descriptor.
#ifndef CONFORMANCE_SCRIPT_DEVICE_H_
#define CONFORMANCE_SCRIPT_DEVICE_H_

#include <cstdint>
#include <string>

#include "conformance/wire/deadline.h"
#include "conformance/wire/octets.h"
#include "nvmf/base/result.h"

namespace nvmf::conformance {

class ControllerDut {
 public:
  virtual ~ControllerDut() = default;
  // Dial returns a connected socket on which the controller waits for an ICReq.
  virtual Result<int> Dial(Deadline deadline) = 0;
  virtual std::string name() const = 0;
  virtual std::string subnqn() const = 0;
};

// HostErrand is what a host under test is asked to do.
struct HostErrand {
  enum class Kind : std::uint8_t {
    kConnect,  // Admin queue, enable, identify; then disconnect.
    kRead,     // ... and an I/O queue, and one read.
    kWrite,    // ... and one write of `data`.
  };
  Kind kind = Kind::kConnect;
  bool header_digest = false;
  bool data_digest = false;
  std::uint32_t blocks = 8;  // Of the read or write.
  Bytes data = {};           // kWrite: what to write.
};

// HostOutcome is how the errand ended, as far as the host tells.
struct HostOutcome {
  bool success = false;
  std::string text;  // What it said when it failed.
  Bytes data = {};   // kRead: what the host handed to its user.
};

class HostDut {
 public:
  virtual ~HostDut() = default;
  // Start sets the host to work; its connections come out of Accept, one after the other.
  virtual Result<> Start(const HostErrand& errand) = 0;
  virtual Result<int> Accept(Deadline deadline) = 0;
  // Finish returns the outcome once the host is done: kTimeout while it is not.
  virtual Result<HostOutcome> Finish(Deadline deadline) = 0;
  // Stop ends whatever the host still does; Start may be called again.
  virtual void Stop() = 0;
  virtual std::string name() const = 0;
  // The subsystem that the host will ask for.
  virtual std::string subnqn() const = 0;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_DEVICE_H_
