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
  if (abandoned()) return Fail(Code::kClosed, "another owner has the stream");
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
    if (Bell* bell = heeds_ ? bell_.load(std::memory_order_acquire) : nullptr) {
      return ReceiveUnlessRung(*bell, into, deadline);
    }
    const auto left = deadline.Remaining();
    if (left < kSlice) return Stream::Receive(into, deadline);
    const Result<std::size_t> read = Recv(into, 0);
    if (!read || *read != 0) return read;
  }
}

// Costs a system call more than a recv that blocks, while somebody may ring.
Result<std::size_t> SocketStream::ReceiveUnlessRung(Bell& bell, const InputSpans& into,
                                                    Deadline deadline) {
  if (!counted_.exchange(true, std::memory_order_acq_rel)) bell.CountListener();
  for (;;) {
    const Result<std::size_t> read = Read(into);
    if (!read || *read != 0) return read;
    if (Result<> ready = WaitFor({.read = true}, bell.descriptor(), deadline); !ready) {
      return std::unexpected(ready.error());
    }
  }
}

void SocketStream::Attend(Bell* bell) {
  counted_.store(false, std::memory_order_release);
  bell_.store(bell != nullptr && bell->valid() ? bell : nullptr, std::memory_order_release);
}

Result<std::size_t> SocketStream::Write(OutputSpans from) {
  if (abandoned()) return Fail(Code::kClosed, "another owner has the stream");
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
  return WaitFor(interest, -1, deadline);
}

Result<> SocketStream::WaitFor(Interest interest, int bell, Deadline deadline) {
  std::array<pollfd, 2> waiting{pollfd{.fd = fd_, .events = 0, .revents = 0},
                                pollfd{.fd = bell, .events = POLLIN, .revents = 0}};
  if (interest.read) waiting[0].events |= POLLIN;
  if (interest.write) waiting[0].events |= POLLOUT;
  for (;;) {
    int timeout = -1;
    if (!deadline.never()) {
      const auto left = std::chrono::ceil<milliseconds>(deadline.Remaining()).count();
      timeout = static_cast<int>(std::min<std::int64_t>(left, std::numeric_limits<int>::max()));
    }
    const int ready = poll(waiting.data(), bell < 0 ? 1 : 2, timeout);
    if (ready > 0 && waiting[1].revents != 0) return Fail(Code::kTimeout, "the bell rings");
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return std::unexpected(IoError("poll"));
    if (deadline.passed()) return Fail(Code::kTimeout, "the deadline passed");
  }
}

void SocketStream::EndOutput() {
  if (!abandoned()) shutdown(fd_, SHUT_WR);
}

void SocketStream::Shutdown() {
  if (!abandoned()) shutdown(fd_, SHUT_RDWR);
}

}  // namespace nvmf
