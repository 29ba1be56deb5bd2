// Deadline: the moment at which a wait gives up.
//
//   const Deadline deadline = Deadline::In(std::chrono::seconds(5));
//   connection.Receive(into, Sooner(deadline, case_deadline));
//
// Units     milliseconds of the monotonic clock; a step of the wall clock moves nothing.
// Threads   values.
#ifndef CONFORMANCE_WIRE_DEADLINE_H_
#define CONFORMANCE_WIRE_DEADLINE_H_

#include <algorithm>
#include <chrono>

namespace nvmf::conformance {

using Clock = std::chrono::steady_clock;
using Duration = std::chrono::milliseconds;

class Deadline {
 public:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  static Deadline In(Duration wait) { return Deadline(Clock::now() + wait); }

  Clock::time_point at() const { return at_; }
  bool passed() const { return Clock::now() >= at_; }

  // poll_timeout returns what is left, for poll(2): milliseconds, rounded up, never negative.
  int poll_timeout() const {
    const auto left = std::chrono::ceil<Duration>(at_ - Clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, 1'000'000));
  }

 private:
  Clock::time_point at_;
};

inline Deadline Sooner(const Deadline& a, const Deadline& b) { return a.at() < b.at() ? a : b; }

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_WIRE_DEADLINE_H_
