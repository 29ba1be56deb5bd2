#include "nvmf/cmd/host.h"

#include <algorithm>
#include <fstream>
#include <random>
#include <utility>

#include "nvmf/cmd/dial.h"

namespace nvmf::cmd {
namespace {

Uuid RandomUuid() {
  std::random_device random;
  Uuid uuid;
  for (std::byte& octet : uuid) octet = static_cast<std::byte>(random() & 0xFF);
  uuid[6] = (uuid[6] & std::byte{0x0F}) | std::byte{0x40};  // Version 4.
  uuid[8] = (uuid[8] & std::byte{0x3F}) | std::byte{0x80};
  return uuid;
}

// The names that nvme-cli and libnvme use.
std::string FirstLine(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.pop_back();
  return line;
}

AssociationParams MakeParams(const HostOptions& options, const Url& url) {
  AssociationParams params{.hostnqn = options.hostnqn,
                           .subnqn = url.subnqn,
                           .header_digest = options.header_digest,
                           .data_digest = options.data_digest,
                           .kato_ms = options.kato_ms,
                           .connect_timeout = std::chrono::milliseconds(options.timeout_ms),
                           .command_timeout = std::chrono::milliseconds(options.timeout_ms)};
  if (params.hostnqn.empty()) params.hostnqn = FirstLine("/etc/nvme/hostnqn");
  std::optional<Uuid> id;
  if (params.hostnqn.starts_with(kUuidNqnPrefix)) {
    id = ParseUuid(std::string_view(params.hostnqn).substr(kUuidNqnPrefix.size()));
  } else if (!params.hostnqn.empty()) {
    id = ParseUuid(FirstLine("/etc/nvme/hostid"));
  }
  params.hostid = id ? *id : RandomUuid();
  if (params.hostnqn.empty()) params.hostnqn = MakeHostNqn(params.hostid);
  return params;
}

}  // namespace

Host::Host(const HostOptions& options, const Url& url)
    : options_(options), url_(url), association_(MakeParams(options, url)) {}

std::string Host::where() const { return EndpointText(url_.host, url_.port); }

Outcome<std::unique_ptr<Host>> Host::Open(const HostOptions& options, const Url& url) {
  if (!options.hostnqn.empty() && !IsValidNqn(options.hostnqn)) {
    return Sorry("--hostnqn: not an NVMe qualified name: '" + options.hostnqn + "'");
  }
  std::unique_ptr<Host> host(new Host(options, url));
  Outcome<std::unique_ptr<Stream>> stream = Dial(url.host, url.port, host->Wait());
  if (!stream) return Sorry(stream.error());
  Result<HostController> controller =
      HostController::Connect(host->association_, std::move(*stream));
  if (!controller) return Sorry(host->where(), controller.error());
  host->controller_ = std::make_unique<HostController>(std::move(*controller));
  if (const Result<> enabled = host->controller_->Enable(); !enabled) {
    return Sorry(host->where() + ": enabling the controller", enabled.error());
  }
  const Result<IdentifyController> id = host->controller_->IdentifyController();
  if (!id) return Sorry(host->where() + ": Identify Controller", id.error());
  host->id_ = *id;
  host->heard_ = Deadline::Clock::now();
  return host;
}

Outcome<HostQPair> Host::OpenQueue() {
  Outcome<std::vector<HostQPair>> queues = OpenQueues(1);
  if (!queues) return Sorry(queues.error());
  return std::move(queues->front());
}

Outcome<std::vector<HostQPair>> Host::OpenQueues(std::uint16_t count) {
  const auto granted = controller_->SetNumberOfQueues(count);
  if (!granted) return Sorry(where() + ": Number of Queues", granted.error());
  if (*granted < count) {
    return Sorry(where() + " has " + std::to_string(*granted) + " I/O queues, not " +
                 std::to_string(count));
  }
  std::vector<HostQPair> queues;
  for (std::uint16_t qid = 1; qid <= count; ++qid) {
    Outcome<HostQPair> queue = ConnectQueue(qid);
    if (!queue) return Sorry(queue.error());
    queues.push_back(std::move(*queue));
  }
  return queues;
}

Outcome<HostQPair> Host::ConnectQueue(std::uint16_t qid) {
  Outcome<std::unique_ptr<Stream>> stream = Dial(url_.host, url_.port, Wait());
  if (!stream) return Sorry(stream.error());
  const std::uint32_t wanted = options_.queue_entries != 0
                                   ? options_.queue_entries
                                   : std::min<std::uint32_t>(controller_->cap().max_entries(), 128);
  Result<HostQPair> queue = controller_->ConnectIo(
      std::move(*stream), {.qid = qid, .entries = static_cast<std::uint16_t>(wanted)});
  if (!queue) return Sorry(where() + ": I/O queue " + std::to_string(qid), queue.error());
  return std::move(*queue);
}

Outcome<> Host::KeepAlive() {
  const auto now = Deadline::Clock::now();
  if (options_.kato_ms == 0 || now - heard_ < std::chrono::milliseconds(options_.kato_ms / 3)) {
    return {};
  }
  heard_ = now;
  if (const Result<> told = controller_->KeepAlive(); !told) {
    return Sorry(where() + ": Keep Alive", told.error());
  }
  return {};
}

void Host::Close() { static_cast<void>(controller_->Shutdown()); }

}  // namespace nvmf::cmd
