// ShellCommand is a command line that /bin/sh runs beside this program, in a process group of its
// own.
//
//   auto run = ShellCommand::Start("nvme connect ...", {"NVMF_SUBNQN=nqn..."});
//   const auto status = run->Wait(Deadline::In(std::chrono::seconds(5)));
//
// Shapes    `settings` are NAME=VALUE and join this program's environment. Its standard output and
//           its errors are kept together; it has no input.
// Errors    Start: kIo.
// Threads   one at a time.
// Lifetime  destroying it ends all of its group: SIGTERM, and SIGKILL after kGrace.
#ifndef CONFORMANCE_TRIGGER_SHELL_COMMAND_H_
#define CONFORMANCE_TRIGGER_SHELL_COMMAND_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/wire/deadline.h"
#include "nvmf/base/result.h"
#include "nvmf/stream/descriptor.h"

namespace nvmf::conformance {

class ShellCommand {
 public:
  static constexpr Duration kGrace{2'000};
  static constexpr int kSignalled = 128;  // Added to the signal that ended it, as shells do.

  static Result<ShellCommand> Start(const std::string& command,
                                    const std::vector<std::string>& settings);
  ShellCommand(ShellCommand&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)),
        handle_(std::move(other.handle_)),
        output_(std::move(other.output_)),
        status_(other.status_) {}
  ShellCommand& operator=(ShellCommand&&) = delete;
  ~ShellCommand();

  // handle is readable once the command has ended.
  int handle() const { return handle_.get(); }
  // Wait returns the exit status; nullopt while the command runs.
  std::optional<int> Wait(Deadline deadline);
  // LastLine returns the last line of what it printed that is not blank.
  std::string LastLine() const;

 private:
  ShellCommand(pid_t pid, Descriptor handle, Descriptor output)
      : pid_(pid), handle_(std::move(handle)), output_(std::move(output)) {}

  pid_t pid_;  // -1: moved from.
  Descriptor handle_;
  Descriptor output_;
  std::optional<int> status_ = std::nullopt;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_TRIGGER_SHELL_COMMAND_H_
