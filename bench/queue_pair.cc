#include "bench/queue_pair.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "bench/check.h"
#include "nvmf/controller_qpair.h"
#include "nvmf/stream/socket_stream.h"

namespace nvmf::bench {
namespace {

constexpr std::uint32_t kStop = 0xFFFFFFFF;  // CDW10 of the command that ends the controller.

Sockets MakeTcp() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Check(bind(listener, any, length) == 0 && listen(listener, 1) == 0, "listen");
  Check(getsockname(listener, any, &length) == 0, "getsockname");
  const int host = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Check(connect(host, any, length) == 0, "connect");
  const Sockets sockets{host, accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)};
  Check(sockets.controller >= 0, "accept");
  close(listener);
  const int on = 1;
  for (const int fd : {sockets.host, sockets.controller}) {
    Check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0, "TCP_NODELAY");
  }
  return sockets;
}

void Serve(Result<ControllerQPair> qpair, const Shape& shape) {
  Check(qpair && qpair->AcceptConnect({.cntlid = 1}, Deadline::Never()), "accept a queue");
  std::vector<std::vector<std::byte>> memory(qpair->connect().entries() + 64u,
                                             std::vector<std::byte>(shape.bytes));
  for (;;) {
    const Result<Event> event = qpair->Next(Deadline::Never());
    Check(event.has_value(), "next");
    const Tag tag = event->tag;
    if (qpair->sqe(tag).cdw10 == kStop) return;
    if (event->kind == Event::Kind::kCommand && shape.by_r2t()) {
      Check(qpair->RequestData(tag, 0, memory[tag]).has_value(), "request data");
      continue;
    }
    const ByteView data = shape.direction == Direction::kRead ? ByteView(memory[tag]) : ByteView();
    Check(qpair->QueueData(tag, data, Cqe{}).has_value(), "send data");
  }
}

}  // namespace

Sockets MakeSockets(Link link) {
  if (link == Link::kTcp) return MakeTcp();
  int ends[2];
  Check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "socketpair");
  return {ends[0], ends[1]};
}

StreamEnds MakeStreams(Link link) {
  const Sockets sockets = MakeSockets(link);
  return {SocketStream::Adopt(sockets.host), SocketStream::Adopt(sockets.controller)};
}

void PinTo(int nth) {
  static const cpu_set_t kAll = [] {
    cpu_set_t all;
    Check(sched_getaffinity(0, sizeof(all), &all) == 0, "sched_getaffinity");
    return all;
  }();
  cpu_set_t wanted = kAll;
  if (nth >= 0) {
    CPU_ZERO(&wanted);
    int left = nth % CPU_COUNT(&kAll);
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &kAll) && left-- == 0) CPU_SET(cpu, &wanted);
    }
  }
  Check(sched_setaffinity(0, sizeof(wanted), &wanted) == 0, "sched_setaffinity");
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
