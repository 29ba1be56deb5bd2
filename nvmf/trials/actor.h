// Actor does one thing over and over on a thread of its own, and keeps count.
//
//   Actor actor("discovery", [&](Actor& self) { return ReadTheLog(self); });
//   ...
//   actor.Stop();
//
// Shapes    a turn that fails is counted, and the next begins after a moment.
// Threads   one at a time; the counts from any.
#ifndef NVMF_TRIALS_ACTOR_H_
#define NVMF_TRIALS_ACTOR_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "nvmf/cmd/outcome.h"

namespace nvmf::trials {

class Actor {
 public:
  using Turn = std::function<cmd::Outcome<>(Actor&)>;

  Actor(std::string name, Turn turn)
      : name_(std::move(name)), turn_(std::move(turn)), thread_([this] { Act(); }) {}
  ~Actor() { Stop(); }
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;

  // Stop returns when the turn that is under way has ended.
  void Stop();
  // Rest returns after `rest`, or as soon as the actor is to stop.
  void Rest(std::chrono::milliseconds rest);
  // Count adds commands that completed as they should.
  void Count(std::uint64_t ops) { ops_ += ops; }

  const std::string& name() const { return name_; }
  std::uint64_t ops() const { return ops_.load(); }
  std::uint64_t turns() const { return turns_.load(); }
  std::uint64_t errors() const { return errors_.load(); }
  // first_error is empty while there was none.
  std::string first_error() const;

 private:
  void Act();

  const std::string name_;
  const Turn turn_;
  mutable std::mutex mutex_;  // Guards what follows.
  std::condition_variable wake_;
  bool stop_ = false;
  std::string first_error_;
  std::atomic<std::uint64_t> ops_{0};
  std::atomic<std::uint64_t> turns_{0};
  std::atomic<std::uint64_t> errors_{0};
  std::thread thread_;
};

}  // namespace nvmf::trials

#endif  // NVMF_TRIALS_ACTOR_H_
