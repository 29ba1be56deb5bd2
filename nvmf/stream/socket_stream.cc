#include "nvmf/stream/socket_stream.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

namespace nvmf {
namespace {

using std::chrono::milliseconds;

// How long one blocking recv may last: longer deadlines are waited for in slices, so that a wait
// costs no system call besides the recv itself.
constexpr milliseconds kSlice{1000};
constexpr std::size_t kMaxSpans = 128;

Error IoError(const char* what) { return {.code = Code::kIo, .sys_errno = errno, .what = what}; }

iovec ToIovec(ByteView span) {
  return {.iov_base = const_cast<std::byte*>(span.data()), .iov_len = span.size()};
}

bool WouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

std::unique_ptr<SocketStream> SocketStream::Adopt(int fd) {
  return std::unique_ptr<SocketStream>(new SocketStream(fd));
}

SocketStream::SocketStream(int fd) : fd_(fd) {
  const int flags = fcntl(fd_, F_GETFL);
  if (flags >= 0 && (flags & O_NONBLOCK) != 0) fcntl(fd_, F_SETFL, flags & ~O_NONBLOCK);
  const timeval slice{.tv_sec = kSlice.count() / 1000, .tv_usec = 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &slice, sizeof slice);
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // Fails, rightly, unless it is TCP.
}

SocketStream::~SocketStream() { close(fd_); }

Result<std::size_t> SocketStream::Recv(const InputSpans& into, int flags) {
  ssize_t n;
  do {
    if (into.second.empty() || into.first.empty()) {
      const MutableBytes one = into.first.empty() ? into.second : into.first;
      n = recv(fd_, one.data(), one.size(), flags);
    } else {
      std::array<iovec, 2> spans{ToIovec(into.first), ToIovec(into.second)};
      msghdr message{};
      message.msg_iov = spans.data();
      message.msg_iovlen = spans.size();
      n = recvmsg(fd_, &message, flags);
    }
  } while (n < 0 && errno == EINTR);
  if (n > 0) return static_cast<std::size_t>(n);
  if (n == 0) return Fail(Code::kClosed, "the peer closed the stream");
  if (WouldBlock(errno)) return 0;
  return std::unexpected(IoError("recv"));
}

Result<std::size_t> SocketStream::Read(const InputSpans& into) { return Recv(into, MSG_DONTWAIT); }

Result<std::size_t> SocketStream::Receive(const InputSpans& into, Deadline deadline) {
  for (;;) {
    const auto left = deadline.Remaining();
    if (left < kSlice) return Stream::Receive(into, deadline);
    const Result<std::size_t> read = Recv(into, 0);
    if (!read || *read != 0) return read;
  }
}

Result<std::size_t> SocketStream::Write(OutputSpans from) {
  std::array<iovec, kMaxSpans> spans;
  const std::size_t count = std::min(from.size(), spans.size());
  std::transform(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(count), spans.begin(),
                 ToIovec);
  msghdr message{};
  message.msg_iov = spans.data();
  message.msg_iovlen = count;
  ssize_t n;
  do {
    n = count == 1 ? send(fd_, from[0].data(), from[0].size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                   : sendmsg(fd_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  if (n >= 0) return static_cast<std::size_t>(n);
  if (WouldBlock(errno)) return 0;
  return std::unexpected(IoError("send"));
}

Result<> SocketStream::Wait(Interest interest, Deadline deadline) {
  pollfd waiting{.fd = fd_, .events = 0, .revents = 0};
  if (interest.read) waiting.events |= POLLIN;
  if (interest.write) waiting.events |= POLLOUT;
  for (;;) {
    int timeout = -1;
    if (!deadline.never()) {
      const auto left = std::chrono::ceil<milliseconds>(deadline.Remaining()).count();
      timeout = static_cast<int>(std::min<std::int64_t>(left, std::numeric_limits<int>::max()));
    }
    const int ready = poll(&waiting, 1, timeout);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return std::unexpected(IoError("poll"));
    if (deadline.passed()) return Fail(Code::kTimeout, "the deadline passed");
  }
}

void SocketStream::EndOutput() { shutdown(fd_, SHUT_WR); }

void SocketStream::Shutdown() { shutdown(fd_, SHUT_RDWR); }

}  // namespace nvmf
