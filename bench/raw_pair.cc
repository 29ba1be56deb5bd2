#include "bench/raw_pair.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "bench/check.h"

namespace nvmf::bench {
namespace {

constexpr std::size_t kCommand = 72, kResponse = 24, kDataHeader = 24;  // PDU headers.
constexpr std::byte kStop{1};

std::size_t Largest(const std::vector<RawPair::Exchange>& exchanges) {
  std::size_t largest = 0;
  for (const auto& each : exchanges) {
    largest = std::max({largest, each.to_controller, each.to_host});
  }
  return largest;
}

void Send(int fd, const std::vector<std::byte>& memory, std::size_t n) {
  for (std::size_t done = 0; done < n;) {
    const ssize_t moved = send(fd, memory.data() + done, n - done, MSG_NOSIGNAL);
    Check(moved > 0, "raw send");
    done += static_cast<std::size_t>(moved);
  }
}

void Receive(int fd, std::vector<std::byte>& memory, std::size_t n) {
  for (std::size_t done = 0; done < n;) {
    const ssize_t moved = recv(fd, memory.data() + done, n - done, 0);
    Check(moved > 0, "raw recv");
    done += static_cast<std::size_t>(moved);
  }
}

}  // namespace

std::vector<RawPair::Exchange> RawPair::ExchangesOf(const Shape& shape) {
  const std::size_t d = shape.depth, n = shape.bytes;
  if (shape.by_r2t())
    return {{d * kCommand, d * kResponse}, {d * (kDataHeader + n), d * kResponse}};
  const bool write = shape.direction == Direction::kWrite;
  const bool read = shape.direction == Direction::kRead;
  return {{d * (kCommand + (write ? n : 0)), d * (kResponse + (read ? kDataHeader + n : 0))}};
}

RawPair::RawPair(const Shape& shape, Link link, int cpu)
    : exchanges_(ExchangesOf(shape)),
      sockets_(MakeSockets(link)),
      host_memory_(Largest(exchanges_)),
      controller_memory_(host_memory_),
      controller_([this, cpu] { Serve(cpu); }) {}

RawPair::~RawPair() {
  host_memory_[0] = kStop;
  Send(sockets_.host, host_memory_, exchanges_[0].to_controller);
  controller_.join();
  close(sockets_.host);
  close(sockets_.controller);
}

void RawPair::Serve(int cpu) {
  PinTo(cpu);
  for (;;) {
    for (const Exchange& exchange : exchanges_) {
      Receive(sockets_.controller, controller_memory_, exchange.to_controller);
      if (controller_memory_[0] == kStop) return;
      Send(sockets_.controller, controller_memory_, exchange.to_host);
    }
  }
}

void RawPair::Run() {
  for (const Exchange& exchange : exchanges_) {
    Send(sockets_.host, host_memory_, exchange.to_controller);
    Receive(sockets_.host, host_memory_, exchange.to_host);
  }
}

}  // namespace nvmf::bench
