#include "nvmf/target/server.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "nvmf/stream/socket_stream.h"

namespace nvmf::target {
namespace {

// As large as the kernel lets it be: whom it drops tries again only after a second.
constexpr int kBacklog = 4096;
constexpr int kShortageMs = 100;  // Until descriptors may be there again.

Error IoError(const char* what) { return {.code = Code::kIo, .sys_errno = errno, .what = what}; }

struct Address {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Port ToPort(const Address& address) {
  Port port;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.storage.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address.storage);
    port.adrfam = AdrFam::kIpv6;
    port.trsvcid = ntohs(v6.sin6_port);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  } else {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address.storage);
    port.trsvcid = ntohs(v4.sin_port);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
  }
  port.traddr = text.data();
  return port;
}

Port LocalPort(int fd) {
  Address address;
  if (getsockname(fd, address.get(), &address.size) != 0) return {};
  return ToPort(address);
}

// Binds and listens; -1 and errno when that fails.
int MakeListener(const addrinfo& at) {
  const int fd = socket(at.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (at.ai_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (bind(fd, at.ai_addr, at.ai_addrlen) == 0 && listen(fd, kBacklog) == 0) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

}  // namespace

Server::~Server() {
  Stop();
  for (const int listener : listeners_) close(listener);
}

Result<Port> Server::Listen(const std::string& address, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return Fail(Code::kInvalidArgument, "not a numeric address");
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, freeaddrinfo);
  const int listener = MakeListener(*owned);
  if (listener < 0) return std::unexpected(IoError("listen"));
  listeners_.push_back(listener);
  Port bound = LocalPort(listener);
  target_.AddPort(bound);
  return bound;
}

Result<Port> Server::Adopt(Descriptor listener) {
  int listens = 0;
  socklen_t size = sizeof listens;
  if (getsockopt(listener.get(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0) {
    return std::unexpected(IoError("getsockopt"));
  }
  if (listens == 0) return Fail(Code::kInvalidArgument, "not a listening socket");
  listeners_.push_back(listener.Release());
  return LocalPort(listeners_.back());
}

Result<> Server::Start() {
  wake_ = eventfd(0, EFD_CLOEXEC);
  if (wake_ < 0) return std::unexpected(IoError("eventfd"));
  try {
    thread_ = std::thread([this] { AcceptAll(); });
  } catch (const std::system_error& error) {
    close(wake_);
    return std::unexpected(
        Error{.code = Code::kIo, .sys_errno = error.code().value(), .what = "thread"});
  }
  return {};
}

void Server::Stop() {
  if (!thread_.joinable()) return;
  static_cast<void>(eventfd_write(wake_, 1));
  thread_.join();
  close(wake_);
}

void Server::AcceptAll() {
  std::vector<pollfd> waiting{{.fd = wake_, .events = POLLIN, .revents = 0}};
  for (const int listener : listeners_) {
    waiting.push_back({.fd = listener, .events = POLLIN, .revents = 0});
  }
  bool shortage = false;
  for (;;) {
    const nfds_t count = shortage ? 1 : waiting.size();
    const int ready = poll(waiting.data(), count, shortage ? kShortageMs : -1);
    if (ready < 0 && errno != EINTR) return;
    if (ready > 0 && waiting[0].revents != 0) return;
    if (std::exchange(shortage, false) || ready <= 0) continue;
    for (std::size_t i = 1; i < waiting.size(); ++i) {
      if (waiting[i].revents != 0 && !AcceptOne(waiting[i].fd)) shortage = true;
    }
  }
}

// False when descriptors or memory have run out.
bool Server::AcceptOne(int listener) {
  const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) {
    return errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM;
  }
  target_.Serve(SocketStream::Adopt(fd), LocalPort(fd));
  return true;
}

}  // namespace nvmf::target
