#include "nvmf/controller_qpair.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "nvmf/tcp_transport/tcp_controller_queue.h"

namespace nvmf {
namespace {

bool IsConnect(const Sqe& sqe) {
  return sqe.opc == kFabricsOpcode &&
         sqe.fctype() == static_cast<std::uint8_t>(FabricsType::kConnect);
}

}  // namespace

Result<ControllerQPair> ControllerQPair::Accept(std::unique_ptr<Stream> stream,
                                                const tcp::ControllerParams& params,
                                                Deadline deadline) {
  Result<std::unique_ptr<TcpControllerQueue>> queue =
      TcpControllerQueue::Open(std::move(stream), params, deadline);
  if (!queue) return std::unexpected(queue.error());
  return Accept(std::move(*queue), deadline);
}

Result<ControllerQPair> ControllerQPair::Accept(std::unique_ptr<ControllerQueue> queue,
                                                Deadline deadline) {
  ControllerQPair qpair(std::move(queue));
  if (Result<> connect = qpair.NextConnect(deadline); !connect) {
    return std::unexpected(connect.error());
  }
  return qpair;
}

ControllerQPair ControllerQPair::Adopt(std::unique_ptr<ControllerQueue> queue,
                                       const ConnectCmd& connect, const ConnectData& data) {
  ControllerQPair qpair(std::move(queue));
  qpair.connect_ = connect;
  qpair.connect_data_ = data;
  return qpair;
}

Result<> ControllerQPair::NextConnect(Deadline deadline) {
  for (;;) {
    const Result<Capsule> capsule = Receive(deadline);
    if (!capsule) return std::unexpected(capsule.error());
    if (!IsConnect(capsule->sqe)) {
      const Status status(StatusCode::kCommandSequenceError, true);
      if (Result<> sent = SendError(*capsule, status, deadline); !sent) return sent;
      continue;
    }
    const Result<bool> taken = TakeConnectData(*capsule, deadline);
    if (!taken) return std::unexpected(taken.error());
    if (*taken) return {};
  }
}

// True when the Connect is complete; false when it was refused and another may come.
Result<bool> ControllerQPair::TakeConnectData(const Capsule& capsule, Deadline deadline) {
  std::array<std::byte, ConnectData::kSize> data;
  if (data_length(capsule) != data.size()) {
    Cqe cqe{.dw0 = ConnectInvalid(OffsetOf<ConnectCmd>("sgl1"), false)};
    cqe.set_status(Status(StatusCode::kConnectInvalidParameters, true));
    if (Result<> sent = SendResponse(capsule, cqe, deadline); !sent) {
      return std::unexpected(sent.error());
    }
    return false;
  }
  if (Result<> received = ReceiveData(capsule, 0, data, deadline); !received) {
    if (received.error().code == Code::kDataDigest) return false;
    return std::unexpected(received.error());
  }
  connect_capsule_ = capsule;
  connect_ = ViewAs<ConnectCmd>(capsule.sqe);
  connect_data_ = Decode<ConnectData>(data);
  return true;
}

Result<> ControllerQPair::AcceptConnect(const AcceptOptions& options, Deadline deadline) {
  const bool flow_control = !(connect_.disables_flow_control() && options.grant_no_flow_control);
  const std::uint32_t entries = std::min<std::uint32_t>(connect_.entries(), 65535);
  entries_ = entries;
  queue_->SetQueue(static_cast<std::uint16_t>(entries), flow_control, options.in_capsule_bytes);
  Cqe cqe{.dw0 = ConnectAccepted{.cntlid = options.cntlid, .authreq = options.authreq}.ToDw0()};
  if (!flow_control) cqe.sqhd = Cqe::kNoFlowControl;
  return SendResponse(connect_capsule_, cqe, deadline);
}

Result<> ControllerQPair::RefuseConnect(Status status, std::uint32_t dw0, Deadline deadline) {
  Cqe cqe{.dw0 = dw0};
  cqe.set_status(status);
  return SendResponse(connect_capsule_, cqe, deadline);
}

Result<Event> ControllerQPair::Next(Deadline deadline) {
  if (waiting_.empty()) return queue_->Next(deadline);
  return waiting_.pop();
}

Result<Capsule> ControllerQPair::Receive(Deadline deadline) {
  const Result<Event> event = Next(deadline);
  if (!event) return std::unexpected(event.error());
  assert(event->kind == Event::Kind::kCommand);
  return Capsule{.tag = event->tag, .sqe = queue_->sqe(event->tag)};
}

Result<Event> ControllerQPair::AwaitData(Tag tag, Deadline deadline) {
  for (;;) {
    const Result<Event> event = queue_->Next(deadline);
    if (!event) return event;
    if (event->kind == Event::Kind::kData && event->tag == tag) return event;
    if (waiting_.full()) waiting_.Grow(2 * std::max(waiting_.size(), entries_));
    waiting_.push(*event);
  }
}

Result<> ControllerQPair::ReceiveData(const Capsule& capsule, std::uint32_t offset,
                                      MutableBytes into, Deadline deadline) {
  if (capsule.sqe.sgl1.type == Sgl::kInCapsule) {
    const ByteView here = in_capsule(capsule);
    if (!Contains(0, here.size(), offset, into.size())) {
      return Fail(Code::kInvalidArgument, "outside the command's data");
    }
    std::ranges::copy(here.subspan(offset, into.size()), into.begin());
    return {};
  }
  if (Result<> asked = RequestData(capsule.tag, offset, into); !asked) return asked;
  const Result<Event> event = AwaitData(capsule.tag, deadline);
  if (!event) return std::unexpected(event.error());
  if (!event->data_error) return {};
  if (Result<> sent = SendError(capsule, StatusCode::kTransientTransportError, deadline); !sent) {
    return sent;
  }
  return Fail(Code::kDataDigest, "the command's data came damaged");
}

Result<> ControllerQPair::SendData(const Capsule& capsule, ByteView data, Deadline deadline) {
  const Result<> queued = QueueData(capsule.tag, data, Cqe{});
  if (queued) return Flush(deadline);
  if (queued.error().code != Code::kInvalidArgument) return queued;
  const Status status(StatusCode::kSglDataLengthInvalid, true);
  if (Result<> sent = SendError(capsule, status, deadline); !sent) return sent;
  return queued;
}

Result<> ControllerQPair::SendResponse(const Capsule& capsule, const Cqe& cqe, Deadline deadline) {
  if (Result<> queued = QueueData(capsule.tag, {}, cqe); !queued) return queued;
  return Flush(deadline);
}

Result<> ControllerQPair::SendSuccess(const Capsule& capsule, Deadline deadline) {
  return SendResponse(capsule, Cqe{}, deadline);
}

Result<> ControllerQPair::SendError(const Capsule& capsule, Status status, Deadline deadline) {
  Cqe cqe;
  cqe.set_status(status);
  return SendResponse(capsule, cqe, deadline);
}

}  // namespace nvmf
