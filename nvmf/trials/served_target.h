// ServedTarget is the target of `nvmf serve` in a process of its own.
//
//   auto target = ServedTarget::Start("nvmf/cmd/nvmf", {"--subsystem", kTrialNqn, "--ram", "64"});
//   Dial("127.0.0.1", target->port(), ...);
//   target->process().Signal(SIGKILL);
//
// Shapes    listens on the loopback address, at a port that the kernel chooses unless `port` says.
// Errors    a sentence for people.
// Threads   as ChildProcess.
#ifndef NVMF_TRIALS_SERVED_TARGET_H_
#define NVMF_TRIALS_SERVED_TARGET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "nvmf/trials/child_process.h"

namespace nvmf::trials {

inline constexpr const char* kTrialNqn = "nqn.2026-11.org.example:trial";

class ServedTarget {
 public:
  // Start runs `nvmf serve` with `options` and returns once it listens.
  static cmd::Outcome<ServedTarget> Start(const std::string& nvmf,
                                          const std::vector<std::string>& options,
                                          std::uint16_t port = 0);
  // Watch takes a program that says "listening on 127.0.0.1:PORT", once it has.
  static cmd::Outcome<ServedTarget> Watch(ChildProcess process);

  std::uint16_t port() const { return port_; }
  ChildProcess& process() { return process_; }
  pid_t pid() const { return process_.pid(); }
  // Stop ends it by SIGTERM; anything but a clean end is an error.
  cmd::Outcome<> Stop();

 private:
  ServedTarget(ChildProcess process, std::uint16_t port)
      : process_(std::move(process)), port_(port) {}

  ChildProcess process_;
  std::uint16_t port_;
};

}  // namespace nvmf::trials

#endif  // NVMF_TRIALS_SERVED_TARGET_H_
