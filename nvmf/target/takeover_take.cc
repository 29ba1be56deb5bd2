// The successor's side of a takeover.
#include <new>
#include <utility>

#include "nvmf/handoff/handoff.h"
#include "nvmf/nvme/discovery.h"
#include "nvmf/stream/socket_stream.h"
#include "nvmf/target/file_backend.h"
#include "nvmf/target/ram_backend.h"
#include "nvmf/target/session.h"
#include "nvmf/target/shared_stream.h"
#include "nvmf/target/takeover.h"
#include "nvmf/target/takeover_channel.h"
#include "nvmf/target/takeover_record.h"
#include "nvmf/target/target_parts.h"

namespace nvmf::target {
namespace {

constexpr std::uint32_t kMostListeners = 4096;

std::unexpected<Error> Impossible(const char* what) { return Fail(Code::kInvalidArgument, what); }

class Taker {
 public:
  Taker(TakeoverChannel channel, std::function<void(const TargetEvent&)> on_event,
        const TakeoverLimits& limits)
      : channel_(channel), on_event_(std::move(on_event)), limits_(limits) {}

  // Prepare makes the target, without queues, and says that it is ready.
  Result<> Prepare();
  // Take takes the queues in; they wait for Begin, or for GiveUp.
  Result<> Take();
  void Begin() { parts_->parking.Resume(); }
  void GiveUp();
  Taken taken() && { return std::move(taken_); }

 private:
  Result<> ReceiveListeners(std::uint32_t count, Deadline deadline);
  Result<std::shared_ptr<Backend>> ReceiveBackend(const BackendField& told, Deadline deadline);
  Result<std::shared_ptr<Subsystem>> MakeSubsystem(
      const SubsystemRecord& told, const std::vector<std::shared_ptr<Backend>>& backends) const;
  Result<> TakeQueue(TakeoverChannel::Received received);
  Result<> Restore(const QueueRecord& record, std::shared_ptr<Stream> stream);
  Result<std::shared_ptr<ControllerState>> FindPlace(const QueueRecord& record,
                                                     std::shared_ptr<Stream> stream);

  TakeoverChannel channel_;
  const std::function<void(const TargetEvent&)> on_event_;
  const TakeoverLimits limits_;
  DirectoryState directory_{};
  Taken taken_{};
  TargetParts* parts_ = nullptr;
};

Result<> Taker::ReceiveListeners(std::uint32_t count, Deadline deadline) {
  if (count > kMostListeners) return Impossible("takeover: more listeners than anybody has");
  taken_.server = std::make_unique<Server>(*taken_.target);
  for (std::uint32_t i = 0; i < count; ++i) {
    auto listener = channel_.Expect(MessageKind::kListener, deadline);
    if (!listener) return std::unexpected(listener.error());
    const Result<Port> port = taken_.server->Adopt(std::move(listener->descriptor));
    if (!port) return std::unexpected(port.error());
  }
  return {};
}

Result<std::shared_ptr<Backend>> Taker::ReceiveBackend(const BackendField& told,
                                                       Deadline deadline) {
  auto received = channel_.Expect(MessageKind::kBackend, deadline);
  if (!received) return std::unexpected(received.error());
  std::shared_ptr<Backend> backend;
  switch (told.kind) {
    case BackendHandle::Kind::kNone:
      break;
    case BackendHandle::Kind::kNull:
      backend = MakeNullBackend(told.size);
      break;
    case BackendHandle::Kind::kRam:
      backend = AdoptRamBackend(std::move(received->descriptor), told.size);
      break;
    case BackendHandle::Kind::kFile:
      backend = AdoptFileBackend(std::move(received->descriptor), told.size, told.direct != 0);
      break;
  }
  if (!backend) return Impossible("takeover: a backend that is not there");
  return backend;
}

Result<std::shared_ptr<Subsystem>> Taker::MakeSubsystem(
    const SubsystemRecord& told, const std::vector<std::shared_ptr<Backend>>& backends) const {
  auto subsystem = std::make_shared<Subsystem>(told.options);
  for (const NamespaceField& ns : told.namespaces) {
    if (ns.backend >= backends.size() || ns.nsid == 0) {
      return Impossible("takeover: a namespace without a backend");
    }
    const std::uint32_t nsid =
        subsystem->AddNamespace(backends[ns.backend], {.nsid = ns.nsid,
                                                       .block_bytes = ns.block_bytes,
                                                       .blocks = ns.blocks,
                                                       .write_protected = ns.write_protected != 0,
                                                       .uuid = ns.uuid});
    if (nsid != ns.nsid) return Impossible("takeover: a namespace that cannot be");
  }
  return subsystem;
}

Result<> Taker::Prepare() {
  const Deadline deadline = Deadline::After(limits_.ready);
  if (Result<> sent = channel_.Send(MessageKind::kHello, {}, -1, deadline); !sent) return sent;
  const auto told = channel_.Expect(MessageKind::kTarget, deadline);
  if (!told) return std::unexpected(told.error());
  Result<TargetRecord> record = DecodeTarget(told->body);
  if (!record) return std::unexpected(record.error());
  record->options.on_event = on_event_;
  taken_.target = Target::ForTakeover(std::move(record->options));
  parts_ = &taken_.target->parts();
  if (Result<> listening = ReceiveListeners(record->listeners, deadline); !listening) {
    return listening;
  }
  std::vector<std::shared_ptr<Backend>> backends;
  for (const BackendField& backend : record->backends) {
    auto made = ReceiveBackend(backend, deadline);
    if (!made) return std::unexpected(made.error());
    backends.push_back(std::move(*made));
  }
  auto control = channel_.Expect(MessageKind::kControl, deadline);
  if (!control) return std::unexpected(control.error());
  taken_.control = std::move(control->descriptor);
  directory_ = {.generation = record->generation,
                .ports = std::move(record->ports),
                .referrals = std::move(record->referrals)};
  for (const SubsystemRecord& subsystem : record->subsystems) {
    auto made = MakeSubsystem(subsystem, backends);
    if (!made) return std::unexpected(made.error());
    directory_.subsystems.push_back(std::move(*made));
  }
  if (!parts_->directory.Restore(directory_)) {
    return Impossible("takeover: a subsystem without a name of its own");
  }
  return channel_.Send(MessageKind::kReady, {}, -1, deadline);
}

// FindPlace finds or makes the association of a queue, and its place there.
Result<std::shared_ptr<ControllerState>> Taker::FindPlace(const QueueRecord& record,
                                                          std::shared_ptr<Stream> stream) {
  const HandoffIdentity& id = record.queue.identity;
  const auto subnqn = NqnFromField(id.subnqn);
  const auto hostnqn = NqnFromField(id.hostnqn);
  if (!subnqn || !hostnqn || record.association.has_value() != (id.qid == 0)) {
    return Impossible("takeover: a queue of nobody");
  }
  const bool discovery = *subnqn == kDiscoveryNqn;
  std::shared_ptr<ControllerState> controller;
  if (record.association) {
    const AssociationState& state = *record.association;
    auto subsystem = discovery ? nullptr : parts_->directory.FindSubsystem(*subnqn);
    if ((!discovery && !subsystem) || !AdminQueue::CanRestore(state, discovery, parts_->options)) {
      return Impossible("takeover: an association that cannot be");
    }
    controller = parts_->directory.RestoreController({.cntlid = id.cntlid,
                                                      .subsystem = std::move(subsystem),
                                                      .subnqn = std::string(*subnqn),
                                                      .hostnqn = std::string(*hostnqn),
                                                      .hostid = id.hostid,
                                                      .local = FromField(state.local)},
                                                     state.granted, std::move(stream));
    if (!controller) return Impossible("takeover: a controller ID that is not free");
    return controller;
  }
  controller = parts_->directory.FindController(*subnqn, id.cntlid);
  if (!controller || controller->identity().hostnqn != *hostnqn ||
      !controller->RestoreQueue(id.qid, std::move(stream))) {
    return Impossible("takeover: an I/O queue without a place");
  }
  return controller;
}

Result<> Taker::Restore(const QueueRecord& record, std::shared_ptr<Stream> stream) {
  TargetParts& parts = *parts_;
  auto qpair = ResumeQPair(std::make_unique<SharedStream>(stream), TransportParams(parts.options),
                           record.queue);
  if (!qpair) return std::unexpected(qpair.error());
  auto controller = FindPlace(record, stream);
  if (!controller) return std::unexpected(controller.error());
  auto queue = std::make_shared<RestoredQueue>(std::move(*qpair), std::move(*controller));
  queue->berth = parts.parking.EnterTaken(stream, record.association.has_value());
  if (record.association) {
    const auto& state = std::get<tcp::ControllerState>(record.queue.state);
    queue->admin =
        std::make_unique<AdminQueue>(queue->qpair, *queue->controller, parts.directory,
                                     *queue->berth, parts.options, parts.directory.tallies());
    queue->admin->Restore(*record.association, state.commands.size());
  } else {
    queue->io = std::make_unique<IoQueue>(queue->qpair, *queue->controller, stream.get(),
                                          *queue->berth, parts.options, parts.directory.tallies());
  }
  const bool started = parts.connections.Start(
      std::move(stream),
      [&parts, queue](Connection& connection) mutable {
        const auto mine = std::exchange(queue, nullptr);
        const Port local = mine->controller->identity().local;
        return Session(parts.directory, parts.options, parts.parking, connection, local)
            .RunRestored(*mine);
      },
      true);
  ++taken_.queues;
  return started ? Result<>() : Fail(Code::kBusy, "takeover: no room for another connection");
}

Result<> Taker::TakeQueue(TakeoverChannel::Received received) {
  const Result<QueueRecord> record = DecodeQueue(received.body);
  if (!record) return std::unexpected(record.error());
  if (!received.descriptor.valid()) return Impossible("takeover: a queue without a socket");
  const std::shared_ptr<Stream> stream = SocketStream::Adopt(received.descriptor.Release());
  Result<> restored = Restore(*record, stream);
  if (!restored) stream->Abandon();  // The owner has it still.
  return restored;
}

Result<> Taker::Take() {
  const Deadline deadline = Deadline::After(limits_.alert + limits_.park + 2 * limits_.answer);
  for (;;) {
    auto received = channel_.Receive(deadline);
    if (!received) return std::unexpected(received.error());
    if (received->kind == MessageKind::kQueue) {
      if (Result<> taken = TakeQueue(std::move(*received)); !taken) return taken;
      continue;
    }
    if (received->kind != MessageKind::kEnd || received->body.size() != EndRecord::kSize) {
      return Impossible("takeover: a message that is not due");
    }
    const auto end = Decode<EndRecord>(received->body.first<EndRecord::kSize>());
    if (end.queues != taken_.queues) return Impossible("takeover: queues are missing");
    parts_->directory.ContinueCntlids(end.next_cntlid);
    break;
  }
  if (Result<> told = channel_.Send(MessageKind::kTaken, {}, -1, deadline); !told) return told;
  const auto yours = channel_.Expect(MessageKind::kYours, deadline);
  return yours ? Result<>() : std::unexpected(yours.error());
}

void Taker::GiveUp() {
  if (parts_ != nullptr) parts_->parking.Give();
}

}  // namespace

Result<Taken> TakeTarget(DescriptorChannel& channel,
                         std::function<void(const TargetEvent&)> on_event,
                         const TakeoverLimits& limits, std::string& reason) {
  TakeoverChannel words(channel, reason);
  Taker taker(words, std::move(on_event), limits);
  Result<> taken;
  try {
    taken = taker.Prepare();
    if (taken) taken = taker.Take();
  } catch (const std::bad_alloc&) {
    taken = Fail(Code::kBusy, "takeover: memory has run out");
  }
  if (!taken) {
    taker.GiveUp();
    words.SayNo(MessageKind::kRefused, taken.error().what);
    return std::unexpected(taken.error());
  }
  taker.Begin();
  return std::move(taker).taken();
}

}  // namespace nvmf::target
