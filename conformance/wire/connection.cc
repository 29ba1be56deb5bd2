#include "conformance/wire/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace nvmf::conformance {
namespace {

std::unexpected<Error> Io(const char* what) {
  return std::unexpected(Error{.code = Code::kIo, .sys_errno = errno, .what = what});
}

bool WouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

Connection::Connection(int fd) : fd_(fd) {
  // One PDU per segment where the script cuts; AF_UNIX sockets have no such option, which is fine.
  const int on = 1;
  (void)setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Connection& Connection::operator=(Connection&& other) noexcept {
  if (this == &other) return *this;
  Close();
  fd_ = std::exchange(other.fd_, -1);
  deaf_ = other.deaf_;
  ended_ = other.ended_;
  kept_ = std::move(other.kept_);
  kept_at_ = std::exchange(other.kept_at_, 0);
  return *this;
}

Result<> Connection::Poll(Wanted wanted, Deadline deadline) {
  pollfd entry{.fd = fd_, .events = 0, .revents = 0};
  if (wanted == Wanted::kRead) entry.events = POLLIN;
  if (wanted == Wanted::kReadOrWrite) entry.events = POLLIN | POLLOUT;
  if (wanted == Wanted::kWrite) entry.events = POLLOUT;
  while (true) {
    const int ready = poll(&entry, 1, deadline.poll_timeout());
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return Io("poll");
    if (ready <= 0 && deadline.passed()) return Fail(Code::kTimeout, "the deadline passed");
  }
}

Result<> Connection::Send(ByteView bytes, Deadline deadline) {
  if (!open()) return Fail(Code::kInvalidArgument, "the connection is closed");
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno == EINTR) continue;
    if (!WouldBlock()) return Io("send");
    const bool listen = !deaf_ && !ended_;
    const Result<> ready = Poll(listen ? Wanted::kReadOrWrite : Wanted::kWrite, deadline);
    if (!ready) return ready;
    if (listen) ended_ = !Stash();
  }
  return {};
}

bool Connection::Stash() {
  std::array<std::byte, 65536> room;
  while (true) {
    const ssize_t got = recv(fd_, room.data(), room.size(), MSG_DONTWAIT);
    if (got > 0) {
      kept_.insert(kept_.end(), room.begin(), room.begin() + got);
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    return got < 0 && WouldBlock();
  }
}

Result<std::size_t> Connection::Receive(MutableBytes into, Deadline deadline) {
  if (!open()) return Fail(Code::kInvalidArgument, "the connection is closed");
  if (kept_at_ < kept_.size()) {
    const std::size_t n = std::min(into.size(), kept_.size() - kept_at_);
    std::copy_n(kept_.begin() + static_cast<std::ptrdiff_t>(kept_at_), n, into.begin());
    kept_at_ += n;
    if (kept_at_ == kept_.size()) kept_.clear(), kept_at_ = 0;
    return n;
  }
  while (true) {
    const ssize_t got = recv(fd_, into.data(), into.size(), MSG_DONTWAIT);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0) return Fail(Code::kClosed, "the peer closed");
    if (errno == EINTR) continue;
    if (!WouldBlock()) return Io("recv");
    if (const Result<> ready = Poll(Wanted::kRead, deadline); !ready) {
      return std::unexpected(ready.error());
    }
  }
}

Result<> Connection::WaitReadable(Deadline deadline) {
  if (!open() || kept_at_ < kept_.size()) return {};
  return Poll(Wanted::kRead, deadline);
}

Result<> Connection::WaitUntilGone(Deadline deadline) {
  if (!open()) return {};
  return Poll(Wanted::kGone, deadline);
}

void Connection::ShrinkReceiveBuffer() {
  const int smallest = 1;
  (void)setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &smallest, sizeof smallest);
}

void Connection::CloseWrite() {
  if (open()) (void)shutdown(fd_, SHUT_WR);
}

void Connection::Reset() {
  if (!open()) return;
  const linger now{.l_onoff = 1, .l_linger = 0};
  (void)setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  Close();
}

void Connection::Close() {
  if (open()) (void)close(std::exchange(fd_, -1));
}

}  // namespace nvmf::conformance
