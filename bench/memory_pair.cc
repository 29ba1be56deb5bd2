#include "bench/memory_pair.h"

#include <algorithm>
#include <cstring>

#include "bench/check.h"

namespace nvmf::bench {
namespace {

std::uint16_t EntriesOf(const Shape& shape) {
  return static_cast<std::uint16_t>(std::max<std::size_t>(shape.depth + 1, 32));
}

}  // namespace

MemoryPair::MemoryPair(const Shape& shape, void (*copying)())
    : shape_(shape),
      copying_(copying),
      host_({.header_digest = shape.header_digest,
             .data_digest = shape.data_digest,
             .entries = EntriesOf(shape),
             .in_capsule_bytes = kInCapsule}),
      controller_({.in_capsule_bytes = kInCapsule}),
      host_memory_(shape.depth, std::vector<std::byte>(shape.bytes)),
      controller_memory_(shape.depth, std::vector<std::byte>(shape.bytes)) {
  controller_.SetQueue(EntriesOf(shape), true, kInCapsule);
  while (!host_.live() || !controller_.live()) {
    const bool out = Move(host_, controller_);
    const bool in = Move(controller_, host_);
    Check(out || in, "the ends do not come to terms");
  }
  moved_ = 0;
}

void MemoryPair::Run() {
  for (std::vector<std::byte>& memory : host_memory_) {
    Check(host_.Submit(Sqe{.opc = shape_.opcode()}, shape_.data(memory)).has_value(), "submit");
  }
  for (std::size_t done = 0; done < shape_.depth;) {
    const bool out = Move(host_, controller_);
    Serve();
    const bool in = Move(controller_, host_);
    Check(out || in, "the ends stand still");
    while (const auto cid = host_.NextCompleted()) {
      Check(host_.Take(*cid)->status().ok(), "a command failed");
      ++done;
    }
  }
}

bool MemoryPair::Move(tcp::Connection& from, tcp::Connection& to) {
  std::size_t moved = 0;
  for (const ByteView span : from.PendingOutput()) {
    Give(to, span);
    moved += span.size();
  }
  from.CommitOutput(moved);
  moved_ += moved;
  return moved != 0;
}

void MemoryPair::Give(tcp::Connection& to, ByteView octets) {
  while (!octets.empty()) {
    const InputSpans space = to.InputSpace();
    const std::size_t n = std::min(octets.size(), space.size());
    const std::size_t first = std::min(n, space.first.size());
    if (copying_ != nullptr) copying_();
    if (first != 0) std::memcpy(space.first.data(), octets.data(), first);
    if (n != first) std::memcpy(space.second.data(), octets.data() + first, n - first);
    if (copying_ != nullptr) copying_();
    to.CommitInput(n);
    Check(!to.failed(), "an end failed");
    octets = octets.subspan(n);
  }
}

void MemoryPair::Serve() {
  while (controller_.HasEvent()) {
    const Event event = controller_.NextEvent();
    std::vector<std::byte>& memory = controller_memory_[event.tag % shape_.depth];
    if (event.kind == Event::Kind::kCommand && shape_.by_r2t()) {
      Check(controller_.RequestData(event.tag, 0, memory).has_value(), "request data");
      continue;
    }
    const ByteView answer = shape_.direction == Direction::kRead ? ByteView(memory) : ByteView();
    Check(controller_.SendData(event.tag, answer, Cqe{}).has_value(), "send data");
  }
}

}  // namespace nvmf::bench
