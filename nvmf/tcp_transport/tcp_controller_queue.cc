#include "nvmf/tcp_transport/tcp_controller_queue.h"

#include <utility>

#include "nvmf/tcp_transport/drive.h"

namespace nvmf {

Result<std::unique_ptr<TcpControllerQueue>> TcpControllerQueue::Open(
    std::unique_ptr<Stream> stream, const tcp::ControllerParams& params, Deadline deadline) {
  std::unique_ptr<TcpControllerQueue> queue(new TcpControllerQueue(
      std::move(stream), std::make_unique<tcp::ControllerConnection>(params)));
  tcp::ControllerConnection& connection = *queue->connection_;
  const auto answered = [&] { return connection.live() && !connection.wants_output(); };
  if (Result<> open = Drive(connection, *queue->stream_, deadline, answered); !open) {
    return std::unexpected(open.error());
  }
  return queue;
}

Result<std::unique_ptr<TcpControllerQueue>> TcpControllerQueue::Resume(
    std::unique_ptr<Stream> stream, const tcp::ControllerParams& params,
    const tcp::ControllerState& state) {
  Result<std::unique_ptr<tcp::ControllerConnection>> connection =
      tcp::ControllerConnection::Resume(params, state);
  if (!connection) return std::unexpected(connection.error());
  return std::unique_ptr<TcpControllerQueue>(
      new TcpControllerQueue(std::move(stream), std::move(*connection)));
}

TcpControllerQueue::TcpControllerQueue(std::unique_ptr<Stream> stream,
                                       std::unique_ptr<tcp::ControllerConnection> connection)
    : stream_(std::move(stream)), connection_(std::move(connection)) {}

TcpControllerQueue::~TcpControllerQueue() { Finish(*connection_, *stream_); }

Result<Event> TcpControllerQueue::Next(Deadline deadline) {
  const auto ready = [&] { return connection_->HasEvent(); };
  if (Result<> driven = Drive(*connection_, *stream_, deadline, ready); !driven) {
    return std::unexpected(driven.error());
  }
  return connection_->NextEvent();
}

Result<> TcpControllerQueue::RequestData(Tag tag, std::uint32_t offset, MutableBytes into) {
  return connection_->RequestData(tag, offset, into);
}

Result<> TcpControllerQueue::SendData(Tag tag, ByteView data, const Cqe& cqe) {
  return connection_->SendData(tag, data, cqe);
}

Result<> TcpControllerQueue::Flush(Deadline deadline) {
  return Drive(*connection_, *stream_, deadline, [&] { return !connection_->wants_output(); });
}

Result<> TcpControllerQueue::Settle(Deadline deadline) {
  return Drive(*connection_, *stream_, deadline,
               [&] { return connection_->HasEvent() || connection_->at_rest(); });
}

void TcpControllerQueue::SetQueue(std::uint16_t entries, bool flow_control,
                                  std::uint32_t in_capsule_bytes) {
  connection_->SetQueue(entries, flow_control, in_capsule_bytes);
}

void TcpControllerQueue::Interrupt() { stream_->Shutdown(); }

}  // namespace nvmf
