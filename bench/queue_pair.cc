#include "bench/queue_pair.h"

#include <algorithm>

#include "bench/check.h"
#include "nvmf/controller_qpair.h"
#include "nvmf/stream/socket_stream.h"

namespace nvmf::bench {
namespace {

constexpr std::uint32_t kStop = 0xFFFFFFFF;  // CDW10 of the command that ends the controller.

void Serve(Result<ControllerQPair> qpair, const Shape& shape) {
  Check(qpair && qpair->AcceptConnect({.cntlid = 1}, Deadline::Never()), "accept a queue");
  // As much memory as the host has outstanding: as warm in the cache as a plain loop's.
  std::vector<std::vector<std::byte>> memories(shape.depth, std::vector<std::byte>(shape.bytes));
  for (;;) {
    const Result<Event> event = qpair->Next(Deadline::Never());
    Check(event.has_value(), "next");
    const Tag tag = event->tag;
    std::vector<std::byte>& memory = memories[tag % shape.depth];
    if (qpair->sqe(tag).cdw10 == kStop) return;
    if (event->kind == Event::Kind::kCommand && shape.by_r2t()) {
      Check(qpair->RequestData(tag, 0, memory).has_value(), "request data");
      continue;
    }
    const ByteView data = shape.direction == Direction::kRead ? ByteView(memory) : ByteView();
    Check(qpair->QueueData(tag, data, Cqe{}).has_value(), "send data");
  }
}

}  // namespace

StreamEnds MakeStreams(Link link) {
  const Sockets sockets = MakeSockets(link);
  return {SocketStream::Adopt(sockets.host), SocketStream::Adopt(sockets.controller)};
}

std::uint16_t QueuePair::EntriesOf(const Shape& shape) {
  return static_cast<std::uint16_t>(std::max<std::size_t>(shape.depth + 1, 32));
}

AssociationParams QueuePair::Params() const {
  return {.hostnqn = "nqn.2026-11.org.example:h",
          .subnqn = "nqn.2026-11.org.example:s",
          .header_digest = shape_.header_digest,
          .data_digest = shape_.data_digest};
}

QueuePair::QueuePair(const Shape& shape, StreamEnds ends, int cpu)
    : shape_(shape),
      association_(Params()),
      controller_([shape, cpu, stream = std::move(ends.controller)]() mutable {
        PinTo(cpu);
        Serve(ControllerQPair::Accept(std::move(stream), {}, Deadline::Never()), shape);
      }) {
  Open(HostQPair::Connect(association_, std::move(ends.host), {.entries = EntriesOf(shape)}));
}

QueuePair::QueuePair(const Shape& shape, LoopEnds ends, int cpu)
    : shape_(shape),
      association_(Params()),
      controller_([shape, cpu, queue = std::move(ends.controller)]() mutable {
        PinTo(cpu);
        Serve(ControllerQPair::Accept(std::move(queue), Deadline::Never()), shape);
      }) {
  Open(HostQPair::Connect(association_, std::move(ends.host), {.entries = EntriesOf(shape)}));
}

void QueuePair::Open(Result<HostQPair> connected) {
  Check(connected.has_value(), "connect a queue");
  host_.emplace(std::move(*connected));
  memory_.assign(shape_.depth, std::vector<std::byte>(shape_.bytes));
}

QueuePair::~QueuePair() {
  Check(host_->Submit(Sqe{.cdw10 = kStop}, kNoData).has_value(), "stop");
  Check(host_->Flush(Deadline::Never()).has_value(), "stop");
  controller_.join();
}

void QueuePair::Run() {
  for (std::vector<std::byte>& memory : memory_) {
    Check(host_->Submit(Sqe{.opc = shape_.opcode()}, shape_.data(memory)).has_value(), "submit");
  }
  for (std::size_t i = 0; i < shape_.depth; ++i) {
    const Result<Completion> done = host_->WaitAny(Deadline::Never());
    Check(done && done->status().ok(), "wait");
  }
}

}  // namespace nvmf::bench
