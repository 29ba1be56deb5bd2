// Deadline is a moment by which a wait ends. Every wait in the library takes one.
//
//   qpair.Wait(cid, Deadline::After(std::chrono::seconds(5)));
//
// Units     the monotonic clock; milliseconds where a system call wants them.
// Threads   values.
#ifndef NVMF_STREAM_DEADLINE_H_
#define NVMF_STREAM_DEADLINE_H_

#include <algorithm>
#include <chrono>
#include <thread>

namespace nvmf {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  static Deadline Never() { return Deadline(Clock::time_point::max()); }
  static Deadline After(Clock::duration wait) { return Deadline(Clock::now() + wait); }
  static Deadline At(Clock::time_point at) { return Deadline(at); }

  bool never() const { return at_ == Clock::time_point::max(); }
  bool passed() const { return !never() && Clock::now() >= at_; }
  Clock::time_point at() const { return at_; }

  // Remaining returns the time left, at least zero; Clock::duration::max() for Never().
  Clock::duration Remaining() const {
    if (never()) return Clock::duration::max();
    return std::max(at_ - Clock::now(), Clock::duration::zero());
  }

  // Earlier returns the nearer of two deadlines.
  static Deadline Earlier(Deadline a, Deadline b) { return a.at_ < b.at_ ? a : b; }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
};

// Pause waits between two looks at something that only asking can tell, at most until `deadline`.
inline void Pause(Deadline::Clock::duration wait, Deadline deadline) {
  std::this_thread::sleep_for(std::min(wait, deadline.Remaining()));
}

}  // namespace nvmf

#endif  // NVMF_STREAM_DEADLINE_H_
