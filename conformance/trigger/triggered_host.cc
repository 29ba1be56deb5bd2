#include "conformance/trigger/triggered_host.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <random>
#include <utility>

namespace nvmf::conformance {
namespace {

constexpr int kBacklog = 16;
constexpr std::size_t kMostRead = 16u << 20;  // Of what a host says it has read.

std::unexpected<Error> Broken(const char* what) {
  return std::unexpected(Error{.code = Code::kIo, .sys_errno = errno, .what = what});
}

Result<Descriptor> ListenAt(const Trigger& trigger) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(trigger.host.c_str(), trigger.port.c_str(), &hints, &found) != 0) {
    return Fail(Code::kInvalidArgument, "the address to listen at does not resolve");
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
  Descriptor listener(socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int yes = 1;
  (void)setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener.get(), found->ai_addr, found->ai_addrlen) != 0) return Broken("bind");
  if (listen(listener.get(), kBacklog) != 0) return Broken("listen");
  return listener;
}

std::uint16_t PortOf(int fd) {
  sockaddr_storage at{};
  socklen_t size = sizeof at;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size) != 0) return 0;
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&at);
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&at);
  return ntohs(at.ss_family == AF_INET6 ? v6->sin6_port : v4->sin_port);
}

// A file without a name, which the command reaches as /proc/PID/fd/N.
Result<Descriptor> Unnamed(ByteView content) {
  Descriptor file(memfd_create("errand", MFD_CLOEXEC));
  if (!file.valid()) return Broken("memfd_create");
  while (!content.empty()) {
    const ssize_t put = write(file.get(), content.data(), content.size());
    if (put < 0) return Broken("write");
    content = content.subspan(static_cast<std::size_t>(put));
  }
  return file;
}

std::string PathOf(const Descriptor& file) {
  return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(file.get());
}

Bytes Content(const Descriptor& file) {
  const off_t size = lseek(file.get(), 0, SEEK_END);
  if (size <= 0) return {};
  Bytes content(std::min(static_cast<std::size_t>(size), kMostRead));
  const ssize_t got = pread(file.get(), content.data(), content.size(), 0);
  content.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return content;
}

std::vector<std::string> Lines(const Bytes& text) {
  std::vector<std::string> lines;
  std::string line;
  for (const std::byte octet : text) {
    if (octet != std::byte{'\n'}) {
      line += static_cast<char>(octet);
    } else {
      if (!line.empty()) lines.push_back(line);
      line.clear();
    }
  }
  return lines;
}

const char* KindName(HostErrand::Kind kind) {
  switch (kind) {
    case HostErrand::Kind::kConnect:
      return "connect";
    case HostErrand::Kind::kRead:
      return "read";
    case HostErrand::Kind::kWrite:
      return "write";
    case HostErrand::Kind::kCompare:
      return "compare";
    case HostErrand::Kind::kStay:
      return "stay";
    case HostErrand::Kind::kDiscover:
      return "discover";
  }
  return "unknown";
}

}  // namespace

Result<std::unique_ptr<TriggeredHost>> TriggeredHost::Listen(const Trigger& trigger) {
  Result<Descriptor> listener = ListenAt(trigger);
  if (!listener) return std::unexpected(listener.error());
  const std::uint16_t port = PortOf(listener->get());
  return std::unique_ptr<TriggeredHost>(new TriggeredHost(trigger, std::move(*listener), port));
}

TriggeredHost::TriggeredHost(const Trigger& trigger, Descriptor listener, std::uint16_t port)
    : trigger_(trigger), listener_(std::move(listener)), port_(port) {
  run_ = std::to_string(std::random_device()());
}

Result<std::vector<std::string>> TriggeredHost::Settings(const HostErrand& errand) {
  Result<Descriptor> given = Unnamed(errand.data);
  Result<Descriptor> got = Unnamed({});
  if (!given) return std::unexpected(given.error());
  if (!got) return std::unexpected(got.error());
  given_ = std::move(*given);
  got_ = std::move(*got);
  return std::vector<std::string>{
      "NVMF_TRADDR=" + trigger_.host,
      "NVMF_TRSVCID=" + std::to_string(port_),
      "NVMF_SUBNQN=" + subnqn_,
      std::string("NVMF_ERRAND=") + KindName(errand.kind),
      "NVMF_COMMANDS=" + std::to_string(errand.commands),
      "NVMF_FIRST_BLOCK=" + std::to_string(HostErrand::kFirstBlock),
      "NVMF_BLOCKS=" + std::to_string(errand.blocks),
      "NVMF_DATA=" + PathOf(given_),
      "NVMF_DATA_BYTES=" + std::to_string(errand.data.size()),
      "NVMF_READ=" + PathOf(got_),
      "NVMF_HEADER_DIGEST=" + std::to_string(errand.header_digest),
      "NVMF_DATA_DIGEST=" + std::to_string(errand.data_digest),
      "NVMF_NO_FLOW_CONTROL=" + std::to_string(errand.no_flow_control),
      "NVMF_HPDA=" + std::to_string(errand.hpda),
      "NVMF_R2TS=" + std::to_string(errand.r2ts),
      "NVMF_ENTRIES=" + std::to_string(errand.entries),
      "NVMF_AT_ONCE=" + std::to_string(errand.at_once),
      "NVMF_PATIENCE_MS=" + std::to_string(errand.patience.count()),
      "NVMF_KATO_MS=" + std::to_string(errand.kato.count()),
      "NVMF_STAY_MS=" + std::to_string(errand.stay.count()),
  };
}

Result<> TriggeredHost::Start(const HostErrand& errand) {
  Stop();
  kind_ = errand.kind;
  subnqn_ = kErrandNqnPrefix + run_ + ':' + std::to_string(++errands_);
  const auto settings = Settings(errand);
  if (!settings) return std::unexpected(settings.error());
  Result<ShellCommand> running = ShellCommand::Start(trigger_.command, *settings);
  if (!running) return std::unexpected(running.error());
  running_.emplace(std::move(*running));
  return {};
}

Result<int> TriggeredHost::Accept(Deadline deadline) {
  while (true) {
    const int fd = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) return fd;
    if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) return Broken("accept");
    if (!running_) return Fail(Code::kClosed, "the command does not run");
    if (const auto status = running_->Wait(Deadline::In(Duration(0)))) {
      if (*status == kCannot) return Fail(Code::kUnsupported, "the command says so");
      return Fail(Code::kClosed, "the command has ended");
    }
    std::array<pollfd, 2> waiting{{{listener_.get(), POLLIN, 0}, {running_->handle(), POLLIN, 0}}};
    const int ready = poll(waiting.data(), waiting.size(), deadline.poll_timeout());
    if (ready == 0) return Fail(Code::kTimeout, "no connection comes");
  }
}

Result<HostOutcome> TriggeredHost::Finish(Deadline deadline) {
  if (!running_) return Fail(Code::kClosed, "the command does not run");
  const auto status = running_->Wait(deadline);
  if (!status) return Fail(Code::kTimeout, "the command has not ended");
  if (*status == kCannot) return Fail(Code::kUnsupported, "the command says so");
  const std::string line = running_->LastLine();
  HostOutcome outcome{
      .success = *status == 0,
      .text = "exit status " + std::to_string(*status) + (line.empty() ? "" : ": ") + line,
      .data = Content(got_)};
  if (kind_ == HostErrand::Kind::kDiscover && !outcome.data.empty()) {
    outcome.subnqns = Lines(std::exchange(outcome.data, {}));
  }
  return outcome;
}

void TriggeredHost::Stop() {
  running_.reset();
  while (true) {
    const int fd = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    (void)close(fd);
  }
}

}  // namespace nvmf::conformance
