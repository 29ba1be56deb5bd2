#include "nvmf/cmd/dial.h"

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "nvmf/cmd/url.h"
#include "nvmf/stream/socket_stream.h"

namespace nvmf::cmd {
namespace {

// AwaitConnected returns errno; 0 once the socket is connected.
int AwaitConnected(int fd, Deadline deadline) {
  pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.Remaining()).count();
    const int ready = poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, 1 << 30)));
    if (ready > 0) break;
    if (ready < 0 && errno != EINTR) return errno;
    if (deadline.passed()) return ETIMEDOUT;
  }
  int error = 0;
  socklen_t size = sizeof error;
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

// ConnectTo returns a connected socket, or -errno.
int ConnectTo(const addrinfo& at, Deadline deadline) {
  const int fd = socket(at.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -errno;
  int error = connect(fd, at.ai_addr, at.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS || error == EINTR) error = AwaitConnected(fd, deadline);
  if (error == 0) return fd;
  close(fd);
  return -error;
}

}  // namespace

Outcome<std::unique_ptr<Stream>> Dial(const std::string& host, std::uint16_t port,
                                      Deadline deadline) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string where = EndpointText(host, port);
  const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) return Sorry(where + ": " + gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, freeaddrinfo);
  int last = ETIMEDOUT;
  for (const addrinfo* at = found; at != nullptr && !deadline.passed(); at = at->ai_next) {
    const int fd = ConnectTo(*at, deadline);
    if (fd >= 0) return SocketStream::Adopt(fd);
    last = -fd;
  }
  return Sorry(where + ": " + std::strerror(last));
}

}  // namespace nvmf::cmd
