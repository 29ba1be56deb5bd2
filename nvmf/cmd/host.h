// What the host's commands have in common: options, and the way to a controller.
#ifndef NVMF_CMD_HOST_H_
#define NVMF_CMD_HOST_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "nvmf/cmd/outcome.h"
#include "nvmf/cmd/url.h"
#include "nvmf/host/host_controller.h"

namespace nvmf::cmd {

struct HostOptions {
  std::string url{};
  std::string hostnqn{};  // Empty: that of this machine, or a random one.
  bool header_digest = false;
  bool data_digest = false;
  std::uint16_t queue_entries = 0;  // 0: up to 128.
  std::uint16_t depth = 32;         // Commands outstanding.
  std::uint32_t timeout_ms = 30'000;
  std::uint32_t kato_ms = 120'000;
};

// Host is an association with an enabled controller.
class Host {
 public:
  // Open dials, connects the admin queue, enables the controller and identifies it.
  static Outcome<std::unique_ptr<Host>> Open(const HostOptions& options, const Url& url);

  HostController& controller() { return *controller_; }
  const IdentifyController& id() const { return id_; }

  // OpenQueue connects I/O queue 1, OpenQueues queues 1 to `count`.
  Outcome<HostQPair> OpenQueue();
  Outcome<std::vector<HostQPair>> OpenQueues(std::uint16_t count);
  // KeepAlive says that we are here, if it is time.
  Outcome<> KeepAlive();
  // Close shuts the controller down. It reports nothing: all that mattered is done.
  void Close();

 private:
  Host(const HostOptions& options, const Url& url);
  Deadline Wait() const { return Deadline::After(std::chrono::milliseconds(options_.timeout_ms)); }
  std::string where() const;
  Outcome<HostQPair> ConnectQueue(std::uint16_t qid);

  const HostOptions options_;
  const Url url_;
  Association association_;
  std::unique_ptr<HostController> controller_{};
  IdentifyController id_{};
  Deadline::Clock::time_point heard_{};
};

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_HOST_H_
