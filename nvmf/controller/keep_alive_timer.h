// KeepAliveTimer is the arithmetic of Keep Alive: when an association is over because nothing was
// heard from its host.
//
//   KeepAliveTimer timer(1000);                   // KAS: 1 s
//   timer.SetTimeout(12'345);                     // kato_ms() is 13000
//   timer.Start(now);                             // when CSTS.RDY becomes 1
//   if (timer.Expired(now, traffic)) ...          // at timer.expiry(), or whenever
//
// Shapes    any KATO; a timeout is rounded up to the granularity, and cut at the largest multiple
//           of it that KATO can tell.
// Units     milliseconds, and time points of the monotonic clock; it reads no clock itself.
// Threads   one at a time.
// Source    NVM Express Base, "Keep Alive", "Keep Alive Timer", "Traffic Based Keep Alive Support".
#ifndef NVMF_CONTROLLER_KEEP_ALIVE_TIMER_H_
#define NVMF_CONTROLLER_KEEP_ALIVE_TIMER_H_

#include <chrono>
#include <cstdint>
#include <optional>

namespace nvmf::controller {

class KeepAliveTimer {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit KeepAliveTimer(std::uint32_t kas_ms) : kas_ms_(kas_ms == 0 ? 1 : kas_ms) {}

  // SetTimeout takes KATO; 0 means no timer. A running timer goes on: Restart() it.
  void SetTimeout(std::uint32_t kato_ms);
  std::uint32_t kato_ms() const { return kato_ms_; }

  void Start(TimePoint now) { began_ = now; }
  // StartLate starts it with no more than `left` to go.
  void StartLate(TimePoint now, std::chrono::milliseconds left);
  void Stop() { began_.reset(); }
  // Restart begins the period anew, if the timer runs.
  void Restart(TimePoint now) {
    if (began_) began_ = now;
  }

  // expiry returns when to ask; nullopt when the timer does not run.
  std::optional<TimePoint> expiry() const;

  // Expired tells whether the association is over at `now`. `traffic`: a command has come in since
  // it was last asked; at the end of a period that counts as a Keep Alive, and begins a new one.
  bool Expired(TimePoint now, bool traffic);

 private:
  const std::uint32_t kas_ms_;
  std::uint32_t kato_ms_ = 0;
  std::optional<TimePoint> began_{};
};

}  // namespace nvmf::controller

#endif  // NVMF_CONTROLLER_KEEP_ALIVE_TIMER_H_
