// How an admin queue comes to rest for another owner, and how it goes on as one.
#include <algorithm>

#include "nvmf/handoff/handoff.h"
#include "nvmf/target/admin_queue.h"
#include "nvmf/target/port_field.h"

namespace nvmf::target {
namespace {

using std::chrono::milliseconds;

std::uint32_t Left(const controller::KeepAliveTimer& timer, Deadline::Clock::time_point now) {
  const auto end = timer.expiry();
  if (!end) return AssociationState::kNotRunning;
  const auto left = std::chrono::duration_cast<milliseconds>(*end - now).count();
  constexpr std::int64_t kMost = AssociationState::kNotRunning - 1;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(left, 0, kMost));
}

void SetLeft(controller::KeepAliveTimer& timer, std::uint32_t left) {
  timer.Stop();
  if (left == AssociationState::kNotRunning) return;
  timer.StartLate(Deadline::Clock::now(), milliseconds(left));
}

}  // namespace

Result<Capsule> AdminQueue::NextCapsule() {
  if (!held_.empty()) {
    const Capsule capsule = held_.front();
    held_.pop_front();
    return capsule;
  }
  berth_.Listen(true);
  Result<Capsule> capsule = qpair_.Receive(NextDeadline());
  berth_.Listen(false);
  return capsule;
}

// What was answered leaves first; what comes meanwhile is kept.
Result<> AdminQueue::Park() {
  const Deadline deadline = berth_.deadline();
  const auto unless_late = [](const Error& error) -> Result<> {
    if (error.code == Code::kTimeout) return {};
    return std::unexpected(error);
  };
  for (;;) {
    if (!qpair_.ready()) {
      Result<> settled = SettleQPair(qpair_, deadline);
      if (!settled && settled.error().code == Code::kUnsupported) break;
      if (!settled) return unless_late(settled.error());
      if (!qpair_.ready()) break;
    }
    const Result<Capsule> capsule = qpair_.Receive(deadline);
    if (!capsule) return unless_late(capsule.error());
    held_.push_back(*capsule);
  }
  HandoffIdentity identity = controller_.QueueIdentity(0);
  const AssociationState association = Save();
  identity.kato_ms = keep_alive_.kato_ms();
  identity.kato_left_ms = association.keep_alive_left;
  Result<HandoffRecord> record = ExportQPair(qpair_, identity);
  if (!record) {
    berth_.Refuse(record.error());
    return {};
  }
  const bool ours = berth_.Stay({.record = std::move(*record),
                                 .association = association,
                                 .seen = watch_.seen(),
                                 .controller = controller_.shared_from_this()});
  return ours ? Result<>() : Fail(Code::kClosed, "given to another owner");
}

AssociationState AdminQueue::Save() {
  watch_.Look();
  const TimePoint now = Deadline::Clock::now();
  return {.cc = registers_.cc().raw,
          .csts = registers_.csts().raw,
          .granted = controller_.granted(),
          .keep_alive_left = Left(keep_alive_, now),
          .idle_left = Left(idle_, now),
          .local = ToField(controller_.identity().local),
          .features = features_.values(),
          .watch = watch_.Save()};
}

bool AdminQueue::CanRestore(const AssociationState& state, bool discovery,
                            const TargetOptions& options) {
  controller::Registers registers(MakeRegisters(discovery, options));
  return registers.Restore({.raw = state.cc}, {.raw = state.csts});
}

void AdminQueue::Restore(const AssociationState& state, std::size_t commands) {
  static_cast<void>(registers_.Restore({.raw = state.cc}, {.raw = state.csts}));
  controller_.SetReady(registers_.ready());
  controller_.Grant(state.granted);
  if (state.traffic != 0) controller_.NoteTraffic();
  features_.Restore(state.features);
  watch_.Restore(state.watch);
  SetLeft(keep_alive_, state.keep_alive_left);
  SetLeft(idle_, state.idle_left);
  // Requests that the other kept are not news from the host: no timer begins anew.
  for (std::size_t i = 0; i < commands && qpair_.ready(); ++i) {
    const Result<Capsule> capsule = qpair_.Receive(Deadline::At({}));
    if (!capsule) return;
    const bool kept = capsule->sqe.opc == std::to_underlying(AdminOpcode::kAsyncEventRequest) &&
                      registers_.ready() && persistent_ &&
                      events_wanted_.size() < kAsyncEventRequests;
    if (kept) {
      events_wanted_.push_back(capsule->tag);
    } else {
      held_.push_back(*capsule);
    }
  }
}

}  // namespace nvmf::target
