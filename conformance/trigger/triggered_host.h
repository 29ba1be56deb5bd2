// TriggeredHost: whatever host connects to a port when a command is run. The command is told by
// its environment what is wished for, and by its exit status we are told what came of it.
//
//   auto host = TriggeredHost::Listen({.host = "127.0.0.1", .port = "0", .command = "./my-host"});
//   RunHostCase(limits, **host, test);
//
// Shapes    each errand asks for a subsystem of its own, so that a host which goes on with an
//           earlier errand is noticed. Exit status 0: all was done; kCannot: this host cannot do
//           this; any other: it was not done, and the last line printed says why.
// Errors    Listen: kInvalidArgument for an address that does not resolve, kIo. Start: kIo.
//           Accept and Finish: kUnsupported when the command said kCannot; Accept: kClosed when it
//           ended without a connection; both kTimeout.
// Threads   one at a time.
// Lifetime  Stop ends the command and closes connections that nobody has accepted.
#ifndef CONFORMANCE_TRIGGER_TRIGGERED_HOST_H_
#define CONFORMANCE_TRIGGER_TRIGGERED_HOST_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/script/device.h"
#include "conformance/trigger/shell_command.h"
#include "nvmf/stream/descriptor.h"

namespace nvmf::conformance {

// Trigger is where to listen, and what makes the host connect there.
struct Trigger {
  std::string host;  // A name or an address.
  std::string port;  // "0": any that is free.
  std::string command;
};

class TriggeredHost final : public HostDut {
 public:
  static constexpr int kCannot = 89;

  static Result<std::unique_ptr<TriggeredHost>> Listen(const Trigger& trigger);
  ~TriggeredHost() override { Stop(); }

  Result<> Start(const HostErrand& errand) override;
  Result<int> Accept(Deadline deadline) override;
  Result<HostOutcome> Finish(Deadline deadline) override;
  void Stop() override;
  std::string name() const override { return trigger_.command; }
  std::string subnqn() const override { return subnqn_; }
  std::uint16_t port() const { return port_; }

 private:
  TriggeredHost(const Trigger& trigger, Descriptor listener, std::uint16_t port);
  Result<std::vector<std::string>> Settings(const HostErrand& errand);

  Trigger trigger_;
  Descriptor listener_;
  std::uint16_t port_;
  std::string run_;  // Tells the errands of this run from those of others.
  unsigned errands_ = 0;
  HostErrand::Kind kind_{};
  std::string subnqn_;
  std::optional<ShellCommand> running_ = std::nullopt;
  Descriptor given_{};  // What the host is to write or compare,
  Descriptor got_{};    // and where it puts what it has read, or found: a name in each line.
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_TRIGGER_TRIGGERED_HOST_H_
