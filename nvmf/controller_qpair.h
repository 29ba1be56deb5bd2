// A queue pair, seen from the controller: commands come out of it, data and completions go in.
//
//   Result<ControllerQPair> qpair = ControllerQPair::Accept(SocketStream::Adopt(fd), {}, wait);
//   if (!qpair) return Report(qpair.error());
//   if (qpair->connect_data().subnqn is not ours) return qpair->RefuseConnect(status, dw0, wait);
//   qpair->AcceptConnect({.cntlid = 7}, wait);
//   while (Result<Capsule> capsule = qpair->Receive(wait)) {
//     qpair->SendData(*capsule, page, wait);       // or ReceiveData, SendSuccess, SendError
//   }
//
// Shapes    as many commands at a time as the Connect asked for; capsules in order of arrival.
// Units     octets and natural counts.
// Errors    kTimeout and kInvalidArgument leave the queue pair usable; any other ends it. Commands
//           whose data descriptor is unusable are answered below and never surface.
// Threads   one at a time; Interrupt() from any thread. Distinct queue pairs share nothing.
// Lifetime  owns its stream; memory given to the blocking calls is borrowed until they return.
// Source    NVM Express Base, "Connect Command and Response", "Queue Pairs"; NVMe/TCP.
#ifndef NVMF_CONTROLLER_QPAIR_H_
#define NVMF_CONTROLLER_QPAIR_H_

#include <cstdint>
#include <memory>

#include "nvmf/base/event.h"
#include "nvmf/base/result.h"
#include "nvmf/base/ring.h"
#include "nvmf/nvme/connect_response.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/sqe.h"
#include "nvmf/stream/deadline.h"
#include "nvmf/stream/stream.h"
#include "nvmf/tcp/controller_connection.h"
#include "nvmf/transport/controller_queue.h"

namespace nvmf {

// Capsule is a command in hand: what was asked, and by which name to answer it.
struct Capsule {
  Tag tag = 0;
  Sqe sqe{};
};

class ControllerQPair {
 public:
  // Accept negotiates NVMe/TCP on `stream` and waits for the Connect command and its data, which it
  // leaves unanswered. Other commands that come first are refused with Command Sequence Error, and
  // Connect data of another length than 1024 with Connect Invalid Parameters.
  // kPeerViolation, kTerminatedByPeer, kClosed, kIo, kTimeout.
  static Result<ControllerQPair> Accept(std::unique_ptr<Stream> stream,
                                        const tcp::ControllerParams& params, Deadline deadline);
  // The same over any transport.
  static Result<ControllerQPair> Accept(std::unique_ptr<ControllerQueue> queue, Deadline deadline);

  // Adopt takes a queue whose Connect another owner has answered.
  static ControllerQPair Adopt(std::unique_ptr<ControllerQueue> queue, const ConnectCmd& connect,
                               const ConnectData& data);

  const ConnectCmd& connect() const { return connect_; }
  const ConnectData& connect_data() const { return connect_data_; }

  struct AcceptOptions {
    std::uint16_t cntlid = 0;
    std::uint16_t authreq = 0;              // ConnectAccepted::kAtr, kAscr.
    bool grant_no_flow_control = true;      // If the host asks to disable SQ flow control.
    std::uint32_t in_capsule_bytes = 8192;  // Most data in a capsule from here on.
  };
  // AcceptConnect answers the Connect with success; the queue is as large as it asked.
  Result<> AcceptConnect(const AcceptOptions& options, Deadline deadline);
  // RefuseConnect answers the Connect with `status` and DW0, and awaits another: Accept's wait
  // begins anew on the same connection (NextConnect).
  Result<> RefuseConnect(Status status, std::uint32_t dw0, Deadline deadline);
  // NextConnect waits for another Connect after a refusal.
  Result<> NextConnect(Deadline deadline);

  // Receive returns the oldest command. It sends what was queued before it waits. Those who use
  // RequestData take their events from Next instead.
  Result<Capsule> Receive(Deadline deadline);
  // Next returns the oldest event, for those who have several transfers under way.
  Result<Event> Next(Deadline deadline);

  // in_capsule returns the data that came with the command, until it is answered.
  ByteView in_capsule(const Capsule& capsule) const { return queue_->in_capsule(capsule.tag); }
  // data_length returns the octets that the command offers or has room for.
  std::uint32_t data_length(const Capsule& capsule) const {
    return queue_->data_length(capsule.tag);
  }

  // ReceiveData fills `into` with the command's data from `offset` on, in capsule or by R2T.
  // Callable several times, for one part after the other. kDataDigest: the data came damaged; the
  // command was answered with Transient Transport Error.
  Result<> ReceiveData(const Capsule& capsule, std::uint32_t offset, MutableBytes into,
                       Deadline deadline);
  // SendData sends `data` and a success completion; where that is not possible (more data than the
  // command has room for) it sends an error completion and returns kInvalidArgument.
  Result<> SendData(const Capsule& capsule, ByteView data, Deadline deadline);
  // SendResponse completes the command as `cqe` says; CID and SQHD are filled in.
  Result<> SendResponse(const Capsule& capsule, const Cqe& cqe, Deadline deadline);
  Result<> SendSuccess(const Capsule& capsule, Deadline deadline);
  Result<> SendError(const Capsule& capsule, Status status, Deadline deadline);

  // The same without waiting, for batches: answers leave at Flush, or when Next or Receive waits.
  // `into` is borrowed until the kData event, `data` until Flush has returned.
  Result<> RequestData(Tag tag, std::uint32_t offset, MutableBytes into) {
    return queue_->RequestData(tag, offset, into);
  }
  Result<> QueueData(Tag tag, ByteView data, const Cqe& cqe) {
    return queue_->SendData(tag, data, cqe);
  }
  Result<> Flush(Deadline deadline) { return queue_->Flush(deadline); }

  // connect_tag names the Connect while it is unanswered.
  Tag connect_tag() const { return connect_capsule_.tag; }

  const Sqe& sqe(Tag tag) const { return queue_->sqe(tag); }
  bool ready() const { return !waiting_.empty() || queue_->ready(); }
  ControllerQueue& transport() { return *queue_; }
  void Interrupt() { queue_->Interrupt(); }

 private:
  explicit ControllerQPair(std::unique_ptr<ControllerQueue> queue) : queue_(std::move(queue)) {}
  Result<bool> TakeConnectData(const Capsule& capsule, Deadline deadline);
  Result<Event> AwaitData(Tag tag, Deadline deadline);

  std::unique_ptr<ControllerQueue> queue_;
  std::size_t entries_ = 0;  // Of the queue, once its Connect was accepted here.
  Ring<Event> waiting_{0};   // Events that came while ReceiveData waited for its own.
  Capsule connect_capsule_;
  ConnectCmd connect_;
  ConnectData connect_data_;
};

}  // namespace nvmf

#endif  // NVMF_CONTROLLER_QPAIR_H_
