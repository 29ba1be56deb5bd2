// KeepAlive sends Keep Alive commands in time, for whoever owns the admin queue.
//
//   const bool tbkas = (id.ctratt & kCtrattTbkas) != 0;
//   KeepAlive alive(controller, {.traffic_counts = tbkas}, Clock::now());
//   for (;;) {
//     ... wait for work, at most until alive.due() ...
//     if (Result<> kept = alive.Tend(Clock::now()); !kept) return End(kept.error());
//   }
//
// Shapes    one per association. Every half of KATO a Keep Alive; where the controller takes any
//           command as a sign of life (CTRATT.TBKAS), every quarter, unless there was traffic.
// Units     time points of the monotonic clock; it reads the clock only while it waits.
// Errors    kTimeout: the Keep Alive was not answered before KATO had passed. The association is
//           over, as after any error that ends a queue pair; a refusal is kRefused.
// Threads   one at a time, that of the admin queue; NoteTraffic from any.
// Lifetime  borrows the controller.
// Source    NVM Express Base, "Keep Alive", "Traffic Based Keep Alive Support".
#ifndef NVMF_HOST_KEEP_ALIVE_H_
#define NVMF_HOST_KEEP_ALIVE_H_

#include <atomic>

#include "nvmf/base/result.h"
#include "nvmf/host/host_controller.h"
#include "nvmf/stream/deadline.h"

namespace nvmf {

class KeepAlive {
 public:
  using TimePoint = Deadline::Clock::time_point;

  struct Options {
    bool traffic_counts = false;  // CTRATT.TBKAS
  };
  KeepAlive(HostController& controller, Options options, TimePoint now);

  // due returns when to call Tend; never for an association without KATO.
  Deadline due() const { return due_; }
  // NoteTraffic says that a command was completed, on any queue of the association.
  void NoteTraffic() { traffic_.store(true, std::memory_order_relaxed); }
  // Tend does what is due at `now`, and nothing before that.
  Result<> Tend(TimePoint now);

 private:
  Deadline::Clock::duration period() const;

  HostController& controller_;
  const Options options_;
  const Deadline::Clock::duration kato_;
  std::atomic<bool> traffic_{false};
  Deadline due_;
};

}  // namespace nvmf

#endif  // NVMF_HOST_KEEP_ALIVE_H_
