// TcpHostQueue is a HostQueue over NVMe/TCP on any Stream.
#ifndef NVMF_TCP_TRANSPORT_TCP_HOST_QUEUE_H_
#define NVMF_TCP_TRANSPORT_TCP_HOST_QUEUE_H_

#include <memory>

#include "nvmf/stream/stream.h"
#include "nvmf/tcp/host_connection.h"
#include "nvmf/transport/host_queue.h"

namespace nvmf {

class TcpHostQueue final : public HostQueue {
 public:
  // Open sends ICReq and waits for ICResp. The stream is the queue's, also when this fails.
  // kPeerViolation, kTerminatedByPeer, kRefused (a digest was declined), kClosed, kIo, kTimeout.
  static Result<std::unique_ptr<TcpHostQueue>> Open(std::unique_ptr<Stream> stream,
                                                    const tcp::HostParams& params,
                                                    Deadline deadline);
  // Resume goes on with a connection of another owner. kInvalidArgument: `state` is impossible.
  static Result<std::unique_ptr<TcpHostQueue>> Resume(std::unique_ptr<Stream> stream,
                                                      const tcp::HostState& state);
  ~TcpHostQueue() override;

  // Export returns what Resume takes; the queue stays as it is. kBusy: it is not idle.
  Result<tcp::HostState> Export() { return connection_->Export(); }
  // Leave ends this queue without a word to the peer: another owner has the connection.
  void Leave() { connection_->Fail({.code = Code::kClosed, .what = "given to another owner"}); }
  int descriptor() const { return stream_->descriptor(); }

  Result<std::uint16_t> Submit(const Sqe& sqe, const Data& data) override;
  Result<Completion> Wait(std::uint16_t cid, Deadline deadline) override;
  Result<Completion> WaitAny(Deadline deadline) override;
  Result<> Flush(Deadline deadline) override;
  void SetInCapsuleBytes(std::uint32_t bytes) override { connection_->SetInCapsuleBytes(bytes); }
  void DisableFlowControl() override { connection_->DisableFlowControl(); }
  std::uint16_t entries() const override { return entries_; }
  std::size_t outstanding() const override { return connection_->outstanding(); }
  bool full() const override { return connection_->full(); }
  bool failed() const override { return connection_->failed(); }

  const tcp::Negotiated& negotiated() const { return connection_->negotiated(); }

 private:
  TcpHostQueue(std::unique_ptr<Stream> stream, std::uint16_t entries,
               std::unique_ptr<tcp::HostConnection> connection);

  const std::unique_ptr<Stream> stream_;
  const std::uint16_t entries_;
  const std::unique_ptr<tcp::HostConnection> connection_;
};

}  // namespace nvmf

#endif  // NVMF_TCP_TRANSPORT_TCP_HOST_QUEUE_H_
