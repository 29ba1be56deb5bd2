#include "nvmf/trials/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace nvmf::trials {
namespace {

using cmd::Outcome;
using cmd::Sorry;

std::unexpected<std::string> SorryErrno(const char* what) {
  return Sorry(std::string(what) + ": " + std::strerror(errno));
}

Outcome<> AwaitReadable(int fd, Deadline deadline, const char* what) {
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.Remaining()).count();
    const int ready = poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, 1 << 30)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return SorryErrno("poll");
    if (deadline.passed()) return Sorry(std::string(what) + ": the deadline passed");
  }
}

// After fork, in the child: only what is safe between the two.
[[noreturn]] void Become(char* const* arguments, int output, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // It has ended already.
  if (dup2(output, STDOUT_FILENO) < 0) _exit(127);
  execv(arguments[0], arguments);
  _exit(127);
}

}  // namespace

Outcome<ChildProcess> ChildProcess::Start(const std::vector<std::string>& arguments) {
  std::vector<char*> words;
  for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return SorryErrno("pipe");
  Descriptor output(ends[0]);
  const Descriptor input(ends[1]);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return SorryErrno("fork");
  if (pid == 0) Become(words.data(), input.get(), parent);
  ChildProcess child(pid, Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))),
                     std::move(output));
  if (!child.handle_.valid()) return SorryErrno("pidfd_open");
  return child;
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Outcome<std::string> ChildProcess::ReadLine(Deadline deadline) {
  for (;;) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    if (Outcome<> ready = AwaitReadable(output_.get(), deadline, "output"); !ready) {
      return Sorry(ready.error());
    }
    std::array<char, 4096> part;
    const ssize_t n = read(output_.get(), part.data(), part.size());
    if (n == 0) return Sorry("output: the program closed it");
    if (n < 0 && errno != EINTR) return SorryErrno("output");
    if (n > 0) unread_.append(part.data(), static_cast<std::size_t>(n));
  }
}

void ChildProcess::Signal(int signal) {
  if (pid_ >= 0) kill(pid_, signal);
}

Outcome<int> ChildProcess::Wait(Deadline deadline) {
  if (pid_ < 0) return Sorry("wait: it was waited for before");
  if (Outcome<> ended = AwaitReadable(handle_.get(), deadline, "wait"); !ended) {
    return Sorry(ended.error());
  }
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) return SorryErrno("waitpid");
  }
  pid_ = -1;
  return status;
}

}  // namespace nvmf::trials
