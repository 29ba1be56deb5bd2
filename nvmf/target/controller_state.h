// ControllerState is what the queues of one association share: whose it is, which I/O queues it
// has, and whether it still lives.
//
// Shapes    one admin queue, whose thread owns the association, and up to `io_queues` I/O queues.
// Threads   any; what changes is guarded or atomic.
// Lifetime  shared by its queues; ends when its admin queue does.
// Source    NVM Express Base, "Associations", "Connect Command and Response".
#ifndef NVMF_TARGET_CONTROLLER_STATE_H_
#define NVMF_TARGET_CONTROLLER_STATE_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "nvmf/controller/connect_check.h"
#include "nvmf/handoff/record.h"
#include "nvmf/stream/stream.h"
#include "nvmf/target/subsystem.h"
#include "nvmf/target/target_options.h"

namespace nvmf::target {

// ControllerIdentity says whose a controller is. It does not change.
struct ControllerIdentity {
  std::uint16_t cntlid = 0;
  std::shared_ptr<Subsystem> subsystem{};  // None: the discovery subsystem.
  std::string subnqn{};
  std::string hostnqn{};
  HostId hostid{};
  Port local{};  // Where the host came in.
  bool discovery() const { return subsystem == nullptr; }
};

class ControllerState : public std::enable_shared_from_this<ControllerState> {
 public:
  ControllerState(ControllerIdentity identity, std::uint16_t io_queues,
                  std::shared_ptr<Stream> admin)
      : identity_(std::move(identity)), granted_(io_queues), admin_(std::move(admin)) {}

  const ControllerIdentity& identity() const { return identity_; }

  // QueueIdentity names a queue of this association for another owner.
  HandoffIdentity QueueIdentity(std::uint16_t qid) const;

  // AttachQueue judges an I/O Connect and, if all is well, takes the queue in.
  std::optional<controller::ConnectRefusal> AttachQueue(const ConnectCmd& cmd,
                                                        const ConnectData& data,
                                                        const controller::ConnectNames& names,
                                                        std::shared_ptr<Stream> stream);
  // RestoreQueue takes in a queue that another owner has had. False: there can be none like it.
  bool RestoreQueue(std::uint16_t qid, std::shared_ptr<Stream> stream);
  // DetachQueue says that the queue of that stream executes nothing any more. Twice does no harm.
  void DetachQueue(std::uint16_t qid, const Stream* stream);
  bool has_io_queues() const;

  // Grant settles how many I/O queues there may be.
  void Grant(std::uint16_t io_queues);
  std::uint16_t granted() const;

  // SetReady says whether commands are taken. EndIoQueues interrupts the I/O queues and returns
  // when none executes anything.
  void SetReady(bool ready);
  bool ready() const { return ready_.load(std::memory_order_acquire); }
  void EndIoQueues();
  // End ends the association, from any thread: no queue attaches any more, and all are interrupted.
  // Retire is the admin queue's own end: it interrupts the others, and returns as EndIoQueues does.
  void End();
  void Retire();

  // NoteTraffic is said for each command of an I/O queue; TakeTraffic tells whether it was, since
  // it last told.
  void NoteTraffic() {
    if (!traffic_.load(std::memory_order_relaxed)) traffic_.store(true, std::memory_order_relaxed);
  }
  bool has_traffic() const { return traffic_.load(std::memory_order_relaxed); }
  bool TakeTraffic() { return traffic_.exchange(false, std::memory_order_relaxed); }

  // While the host has switched the volatile write cache off, every write is flushed.
  void SetWriteCache(bool enabled) { write_cache_.store(enabled, std::memory_order_relaxed); }
  bool write_cache() const { return write_cache_.load(std::memory_order_relaxed); }

 private:
  void InterruptIoQueues();

  const ControllerIdentity identity_;
  mutable std::mutex mutex_;
  std::condition_variable detached_;
  std::uint16_t granted_;
  bool ended_ = false;
  std::shared_ptr<Stream> admin_;
  std::map<std::uint16_t, std::shared_ptr<Stream>> queues_;
  std::atomic<bool> ready_{false};
  std::atomic<bool> traffic_{false};
  std::atomic<bool> write_cache_{true};
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_CONTROLLER_STATE_H_
