// The device under test, as the suite needs it: ControllerDut can be dialled, HostDut can be
// started.
//
// Errors    Dial: kRefused and kIo when nobody listens, kTimeout. Start: what kept it from
// starting. Threads   one at a time. Lifetime  the caller of Dial and Accept owns the descriptor.
#ifndef CONFORMANCE_SCRIPT_DEVICE_H_
#define CONFORMANCE_SCRIPT_DEVICE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/wire/deadline.h"
#include "conformance/wire/octets.h"
#include "nvmf/base/result.h"

namespace nvmf::conformance {

// Change is what may happen on a controller's own side while hosts use it.
enum class Change : std::uint8_t {
  kTakeNamespace,    // The namespace that cases work on goes away,
  kGiveNamespace,    // and is there again, its blocks with it.
  kAddSubsystem,     // The discovery log tells of one subsystem more,
  kRemoveSubsystem,  // and no longer does.
};

class ControllerDut {
 public:
  virtual ~ControllerDut() = default;
  // Dial returns a connected socket on which the controller waits for an ICReq.
  virtual Result<int> Dial(Deadline deadline) = 0;
  virtual std::string name() const = 0;
  virtual std::string subnqn() const = 0;
  // Make brings a change about. kUnsupported: nobody here can; changeable tells beforehand.
  virtual Result<> Make(Change) { return Fail(Code::kUnsupported, "nobody can change the device"); }
  virtual bool changeable() const { return false; }
};

// HostErrand is what a host under test is asked to do. Only `kind`, `commands`, `blocks` and `data`
// are orders; the rest are wishes, and a case looks at what the host then says of itself.
struct HostErrand {
  enum class Kind : std::uint8_t {
    kConnect,   // Admin queue, enable, identify; then shut down.
    kRead,      // ... and an I/O queue, and reads of NSID 1 from kFirstBlock on.
    kWrite,     // ... and writes of `data`, likewise.
    kCompare,   // ... and compares with `data`, likewise.
    kStay,      // As kConnect, but stay connected for `stay` before shutting down.
    kDiscover,  // Connect to the discovery service, read its log, tell what may be used.
  };
  // Hosts have reasons of their own to read the first blocks: partition tables, say.
  static constexpr std::uint64_t kFirstBlock = 1024;
  Kind kind = Kind::kConnect;
  std::uint32_t commands = 1;  // One after the other, whatever became of those before.
  std::uint32_t blocks = 8;    // Of each read.
  Bytes data = {};             // kWrite, kCompare: of all commands, in equal parts.
  bool header_digest = false;
  bool data_digest = false;
  bool no_flow_control = false;
  std::uint8_t hpda = 0;
  std::uint32_t r2ts = 1;      // R2Ts that one command may have outstanding.
  std::uint16_t entries = 32;  // Of the I/O queue.
  bool at_once = false;        // As many commands outstanding as the queue takes.
  Duration patience{10'000};   // How long the host waits for any one answer.
  Duration kato{0};            // Keep Alive Timeout; 0: what the host usually asks for.
  Duration stay{0};            // kStay.
};

// HostOutcome is how the errand ended, as far as the host tells.
struct HostOutcome {
  bool success = false;   // All that was asked for was done.
  std::string text = {};  // What the host said when it was not.
  Bytes data = {};        // kRead: what its user was handed as good, command after command.
  // kDiscover: the NVM subsystems that it may use, in the log's order; none if it does not tell.
  std::optional<std::vector<std::string>> subnqns = std::nullopt;
};

// Errands of hosts that connect over a network are for subsystems of their own, one for each:
// kErrandNqnPrefix and what tells one from another.
inline constexpr const char* kErrandNqnPrefix = "nqn.2014-08.org.example:conformance-errand:";

class HostDut {
 public:
  virtual ~HostDut() = default;
  // Start sets the host to work; its connections come out of Accept, one after the other.
  // kUnsupported: this host cannot be sent on such an errand.
  virtual Result<> Start(const HostErrand& errand) = 0;
  virtual Result<int> Accept(Deadline deadline) = 0;
  // Finish returns the outcome once the host is done: kTimeout while it is not.
  virtual Result<HostOutcome> Finish(Deadline deadline) = 0;
  // Stop ends whatever the host still does; Start may be called again.
  virtual void Stop() = 0;
  virtual std::string name() const = 0;
  // Whether the host waits no longer than HostErrand::patience says.
  virtual bool obeys_patience() const { return false; }
  // The subsystem that the host will ask for.
  virtual std::string subnqn() const = 0;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_DEVICE_H_
