#include "nvmf/target/controller_state.h"

#include <utility>

namespace nvmf::target {

HandoffIdentity ControllerState::QueueIdentity(std::uint16_t qid) const {
  HandoffIdentity identity{.qid = qid, .cntlid = identity_.cntlid, .hostid = identity_.hostid};
  static_cast<void>(SetText(identity.subnqn, identity_.subnqn, '\0'));
  static_cast<void>(SetText(identity.hostnqn, identity_.hostnqn, '\0'));
  return identity;
}

std::optional<controller::ConnectRefusal> ControllerState::AttachQueue(
    const ConnectCmd& cmd, const ConnectData& data, const controller::ConnectNames& names,
    std::shared_ptr<Stream> stream) {
  const std::lock_guard lock(mutex_);
  const controller::IoConnectFacts facts{
      .cntlid_exists = !ended_,
      .hostnqn = identity_.hostnqn,
      .hostid = identity_.hostid,
      .ready = ready(),
      .io_queues = identity_.discovery() ? std::uint16_t{0} : granted_,
      .qid_in_use = queues_.contains(cmd.qid),
  };
  if (auto refusal = CheckIoConnect(cmd, data, names, facts)) return refusal;
  queues_.emplace(cmd.qid, std::move(stream));
  return std::nullopt;
}

bool ControllerState::RestoreQueue(std::uint16_t qid, std::shared_ptr<Stream> stream) {
  const std::lock_guard lock(mutex_);
  if (identity_.discovery() || qid == 0 || qid > granted_) return false;
  return queues_.emplace(qid, std::move(stream)).second;
}

void ControllerState::DetachQueue(std::uint16_t qid, const Stream* stream) {
  const std::lock_guard lock(mutex_);
  const auto queue = queues_.find(qid);
  if (queue == queues_.end() || queue->second.get() != stream) return;
  queues_.erase(queue);
  detached_.notify_all();
}

bool ControllerState::has_io_queues() const {
  const std::lock_guard lock(mutex_);
  return !queues_.empty();
}

void ControllerState::Grant(std::uint16_t io_queues) {
  const std::lock_guard lock(mutex_);
  granted_ = io_queues;
}

std::uint16_t ControllerState::granted() const {
  const std::lock_guard lock(mutex_);
  return granted_;
}

void ControllerState::SetReady(bool ready) {
  const std::lock_guard lock(mutex_);
  ready_.store(ready && !ended_, std::memory_order_release);
}

void ControllerState::InterruptIoQueues() {
  for (const auto& [qid, stream] : queues_) stream->Shutdown();
}

void ControllerState::EndIoQueues() {
  std::unique_lock lock(mutex_);
  InterruptIoQueues();
  detached_.wait(lock, [this] { return queues_.empty(); });
}

void ControllerState::End() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  ready_.store(false, std::memory_order_release);
  if (admin_) admin_->Shutdown();
  InterruptIoQueues();
}

// The admin stream is left alone: a TermReq may be on its way out.
void ControllerState::Retire() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    ready_.store(false, std::memory_order_release);
    admin_.reset();
  }
  EndIoQueues();
}

}  // namespace nvmf::target
