// Attack is a thread that presses a target until it is stopped.
//
//   Attack attack = Attack::Crowd(2000, [port] { return ConnectTo(port); });
//   ...
//   attack.Stop();                                        // all its connections are closed
//
// Threads   one at a time; made() from any.
// Lifetime  destroying it stops it.
#ifndef NVMF_TRIALS_ATTACK_H_
#define NVMF_TRIALS_ATTACK_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "nvmf/cmd/outcome.h"
#include "nvmf/stream/descriptor.h"
#include "nvmf/trials/hostile.h"

namespace nvmf::trials {

class Attack {
 public:
  // Crowd holds `size` connections of the `open(n)` kind, n counting all that were made. Once a
  // second those that the target has closed are made again.
  static std::unique_ptr<Attack> Crowd(std::size_t size,
                                       std::function<cmd::Outcome<Descriptor>(std::uint64_t)> open);
  // Intruders holds `size` of those, and makes none again.
  static std::unique_ptr<Attack> Intruders(std::size_t size,
                                           std::function<cmd::Outcome<Intruder>()> enter);
  // Resets connects and resets `rate` times a second.
  static std::unique_ptr<Attack> Resets(unsigned rate, std::uint16_t port);
  ~Attack() { Stop(); }
  Attack(const Attack&) = delete;
  Attack& operator=(const Attack&) = delete;

  void Stop();
  // made returns how many connections it has made.
  std::uint64_t made() const { return made_.load(); }

 private:
  explicit Attack(std::function<void(Attack&)> body)
      : thread_([this, run = std::move(body)] { run(*this); }) {}
  // Rest returns true after `rest`, false as soon as the attack is to stop.
  bool Rest(std::chrono::milliseconds rest);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> made_{0};
  std::thread thread_;
};

}  // namespace nvmf::trials

#endif  // NVMF_TRIALS_ATTACK_H_
