// AdminQueue serves the admin queue of one controller, and with it runs the association: registers,
// Keep Alive, features, asynchronous events, and what becomes of the I/O queues.
//
//   AdminQueue admin(qpair, controller, directory, berth, options);
//   Error end = admin.Run();                      // until the association is over
//
// Threads   one, the connection's.
// Lifetime  borrows all that it is made of.
// Source    NVM Express Base, "Admin Command Set", "Fabrics Command Set", "Keep Alive".
#ifndef NVMF_TARGET_ADMIN_QUEUE_H_
#define NVMF_TARGET_ADMIN_QUEUE_H_

#include <deque>
#include <vector>

#include "nvmf/controller/keep_alive_timer.h"
#include "nvmf/controller/registers.h"
#include "nvmf/controller_qpair.h"
#include "nvmf/target/answer.h"
#include "nvmf/target/controller_state.h"
#include "nvmf/target/directory.h"
#include "nvmf/target/event_watch.h"
#include "nvmf/target/features.h"
#include "nvmf/target/identify_service.h"
#include "nvmf/target/page_memory.h"
#include "nvmf/target/parking.h"
#include "nvmf/target/tally.h"
#include "nvmf/target/target_options.h"

namespace nvmf::target {

class AdminQueue {
 public:
  AdminQueue(ControllerQPair& qpair, ControllerState& controller, const Directory& directory,
             Berth& berth, const TargetOptions& options, Tallies& tallies);

  // CanRestore tells whether another owner may have left a controller like this.
  static bool CanRestore(const AssociationState& state, bool discovery,
                         const TargetOptions& options);
  // Restore goes on where the other left off; the first `commands` that come are those it had.
  void Restore(const AssociationState& state, std::size_t commands);

  // Run serves until the queue ends: kClosed, kIo, kPeerViolation, kTerminatedByPeer; kTimeout when
  // nothing was heard from the host for too long.
  Error Run();

 private:
  using TimePoint = Deadline::Clock::time_point;

  static controller::RegisterSettings MakeRegisters(bool discovery, const TargetOptions& options);
  Deadline NextDeadline() const;
  Result<Capsule> NextCapsule();
  Result<> Park();
  AssociationState Save();
  bool HeardTooLittle(TimePoint now);
  Result<> TellEvents();
  Result<> OnCapsule(const Capsule& capsule);
  Result<> Send(const Capsule& capsule, const Answer& answer);
  Answer OnFabrics(const Sqe& sqe);
  Answer SetProperty(const PropertySetCmd& cmd);
  void OnChange(controller::Registers::Change change);
  void EndIo();
  bool Offers(AdminOpcode opcode) const;
  Answer Execute(const Capsule& capsule);
  Result<> SetFeatures(const Capsule& capsule);
  Result<> KeepAsyncEventRequest(const Capsule& capsule);
  Answer SetKeepAlive(std::uint32_t kato_ms);
  Answer Abort(const AbortCmd& cmd);
  Result<> EndAsyncEventRequest(std::size_t index, const Answer& answer);
  Deadline Stall() const { return Deadline::After(options_.stall_timeout); }
  IdentifyPage page() const { return buffer_.bytes().first<kIdentifySize>(); }

  ControllerQPair& qpair_;
  ControllerState& controller_;
  const Directory& directory_;
  Berth& berth_;
  const TargetOptions& options_;
  Tallies::Member tally_;
  const bool discovery_;
  const bool persistent_;  // Keep Alive and events are there.
  controller::Registers registers_;
  controller::KeepAliveTimer keep_alive_;
  controller::KeepAliveTimer idle_{1};  // Runs while no Keep Alive does.
  Features features_;
  EventWatch watch_;
  std::vector<Tag> events_wanted_{};  // Asynchronous Event Requests, oldest first.
  std::deque<Capsule> held_{};        // Commands that came while the queue was to rest.
  PageMemory buffer_;                 // What leaves next: it is sent before it is used again.
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_ADMIN_QUEUE_H_
