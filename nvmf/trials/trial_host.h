// TrialHost is one association with a target on the loopback address, its controller enabled.
//
//   auto host = TrialHost::Connect({.port = target.port()});
//   auto queue = (*host)->ConnectIo(1, 128);
//   (*host)->Close();
//
// Errors    a sentence for people.
// Threads   one at a time; queue pairs are independent of it and of each other.
// Lifetime  queue pairs may outlive it; their controller ends when it goes.
#ifndef NVMF_TRIALS_TRIAL_HOST_H_
#define NVMF_TRIALS_TRIAL_HOST_H_

#include <cstdint>
#include <memory>
#include <string>

#include "nvmf/cmd/outcome.h"
#include "nvmf/host/host_controller.h"
#include "nvmf/trials/served_target.h"

namespace nvmf::trials {

struct TrialHostOptions {
  std::uint16_t port = 0;
  std::string subnqn = kTrialNqn;
  std::string hostnqn = "nqn.2026-11.org.example:host";
  bool header_digest = false;
  bool data_digest = false;
  std::uint32_t kato_ms = 120'000;
  std::chrono::milliseconds timeout{30'000};  // For a connection, and for a command.
};

class TrialHost {
 public:
  static cmd::Outcome<std::unique_ptr<TrialHost>> Connect(const TrialHostOptions& options);

  HostController& controller() { return *controller_; }
  cmd::Outcome<HostQPair> ConnectIo(std::uint16_t qid, std::uint16_t entries);
  // Close shuts the controller down, as a host that leaves does.
  cmd::Outcome<> Close();

 private:
  explicit TrialHost(const TrialHostOptions& options);

  const TrialHostOptions options_;
  Association association_;
  std::unique_ptr<HostController> controller_{};
};

}  // namespace nvmf::trials

#endif  // NVMF_TRIALS_TRIAL_HOST_H_
