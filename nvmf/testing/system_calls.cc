#include "nvmf/testing/system_calls.h"

#include <dirent.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <utility>

// The linker's names: __wrap_x is called for x, and __real_x is the x of the system.
extern "C" {
ssize_t __real_recv(int fd, void* into, size_t size, int flags);
ssize_t __real_recvmsg(int fd, msghdr* message, int flags);
ssize_t __real_send(int fd, const void* from, size_t size, int flags);
ssize_t __real_sendmsg(int fd, const msghdr* message, int flags);
int __real_poll(pollfd* waiting, nfds_t count, int timeout);
}

namespace nvmf::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr int kWatchdogMs = 60'000;
constexpr seconds kSlice{1};  // What SO_RCVTIMEO lets a blocking receive of the library last.
constexpr int kLooks = 256;   // Slices after which a wait has no deadline: longer than any here.
constexpr std::size_t kSpans = 128;

thread_local nanoseconds skipped{std::chrono::hours(1)};
thread_local bool is_host = false;

// What is broken. All but `fd` is used by the one thread that uses the descriptor.
struct Broken {
  std::atomic<int> fd{-1};
  std::atomic<int> peer{-1};
  CallBreak plan{};
  std::uint64_t read = 0;
  std::uint64_t written = 0;
  std::uint64_t strikes = 0;
  std::uint64_t call_spent = UINT64_MAX;  // The octet where a call was struck last,
  std::uint64_t poll_spent = UINT64_MAX;  // and where a poll was.
  bool over = false;  // The other end has gone, or this end was shut down: silence is the end.
  int looks = 0;
  int starved = -1;  // Readable when the broken end waits in silence without a deadline.
} broken;

ssize_t Failed(int error) {
  errno = error;
  return -1;
}

void Watchdog(int ready) {
  if (ready != 0) return;
  std::fputs("a wait without an end\n", stderr);
  std::abort();
}

// The broken end waits in silence and has no deadline: the host learns of it. Ends with the other
// end, or with a shutdown.
void Starve() {
  eventfd_write(broken.starved, 1);
  pollfd waiting{.fd = broken.fd, .events = 0, .revents = 0};
  Watchdog(__real_poll(&waiting, 1, kWatchdogMs));
  broken.over = true;
}

std::uint64_t Passed() { return broken.plan.on_write ? broken.written : broken.read; }

// Struck tells whether a call in this direction begins at an octet of the plan.
bool Struck(bool on_write) {
  const CallBreak& plan = broken.plan;
  if (plan.on_write != on_write || plan.fault == CallFault::kNone) return false;
  const std::uint64_t passed = Passed();
  if (plan.every == 0 || passed < plan.at) return passed == plan.at;
  return (passed - plan.at) % plan.every == 0;
}

// How many of `size` octets a call may move: up to the next octet of the plan.
std::size_t Allowance(bool on_write, std::size_t size) {
  const CallBreak& plan = broken.plan;
  if (plan.on_write != on_write || plan.fault == CallFault::kNone) return size;
  if (Struck(on_write) && plan.fault == CallFault::kShort) return 1;
  const std::uint64_t passed = Passed();
  std::uint64_t left = plan.at - passed;
  if (passed >= plan.at) {
    if (plan.every == 0) return size;
    left = plan.every - (passed - plan.at) % plan.every;
  }
  return static_cast<std::size_t>(std::min<std::uint64_t>(size, left));
}

// Note counts what passed, and the octet that a kShort let pass alone.
void Note(bool on_write, ssize_t result) {
  if (result <= 0) return;
  if (broken.plan.fault == CallFault::kShort && Struck(on_write)) ++broken.strikes;
  (on_write ? broken.written : broken.read) += static_cast<std::uint64_t>(result);
}

ssize_t ReceiveInSilence(bool blocks) {
  if (broken.over) return 0;
  if (!blocks) return Failed(EAGAIN);
  if (!is_host && ++broken.looks > kLooks) {
    Starve();
    return 0;
  }
  skipped += kSlice;
  return Failed(EAGAIN);
}

// True when the call at the fault's octet has a result of its own.
bool Strike(bool on_write, bool blocks, ssize_t& result) {
  switch (broken.plan.fault) {
    case CallFault::kNone:
    case CallFault::kShort:
      return false;
    case CallFault::kInterrupt:
    case CallFault::kAgain:
      if (std::exchange(broken.call_spent, Passed()) == Passed()) return false;
      ++broken.strikes;
      result = Failed(broken.plan.fault == CallFault::kAgain ? EAGAIN : EINTR);
      return true;
    case CallFault::kReset:
      ++broken.strikes;
      result = Failed(ECONNRESET);
      return true;
    case CallFault::kEnd:
      ++broken.strikes;
      result = on_write ? Failed(EPIPE) : 0;
      return true;
    case CallFault::kSilence:
      ++broken.strikes;
      if (on_write) {
        result = Failed(broken.over ? EPIPE : EAGAIN);
      } else {
        result = ReceiveInSilence(blocks);
      }
      return true;
  }
  return false;
}

// A host's blocking receive also ends, as one slice of it, when the other end waits in silence.
bool WaitsInVain(int fd) {
  std::array<pollfd, 2> waiting{
      {{.fd = fd, .events = POLLIN, .revents = 0},
       {.fd = fd == broken.peer ? broken.starved : -1, .events = POLLIN, .revents = 0}}};
  Watchdog(__real_poll(waiting.data(), waiting.size(), kWatchdogMs));
  if (waiting[0].revents != 0) return false;
  skipped += kSlice;
  return true;
}

// Spans is a copy of a call's spans, cut to what may pass.
struct Spans {
  Spans(std::span<const iovec> from, std::size_t allowed) {
    for (const iovec& span : from) {
      if (allowed == 0) break;
      iovecs[count] = {.iov_base = span.iov_base, .iov_len = std::min(span.iov_len, allowed)};
      allowed -= iovecs[count++].iov_len;
    }
    message.msg_iov = iovecs.data();
    message.msg_iovlen = count;
  }
  std::array<iovec, kSpans> iovecs;
  std::size_t count = 0;
  msghdr message{};
};

std::size_t SizeOf(std::span<const iovec> spans) {
  std::size_t size = 0;
  for (const iovec& span : spans) size += span.iov_len;
  return size;
}

ssize_t Receive(int fd, std::span<const iovec> into, int flags) {
  const bool blocks = (flags & MSG_DONTWAIT) == 0;
  ssize_t result = 0;
  if (fd == broken.fd && Struck(false) && Strike(false, blocks, result)) return result;
  if (is_host && blocks && WaitsInVain(fd)) return Failed(EAGAIN);
  if (fd != broken.fd) {
    Spans all(into, SIZE_MAX);
    return __real_recvmsg(fd, &all.message, flags);
  }
  Spans part(into, Allowance(false, SizeOf(into)));
  result = __real_recvmsg(fd, &part.message, flags);
  Note(false, result);
  return result;
}

ssize_t Send(int fd, std::span<const iovec> from, int flags) {
  ssize_t result = 0;
  if (Struck(true) && Strike(true, false, result)) return result;
  Spans part(from, Allowance(true, SizeOf(from)));
  result = __real_sendmsg(fd, &part.message, flags);
  Note(true, result);
  return result;
}

using Polled = std::span<pollfd>;  // The first is the stream's; another may be there to wake it.

int PollInSilence(Polled asked, int timeout) {
  ++broken.strikes;
  const short events = asked[0].events;
  asked[0].events &= static_cast<short>(broken.plan.on_write ? ~POLLOUT : ~POLLIN);
  const int ready = __real_poll(asked.data(), asked.size(), 0);
  const bool gone = (asked[0].revents & asked[0].events) == 0 && asked[0].revents != 0;
  if (gone) asked[0].revents = 0;  // Silence hides that the other end has gone.
  asked[0].events = events;
  if (ready - (gone ? 1 : 0) > 0) return ready - (gone ? 1 : 0);
  if (timeout >= 0) {
    skipped += milliseconds(timeout);
    return 0;
  }
  Starve();
  asked[0].revents = POLLHUP;
  return 1;
}

int PollBroken(Polled asked, int timeout) {
  const bool struck = (Struck(true) && (asked[0].events & POLLOUT) != 0) ||
                      (Struck(false) && (asked[0].events & POLLIN) != 0);
  if (struck) {
    switch (broken.plan.fault) {
      case CallFault::kInterrupt:
        if (std::exchange(broken.poll_spent, Passed()) == Passed()) break;
        return static_cast<int>(Failed(EINTR));
      case CallFault::kReset:
      case CallFault::kEnd:
        asked[0].revents = broken.plan.on_write ? POLLOUT : POLLIN;
        return 1;
      case CallFault::kSilence:
        return PollInSilence(asked, timeout);
      default:
        break;
    }
  }
  const int ready = __real_poll(asked.data(), asked.size(), kWatchdogMs);
  Watchdog(ready);
  return ready;
}

// The host's poll on a whole descriptor, whose other end may wait in silence.
int PollAsHost(pollfd& asked, int timeout) {
  std::array<pollfd, 2> waiting{
      asked, {.fd = asked.fd == broken.peer ? broken.starved : -1, .events = POLLIN, .revents = 0}};
  Watchdog(__real_poll(waiting.data(), waiting.size(), kWatchdogMs));
  asked.revents = waiting[0].revents;
  if (asked.revents != 0) return 1;
  skipped += milliseconds(timeout);
  return 0;
}

}  // namespace

SystemCalls::SystemCalls() {
  is_host = true;
  broken.starved = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

SystemCalls::~SystemCalls() {
  is_host = false;
  close(broken.starved);
}

void SystemCalls::Break(int fd, int peer, const CallBreak& plan) {
  eventfd_t forgotten;
  eventfd_read(broken.starved, &forgotten);
  broken.plan = plan;
  broken.read = broken.written = broken.strikes = 0;
  broken.call_spent = broken.poll_spent = UINT64_MAX;
  broken.over = false;
  broken.looks = 0;
  broken.peer = peer;
  broken.fd = fd;
}

void SystemCalls::Mend() { broken.fd = broken.peer = -1; }

std::uint64_t SystemCalls::read() const { return broken.read; }
std::uint64_t SystemCalls::written() const { return broken.written; }
std::uint64_t SystemCalls::strikes() const { return broken.strikes; }

std::size_t OpenDescriptors() {
  std::size_t count = 0;
  DIR* const all = opendir("/proc/self/fd");
  while (readdir(all) != nullptr) ++count;
  closedir(all);
  return count - 3;  // ".", ".." and the directory's own.
}

}  // namespace nvmf::testing

using nvmf::testing::broken;
using nvmf::testing::is_host;

extern "C" {

ssize_t __wrap_recv(int fd, void* into, size_t size, int flags) {
  if (fd != broken.fd && !is_host) return __real_recv(fd, into, size, flags);
  const iovec span{.iov_base = into, .iov_len = size};
  return nvmf::testing::Receive(fd, {&span, 1}, flags);
}

ssize_t __wrap_recvmsg(int fd, msghdr* message, int flags) {
  if (fd != broken.fd && !is_host) return __real_recvmsg(fd, message, flags);
  return nvmf::testing::Receive(fd, {message->msg_iov, message->msg_iovlen}, flags);
}

ssize_t __wrap_send(int fd, const void* from, size_t size, int flags) {
  if (fd != broken.fd) return __real_send(fd, from, size, flags);
  const iovec span{.iov_base = const_cast<void*>(from), .iov_len = size};
  return nvmf::testing::Send(fd, {&span, 1}, flags);
}

ssize_t __wrap_sendmsg(int fd, const msghdr* message, int flags) {
  if (fd != broken.fd) return __real_sendmsg(fd, message, flags);
  return nvmf::testing::Send(fd, {message->msg_iov, message->msg_iovlen}, flags);
}

int __wrap_poll(pollfd* waiting, nfds_t count, int timeout) {
  if (waiting->fd == broken.fd) return nvmf::testing::PollBroken({waiting, count}, timeout);
  if (is_host) return nvmf::testing::PollAsHost(*waiting, timeout);
  return __real_poll(waiting, count, timeout);
}

}  // extern "C"

// std::chrono::steady_clock::now()
std::chrono::steady_clock::time_point Now() asm("__wrap__ZNSt6chrono3_V212steady_clock3nowEv");
std::chrono::steady_clock::time_point Now() {
  return std::chrono::steady_clock::time_point(nvmf::testing::skipped);
}
