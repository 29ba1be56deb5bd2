#include "bench/target_pair.h"

#include "bench/check.h"
#include "bench/sockets.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/stream/socket_stream.h"
#include "nvmf/target/ram_backend.h"

namespace nvmf::bench {
namespace {

constexpr const char* kNqn = "nqn.2026-11.org.example:null";
constexpr std::uint32_t kBlock = 512;
constexpr std::uint16_t kEntries = 128;

}  // namespace

TargetPair::TargetPair(const Shape& shape, std::uint16_t queues, int cpu)
    : shape_(shape),
      target_({.io_queues = queues, .max_connections = queues + 16u}),
      server_(target_),
      association_({.hostnqn = "nqn.2026-11.org.example:h",
                    .subnqn = kNqn,
                    .header_digest = shape.header_digest,
                    .data_digest = shape.data_digest}) {
  PinTo(cpu);
  auto disk = std::make_shared<target::Subsystem>(target::SubsystemOptions{.nqn = kNqn});
  Check(disk->AddNamespace(target::MakeNullBackend(1 << 30)) == 1, "add a namespace");
  Check(target_.AddSubsystem(disk), "add a subsystem");
  const auto port = server_.Listen("127.0.0.1", 0);
  Check(port && server_.Start(), "listen");
  port_ = port->trsvcid;
  PinTo(cpu < 0 ? -1 : 0);
  auto controller = HostController::Connect(association_, Dial());
  Check(controller.has_value(), "connect the admin queue");
  controller_.emplace(std::move(*controller));
  Check(controller_->Enable() && controller_->IdentifyController(), "enable the controller");
  const auto granted = controller_->SetNumberOfQueues(queues);
  Check(granted && *granted >= queues, "number of queues");
  for (std::uint16_t qid = 1; qid <= queues; ++qid) {
    auto qpair = controller_->ConnectIo(Dial(), {.qid = qid, .entries = kEntries});
    Check(qpair.has_value(), "connect an I/O queue");
    queues_.push_back(
        {std::move(*qpair), std::vector(shape.depth, std::vector<std::byte>(shape.bytes))});
  }
}

TargetPair::~TargetPair() {
  server_.Stop();
  target_.Stop();
}

std::unique_ptr<Stream> TargetPair::Dial() const {
  return SocketStream::Adopt(ConnectLoopback(port_));
}

void TargetPair::Run(std::size_t queue) {
  Queue& it = queues_[queue];
  const auto blocks = static_cast<std::uint32_t>(shape_.bytes / kBlock);
  const Sqe sqe = shape_.direction == Direction::kWrite  ? MakeWrite(1, 0, blocks)
                  : shape_.direction == Direction::kRead ? MakeRead(1, 0, blocks)
                                                         : MakeFlush(1);
  for (std::vector<std::byte>& memory : it.memory) {
    Check(it.qpair.Submit(sqe, shape_.data(memory)).has_value(), "submit");
  }
  for (std::size_t i = 0; i < shape_.depth; ++i) {
    const Result<Completion> done = it.qpair.WaitAny(Deadline::Never());
    Check(done && done->status().ok(), "wait");
  }
}

}  // namespace nvmf::bench
