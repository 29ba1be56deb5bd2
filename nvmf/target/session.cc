#include "nvmf/target/session.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

namespace nvmf::target {

tcp::ControllerParams TransportParams(const TargetOptions& options) {
  return {.header_digest = options.header_digest,
          .data_digest = options.data_digest,
          .cpda = options.cpda,
          .maxh2cdata = options.maxh2cdata,
          .in_capsule_bytes = options.in_capsule_bytes,
          .max_c2h_data = options.max_c2h_data,
          .max_r2tl = options.max_r2tl,
          .max_r2t = options.max_r2t,
          .success_flag = options.success_flag};
}

void Session::Tell(TargetEvent event) const {
  if (!options_.on_event) return;
  if (controller_) {
    event.cntlid = controller_->identity().cntlid;
    event.subnqn = controller_->identity().subnqn;
    event.hostnqn = controller_->identity().hostnqn;
  }
  options_.on_event(event);
}

// Out of memory, one connection ends and the others go on.
Error Session::Run() {
  try {
    return Serve();
  } catch (const std::bad_alloc&) {
    return {.code = Code::kBusy, .what = "memory has run out"};
  }
}

Error Session::Serve() {
  const Deadline deadline = Deadline::After(options_.handshake_timeout);
  Result<ControllerQPair> qpair =
      ControllerQPair::Accept(connection_.OwnStream(), TransportParams(options_), deadline);
  Result<> ready;
  if (qpair) {
    ready = ShakeHands(*qpair, deadline);
  } else {
    ready = std::unexpected(qpair.error());
  }
  if (!ready) {
    Tell({.kind = TargetEvent::Kind::kHandshake, .error = ready.error()});
    return ready.error();
  }
  connection_.Admit();
  if (qid_ != 0) {
    IoQueue queue(*qpair, *controller_, connection_.stream().get(), *berth_, options_,
                  directory_.tallies());
    Tell({.kind = TargetEvent::Kind::kQueue, .qid = qid_});
    return ServeIo(queue);
  }
  AdminQueue queue(*qpair, *controller_, directory_, *berth_, options_, directory_.tallies());
  Tell({.kind = TargetEvent::Kind::kAssociation});
  return ServeAdmin(queue);
}

Error Session::RunRestored(RestoredQueue& queue) {
  controller_ = queue.controller;
  qid_ = queue.qpair.connect().qid;
  berth_ = std::move(queue.berth);
  if (!berth_->AwaitStart()) return {.code = Code::kClosed, .what = "not taken after all"};
  try {
    return qid_ == 0 ? ServeAdmin(*queue.admin) : ServeIo(*queue.io);
  } catch (const std::bad_alloc&) {
    return {.code = Code::kBusy, .what = "memory has run out"};
  }
}

// A host that was refused may try again on the same connection, as long as there is time.
Result<> Session::ShakeHands(ControllerQPair& qpair, Deadline deadline) {
  for (;;) {
    berth_ = parking_.Enter(connection_.stream(), qpair.connect().qid == 0);
    if (!berth_) return Fail(Code::kClosed, "another owner has the target");
    const Refusal refusal = Admit(qpair);
    if (!refusal) break;
    berth_.reset();
    const std::string subnqn(Text(qpair.connect_data().subnqn));
    const std::string hostnqn(Text(qpair.connect_data().hostnqn));
    Tell({.kind = TargetEvent::Kind::kRefused,
          .cntlid = qpair.connect_data().cntlid,
          .qid = qpair.connect().qid,
          .subnqn = subnqn,
          .hostnqn = hostnqn,
          .status = refusal->status});
    Result<> sent = qpair.RefuseConnect(refusal->status, refusal->dw0, deadline);
    if (!sent) return sent;
    if (Result<> next = qpair.NextConnect(deadline); !next) return next;
  }
  Result<> accepted =
      qpair.AcceptConnect({.cntlid = controller_->identity().cntlid,
                           .grant_no_flow_control = options_.grant_no_flow_control,
                           .in_capsule_bytes = qid_ == 0 ? 8192 : options_.in_capsule_bytes},
                          deadline);
  if (!accepted) Leave();
  return accepted;
}

Session::Refusal Session::Admit(const ControllerQPair& qpair) {
  const auto names = controller::CheckConnectForm(
      qpair.connect(), qpair.connect_data(),
      {.admin_entries = options_.admin_entries, .io_entries = options_.io_entries});
  if (!names) return names.error();
  qid_ = qpair.connect().qid;
  return qid_ == 0 ? AdmitAdmin(qpair, *names) : AdmitIo(qpair, *names);
}

Session::Refusal Session::AdmitAdmin(const ControllerQPair& qpair,
                                     const controller::ConnectNames& names) {
  const bool discovery = names.subnqn == kDiscoveryNqn;
  std::shared_ptr<Subsystem> subsystem = directory_.FindSubsystem(names.subnqn);
  const controller::AdminConnectFacts facts{
      .subsystem_exists = discovery || subsystem != nullptr,
      .host_allowed = discovery || (subsystem != nullptr && subsystem->Allows(names.hostnqn)),
      .static_model = !discovery && options_.static_controllers != 0,
      .cntlid_exists = qpair.connect_data().cntlid - 1u < options_.static_controllers,
      .keep_alive_required = options_.keep_alive_required && !discovery,
  };
  if (const Refusal refusal = CheckAdminConnect(qpair.connect(), qpair.connect_data(), facts)) {
    return refusal;
  }
  controller_ = directory_.MakeController({.subsystem = std::move(subsystem),
                                           .subnqn = std::string(names.subnqn),
                                           .hostnqn = std::string(names.hostnqn),
                                           .hostid = qpair.connect_data().hostid,
                                           .local = local_},
                                          qpair.connect_data().cntlid, connection_.stream());
  if (controller_) return std::nullopt;
  return controller::ConnectRefusal{.status = StatusCode::kControllerBusy};
}

Session::Refusal Session::AdmitIo(const ControllerQPair& qpair,
                                  const controller::ConnectNames& names) {
  const ConnectCmd& cmd = qpair.connect();
  const ConnectData& data = qpair.connect_data();
  const bool known = names.subnqn == kDiscoveryNqn || directory_.FindSubsystem(names.subnqn);
  auto controller = directory_.FindController(names.subnqn, data.cntlid);
  if (!controller) {
    return CheckIoConnect(cmd, data, names, {.subsystem_exists = known, .cntlid_exists = false});
  }
  const Refusal refusal = controller->AttachQueue(cmd, data, names, connection_.stream());
  if (!refusal) controller_ = std::move(controller);
  return refusal;
}

// Leave undoes what Admit did.
void Session::Leave() {
  if (!controller_ || std::exchange(left_, true)) return;
  if (qid_ != 0) return controller_->DetachQueue(qid_, connection_.stream().get());
  controller_->Retire();
  directory_.RemoveController(controller_->identity().cntlid);
}

// What another owner goes on with has not ended, and nobody is told that it has.
Error Session::ServeAdmin(AdminQueue& queue) {
  const Error end = queue.Run();
  Leave();
  if (!berth_->given()) Tell({.kind = TargetEvent::Kind::kEnded, .error = end});
  return end;
}

Error Session::ServeIo(IoQueue& queue) {
  const Error end = queue.Run();
  // Where the controller is not ready it has ended the queue itself, by a reset or a shutdown.
  const bool lost = !queue.disconnected() && controller_->ready();
  Leave();
  if (berth_->given()) return end;
  if (lost && options_.io_loss_ends_association) controller_->End();
  Tell({.kind = TargetEvent::Kind::kQueueEnded, .qid = qid_, .error = end});
  return end;
}

}  // namespace nvmf::target
