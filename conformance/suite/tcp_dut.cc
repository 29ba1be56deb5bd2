#include "conformance/suite/tcp_dut.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace nvmf::conformance {
namespace {

// FinishConnect waits for a connect in progress: 0, or the errno that ended it.
int FinishConnect(int fd, Deadline deadline) {
  pollfd entry{.fd = fd, .events = POLLOUT, .revents = 0};
  while (true) {
    const int ready = poll(&entry, 1, deadline.poll_timeout());
    if (ready > 0) break;
    if (ready == 0 && deadline.passed()) return ETIMEDOUT;
    if (ready < 0 && errno != EINTR) return errno;
  }
  int error = 0;
  socklen_t size = sizeof error;
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

Result<int> TryOne(const addrinfo& address, Deadline deadline) {
  const int fd = socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int error = fd < 0 ? errno : 0;
  if (fd >= 0 && connect(fd, address.ai_addr, address.ai_addrlen) != 0) {
    error = errno == EINPROGRESS ? FinishConnect(fd, deadline) : errno;
  }
  if (error == 0) return fd;
  if (fd >= 0) close(fd);
  const Code code = error == ECONNREFUSED ? Code::kRefused
                    : error == ETIMEDOUT  ? Code::kTimeout
                                          : Code::kIo;
  return std::unexpected(Error{.code = code, .sys_errno = error, .what = "connect"});
}

}  // namespace

Result<int> TcpDut::Dial(Deadline deadline) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(url_.host.c_str(), url_.port.c_str(), &hints, &found) != 0 || found == nullptr) {
    return Fail(Code::kInvalidArgument, "the host name does not resolve");
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
  Result<int> last = Fail(Code::kIo, "no address");
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    last = TryOne(*address, deadline);
    if (last) return last;
  }
  return last;
}

std::string TcpDut::name() const {
  const bool v6 = url_.host.find(':') != std::string::npos;
  return std::string(kUrlScheme) + (v6 ? "[" + url_.host + "]" : url_.host) + ':' + url_.port +
         '/' + url_.subnqn;
}

}  // namespace nvmf::conformance
