#include "nvmf/trials/trial_host.h"

#include "nvmf/cmd/dial.h"

namespace nvmf::trials {
namespace {

using cmd::Outcome;
using cmd::Sorry;

constexpr HostId kHostId{std::byte{1}};

}  // namespace

TrialHost::TrialHost(const TrialHostOptions& options)
    : options_(options),
      association_({.hostnqn = options.hostnqn,
                    .subnqn = options.subnqn,
                    .hostid = kHostId,
                    .header_digest = options.header_digest,
                    .data_digest = options.data_digest,
                    .kato_ms = options.kato_ms,
                    .connect_timeout = options.timeout,
                    .command_timeout = options.timeout}) {}

Outcome<std::unique_ptr<TrialHost>> TrialHost::Connect(const TrialHostOptions& options) {
  std::unique_ptr<TrialHost> host(new TrialHost(options));
  auto stream = cmd::Dial("127.0.0.1", options.port, Deadline::After(options.timeout));
  if (!stream) return Sorry(stream.error());
  auto controller = HostController::Connect(host->association_, std::move(*stream));
  if (!controller) return Sorry("admin queue", controller.error());
  host->controller_ = std::make_unique<HostController>(std::move(*controller));
  if (const Result<> enabled = host->controller_->Enable(); !enabled) {
    return Sorry("enable", enabled.error());
  }
  if (const auto id = host->controller_->IdentifyController(); !id) {
    return Sorry("Identify Controller", id.error());
  }
  return host;
}

Outcome<HostQPair> TrialHost::ConnectIo(std::uint16_t qid, std::uint16_t entries) {
  auto stream = cmd::Dial("127.0.0.1", options_.port, Deadline::After(options_.timeout));
  if (!stream) return Sorry(stream.error());
  auto queue = controller_->ConnectIo(std::move(*stream), {.qid = qid, .entries = entries});
  if (!queue) return Sorry("I/O queue " + std::to_string(qid), queue.error());
  return std::move(*queue);
}

Outcome<> TrialHost::Close() {
  if (const Result<> down = controller_->Shutdown(); !down) return Sorry("shutdown", down.error());
  return {};
}

}  // namespace nvmf::trials
