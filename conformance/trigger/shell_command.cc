#include "conformance/trigger/shell_command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace nvmf::conformance {
namespace {

constexpr off_t kTail = 4096;  // Of the output, for people.

std::unexpected<Error> Broken(const char* what) {
  return std::unexpected(Error{.code = Code::kIo, .sys_errno = errno, .what = what});
}

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// After fork, in the child: only what is safe between the two.
[[noreturn]] void Become(char* const* words, char* const* environment, int input, int output) {
  setpgid(0, 0);
  const bool wired = dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
                     dup2(output, STDERR_FILENO) >= 0;
  if (wired) execve(words[0], words, environment);
  _exit(127);
}

}  // namespace

Result<ShellCommand> ShellCommand::Start(const std::string& command,
                                         const std::vector<std::string>& settings) {
  Descriptor output(memfd_create("output", MFD_CLOEXEC));
  const Descriptor input(open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!output.valid() || !input.valid()) return Broken("cannot keep a command's output");
  std::vector<std::string> words = {"/bin/sh", "-c", command};
  std::vector<std::string> environment = settings;
  for (char** each = environ; *each != nullptr; ++each) environment.emplace_back(*each);
  const std::vector<char*> arguments = Pointers(words);
  const std::vector<char*> variables = Pointers(environment);
  const pid_t pid = fork();
  if (pid < 0) return Broken("fork");
  if (pid == 0) Become(arguments.data(), variables.data(), input.get(), output.get());
  setpgid(pid, pid);  // Whichever of the two comes first.
  Descriptor handle(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  ShellCommand running(pid, std::move(handle), std::move(output));
  if (!running.handle_.valid()) return Broken("pidfd_open");
  return running;
}

ShellCommand::~ShellCommand() {
  if (pid_ < 0) return;
  // The group may outlive its leader, whose number is ours until it is waited for.
  kill(-pid_, SIGTERM);
  pollfd ended{.fd = handle_.get(), .events = POLLIN, .revents = 0};
  if (!status_) (void)poll(&ended, 1, static_cast<int>(kGrace.count()));
  kill(-pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<int> ShellCommand::Wait(Deadline deadline) {
  while (!status_) {
    pollfd ended{.fd = handle_.get(), .events = POLLIN, .revents = 0};
    const int ready = poll(&ended, 1, deadline.poll_timeout());
    if (ready == 0) return std::nullopt;
    if (ready < 0) continue;  // EINTR
    siginfo_t info{};
    // It stays to be waited for, so that its group's number cannot be another's.
    if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0) continue;
    status_ = info.si_code == CLD_EXITED ? info.si_status : kSignalled + info.si_status;
  }
  return status_;
}

std::string ShellCommand::LastLine() const {
  const off_t size = lseek(output_.get(), 0, SEEK_END);
  std::string text(static_cast<std::size_t>(std::clamp<off_t>(size, 0, kTail)), '\0');
  const off_t from = std::max<off_t>(size, 0) - static_cast<off_t>(text.size());
  const ssize_t got = pread(output_.get(), text.data(), text.size(), from);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.pop_back();
  }
  const std::size_t last = text.rfind('\n');
  return last == std::string::npos ? text : text.substr(last + 1);
}

}  // namespace nvmf::conformance
