#include "nvmf/tcp_transport/tcp_host_queue.h"

#include <utility>

#include "nvmf/tcp_transport/drive.h"

namespace nvmf {

Result<std::unique_ptr<TcpHostQueue>> TcpHostQueue::Open(std::unique_ptr<Stream> stream,
                                                         const tcp::HostParams& params,
                                                         Deadline deadline) {
  std::unique_ptr<TcpHostQueue> queue(new TcpHostQueue(
      std::move(stream), params.entries, std::make_unique<tcp::HostConnection>(params)));
  tcp::HostConnection& connection = *queue->connection_;
  const auto live = [&] { return connection.live(); };
  if (Result<> open = Drive(connection, *queue->stream_, deadline, live); !open) {
    return std::unexpected(open.error());
  }
  return queue;
}

Result<std::unique_ptr<TcpHostQueue>> TcpHostQueue::Resume(std::unique_ptr<Stream> stream,
                                                           const tcp::HostState& state) {
  Result<std::unique_ptr<tcp::HostConnection>> connection = tcp::HostConnection::Resume(state);
  if (!connection) return std::unexpected(connection.error());
  return std::unique_ptr<TcpHostQueue>(
      new TcpHostQueue(std::move(stream), state.entries, std::move(*connection)));
}

TcpHostQueue::TcpHostQueue(std::unique_ptr<Stream> stream, std::uint16_t entries,
                           std::unique_ptr<tcp::HostConnection> connection)
    : stream_(std::move(stream)), entries_(entries), connection_(std::move(connection)) {}

TcpHostQueue::~TcpHostQueue() { Finish(*connection_, *stream_); }

Result<std::uint16_t> TcpHostQueue::Submit(const Sqe& sqe, const Data& data) {
  return connection_->Submit(sqe, data);
}

Result<Completion> TcpHostQueue::Wait(std::uint16_t cid, Deadline deadline) {
  if (!connection_->known(cid)) return Fail(Code::kInvalidArgument, "no such command");
  const auto done = [&] { return connection_->completed(cid); };
  if (Result<> driven = Drive(*connection_, *stream_, deadline, done); !driven) {
    return std::unexpected(driven.error());
  }
  return *connection_->Take(cid);
}

Result<Completion> TcpHostQueue::WaitAny(Deadline deadline) {
  if (!connection_->NextCompleted() && connection_->outstanding() == 0 &&
      !connection_->wants_output() && !connection_->failed()) {
    return Fail(Code::kInvalidArgument, "nothing is outstanding");
  }
  const auto done = [&] { return connection_->NextCompleted().has_value(); };
  if (Result<> driven = Drive(*connection_, *stream_, deadline, done); !driven) {
    return std::unexpected(driven.error());
  }
  return *connection_->Take(*connection_->NextCompleted());
}

Result<> TcpHostQueue::Flush(Deadline deadline) {
  return Drive(*connection_, *stream_, deadline, [&] { return !connection_->wants_output(); });
}

}  // namespace nvmf
