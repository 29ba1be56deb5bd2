// ChildProcess is a program that runs beside this one and does not outlive it.
//
//   auto child = ChildProcess::Start({"/bin/cat", "file"});
//   auto line = child->ReadLine(Deadline::After(10s));
//   child->Signal(SIGTERM);
//   auto status = child->Wait(Deadline::After(10s));      // as waitpid tells it
//
// Shapes    its standard output is a pipe to us; somebody has to read it, or it stops when the pipe
//           is full. Input, errors, limits and signal mask are ours.
// Errors    a sentence for people.
// Threads   one at a time. It also ends when the thread that started it does.
// Lifetime  destroying it kills the program (SIGKILL) and waits for its end.
#ifndef NVMF_TRIALS_CHILD_PROCESS_H_
#define NVMF_TRIALS_CHILD_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "nvmf/cmd/outcome.h"
#include "nvmf/stream/deadline.h"
#include "nvmf/stream/descriptor.h"

namespace nvmf::trials {

class ChildProcess {
 public:
  // Start runs `arguments`, the first of which is the program's path.
  static cmd::Outcome<ChildProcess> Start(const std::vector<std::string>& arguments);
  ChildProcess(ChildProcess&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)),
        handle_(std::move(other.handle_)),
        output_(std::move(other.output_)),
        unread_(std::move(other.unread_)) {}
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  // ReadLine returns the next line of its output, without the line's end.
  cmd::Outcome<std::string> ReadLine(Deadline deadline);
  // Signal does nothing once Wait has told of its end.
  void Signal(int signal);
  // Wait returns its wait status, once.
  cmd::Outcome<int> Wait(Deadline deadline);

 private:
  ChildProcess(pid_t pid, Descriptor handle, Descriptor output)
      : pid_(pid), handle_(std::move(handle)), output_(std::move(output)) {}

  pid_t pid_;          // -1: reaped, or moved from.
  Descriptor handle_;  // Readable when it has ended.
  Descriptor output_;
  std::string unread_{};
};

}  // namespace nvmf::trials

#endif  // NVMF_TRIALS_CHILD_PROCESS_H_
