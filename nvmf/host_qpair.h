// A queue pair, seen from the host: one connection that carries one submission and one completion
// queue.
//
//   Association association({.hostnqn = ..., .subnqn = ..., .data_digest = true});
//   Result<HostQPair> admin =
//       HostQPair::Connect(association, SocketStream::Adopt(fd), {.qid = 0, .entries = 32});
//   if (!admin) return Report(admin.error());
//   std::array<std::byte, 4096> page;
//   Result<Completion> done = admin->Execute(MakeIdentify(Cns::kController), ReadInto(page), wait);
//   if (done && done->status().ok()) ...
//
// Shapes    entries 2..65535; a command's data is one contiguous span of 0..2^32-4 octets, a
//           multiple of 4. Up to entries - 1 commands outstanding.
// Units     octets and natural counts; 0's-based values exist only on the wire.
// Errors    kBusy, kTimeout and kInvalidArgument leave the queue pair usable; any other ends it.
//           A command that fails is not an error: look at Completion::status().
// Threads   one at a time. Distinct queue pairs share nothing that changes.
// Lifetime  owns its stream; spans are borrowed until the command's completion was returned, or the
//           queue pair is gone.
// Source    NVM Express Base, "Queue Pairs", "Connect Command and Response"; NVMe/TCP.
#ifndef NVMF_HOST_QPAIR_H_
#define NVMF_HOST_QPAIR_H_

#include <cstdint>
#include <memory>

#include "nvmf/association.h"
#include "nvmf/base/data.h"
#include "nvmf/base/result.h"
#include "nvmf/nvme/sqe.h"
#include "nvmf/stream/deadline.h"
#include "nvmf/stream/stream.h"
#include "nvmf/transport/host_queue.h"

namespace nvmf {

struct QueueOptions {
  std::uint16_t qid = 0;       // 0 is the admin queue.
  std::uint16_t entries = 32;  // 2..65535
};

class HostQPair {
 public:
  // Connect negotiates NVMe/TCP on `stream` (ICReq, ICResp), sends the Fabrics Connect command and
  // waits for its completion. With qid 0 it sets the association's controller ID. kRefused, with
  // the completion's status and DW0, when the controller says no; kInvalidArgument for a name or a
  // size that no controller can take; kPeerViolation, kTerminatedByPeer, kClosed, kIo, kTimeout.
  static Result<HostQPair> Connect(Association& association, std::unique_ptr<Stream> stream,
                                   const QueueOptions& options);
  // The same over any transport.
  static Result<HostQPair> Connect(Association& association, std::unique_ptr<HostQueue> queue,
                                   const QueueOptions& options);

  // Adopt takes a queue whose Connect another owner has done.
  static HostQPair Adopt(std::unique_ptr<HostQueue> queue, std::uint16_t qid) {
    return HostQPair(std::move(queue), qid);
  }

  // Submit queues `sqe` and returns its CID; it leaves when somebody waits, or at Flush.
  Result<std::uint16_t> Submit(const Sqe& sqe, const Data& data) {
    return queue_->Submit(sqe, data);
  }
  // Wait returns the completion of `cid`, exactly once.
  Result<Completion> Wait(std::uint16_t cid, Deadline deadline) {
    return queue_->Wait(cid, deadline);
  }
  // WaitAny returns the oldest completion that nobody has taken; cqe.cid says whose it is.
  Result<Completion> WaitAny(Deadline deadline) { return queue_->WaitAny(deadline); }
  // Flush returns when all that was submitted has been handed to the stream.
  Result<> Flush(Deadline deadline) { return queue_->Flush(deadline); }
  // Execute is Submit, then Wait.
  Result<Completion> Execute(const Sqe& sqe, const Data& data, Deadline deadline);

  std::uint16_t qid() const { return qid_; }
  std::uint16_t entries() const { return queue_->entries(); }
  std::size_t outstanding() const { return queue_->outstanding(); }
  bool full() const { return queue_->full(); }
  bool failed() const { return queue_->failed(); }
  // needs_authentication tells whether the controller asks for authentication before anything else.
  bool needs_authentication() const { return needs_authentication_; }
  HostQueue& transport() { return *queue_; }

 private:
  HostQPair(std::unique_ptr<HostQueue> queue, std::uint16_t qid)
      : queue_(std::move(queue)), qid_(qid) {}

  std::unique_ptr<HostQueue> queue_;
  std::uint16_t qid_;
  bool needs_authentication_ = false;
};

}  // namespace nvmf

#endif  // NVMF_HOST_QPAIR_H_
