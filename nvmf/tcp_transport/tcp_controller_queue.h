// TcpControllerQueue is a ControllerQueue over NVMe/TCP on any Stream.
#ifndef NVMF_TCP_TRANSPORT_TCP_CONTROLLER_QUEUE_H_
#define NVMF_TCP_TRANSPORT_TCP_CONTROLLER_QUEUE_H_

#include <memory>

#include "nvmf/stream/stream.h"
#include "nvmf/tcp/controller_connection.h"
#include "nvmf/transport/controller_queue.h"

namespace nvmf {

class TcpControllerQueue final : public ControllerQueue {
 public:
  // Open waits for ICReq and answers it. The stream is the queue's, also when this fails.
  // kPeerViolation, kTerminatedByPeer, kClosed, kIo, kTimeout.
  static Result<std::unique_ptr<TcpControllerQueue>> Open(std::unique_ptr<Stream> stream,
                                                          const tcp::ControllerParams& params,
                                                          Deadline deadline);
  // Resume goes on with a connection of another owner; its commands come as events again.
  // kInvalidArgument: `state` is impossible.
  static Result<std::unique_ptr<TcpControllerQueue>> Resume(std::unique_ptr<Stream> stream,
                                                            const tcp::ControllerParams& params,
                                                            const tcp::ControllerState& state);
  ~TcpControllerQueue() override;

  // Export returns what Resume takes; the queue stays as it is. kBusy: it is between no transfers.
  Result<tcp::ControllerState> Export(
      std::span<const tcp::ControllerConnection::Fetched> fetched = {}) {
    return connection_->Export(fetched);
  }
  // Settle moves octets until there is an event, or Export would do.
  Result<> Settle(Deadline deadline);
  // Leave ends this queue without a word to the peer: another owner has the connection.
  void Leave() { connection_->Fail({.code = Code::kClosed, .what = "given to another owner"}); }
  int descriptor() const { return stream_->descriptor(); }

  Result<Event> Next(Deadline deadline) override;
  bool ready() const override { return connection_->HasEvent(); }
  const Sqe& sqe(Tag tag) const override { return connection_->sqe(tag); }
  ByteView in_capsule(Tag tag) const override { return connection_->in_capsule(tag); }
  Result<> RequestData(Tag tag, std::uint32_t offset, MutableBytes into) override;
  Result<> SendData(Tag tag, ByteView data, const Cqe& cqe) override;
  Result<> Flush(Deadline deadline) override;
  void SetQueue(std::uint16_t entries, bool flow_control, std::uint32_t in_capsule_bytes) override;
  void Interrupt() override;
  std::size_t outstanding() const override { return connection_->outstanding(); }

  const tcp::Negotiated& negotiated() const { return connection_->negotiated(); }

 private:
  TcpControllerQueue(std::unique_ptr<Stream> stream,
                     std::unique_ptr<tcp::ControllerConnection> connection);

  const std::unique_ptr<Stream> stream_;
  const std::unique_ptr<tcp::ControllerConnection> connection_;
};

}  // namespace nvmf

#endif  // NVMF_TCP_TRANSPORT_TCP_CONTROLLER_QUEUE_H_
