// The owner's side of a takeover.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "nvmf/target/takeover.h"
#include "nvmf/target/takeover_channel.h"
#include "nvmf/target/takeover_record.h"
#include "nvmf/target/target_parts.h"

namespace nvmf::target {
namespace {

class Giver {
 public:
  Giver(TakeoverChannel channel, TargetParts& parts, Server& server, int control,
        const TakeoverLimits& limits)
      : channel_(channel), parts_(parts), server_(server), control_(control), limits_(limits) {}

  // Prepare tells the successor all but the queues, while they are served.
  Result<> Prepare();
  // Settle has the hosts' side come to rest, as far as that does not hurt.
  void Settle();
  // Hand has the queues rest and gives them; they rest still when it fails.
  Result<Given> Hand();

 private:
  Result<> Describe();
  Result<> AddBackend(Backend& backend, NamespaceField& ns);
  Result<> CheckUnchanged(const std::vector<ParkedQueue*>& queues) const;
  Result<> SendQueues(const std::vector<ParkedQueue*>& queues, Deadline deadline);

  TakeoverChannel channel_;
  TargetParts& parts_;
  Server& server_;
  const int control_;
  const TakeoverLimits limits_;
  DirectoryState directory_{};
  std::vector<std::uint64_t> generations_{};  // Of directory_.subsystems.
  TargetRecord record_{};
  std::unordered_map<const Backend*, std::uint32_t> backends_{};
  std::vector<int> descriptors_{};  // By backend; -1: none.
};

Result<> Giver::AddBackend(Backend& backend, NamespaceField& ns) {
  const auto [known, is_new] =
      backends_.try_emplace(&backend, static_cast<std::uint32_t>(record_.backends.size()));
  ns.backend = known->second;
  if (!is_new) return {};
  const BackendHandle handle = backend.handle();
  if (handle.kind == BackendHandle::Kind::kNone) {
    return Fail(Code::kUnsupported, "takeover: a backend that no other process can reach");
  }
  record_.backends.push_back({.kind = handle.kind, .direct = handle.direct, .size = handle.size});
  descriptors_.push_back(handle.descriptor);
  return {};
}

Result<> Giver::Describe() {
  directory_ = parts_.directory.Save();
  record_ = {.options = parts_.options,
             .generation = directory_.generation,
             .ports = directory_.ports,
             .referrals = directory_.referrals,
             .listeners = static_cast<std::uint32_t>(server_.listeners().size())};
  for (const auto& subsystem : directory_.subsystems) {
    generations_.push_back(subsystem->generation());  // A change from here on will be noticed.
    SubsystemRecord& told = record_.subsystems.emplace_back();
    told.options = subsystem->options();
    for (const auto& ns : *subsystem->namespaces()) {
      NamespaceField field{.nsid = ns->nsid(),
                           .block_bytes = ns->block_bytes(),
                           .blocks = ns->options().blocks,
                           .write_protected = ns->write_protected(),
                           .uuid = ns->uuid()};
      if (Result<> added = AddBackend(ns->backend(), field); !added) return added;
      told.namespaces.push_back(field);
    }
  }
  return {};
}

Result<> Giver::Prepare() {
  const Deadline deadline = Deadline::After(limits_.ready);
  if (const auto hello = channel_.Expect(MessageKind::kHello, deadline); !hello) {
    return std::unexpected(hello.error());
  }
  if (Result<> described = Describe(); !described) return described;
  Result<> sent = channel_.Send(MessageKind::kTarget, EncodeTarget(record_), -1, deadline);
  for (const int listener : server_.listeners()) {
    if (sent) sent = channel_.Send(MessageKind::kListener, {}, listener, deadline);
  }
  for (const int descriptor : descriptors_) {
    if (sent) sent = channel_.Send(MessageKind::kBackend, {}, descriptor, deadline);
  }
  if (sent) sent = channel_.Send(MessageKind::kControl, {}, control_, deadline);
  if (!sent) return sent;
  const auto ready = channel_.Expect(MessageKind::kReady, deadline);
  return ready ? Result<>() : std::unexpected(ready.error());
}

void Giver::Settle() {
  const Deadline deadline = Deadline::After(limits_.alert);
  parts_.connections.AwaitHandshakes(deadline);
  parts_.parking.Alert(deadline);
}

// What was told before the queues came to rest must be what they have seen.
Result<> Giver::CheckUnchanged(const std::vector<ParkedQueue*>& queues) const {
  bool same = parts_.directory.generation() == directory_.generation;
  for (std::size_t i = 0; i < generations_.size(); ++i) {
    same = same && directory_.subsystems[i]->generation() == generations_[i];
  }
  for (const ParkedQueue* queue : queues) {
    if (!queue->association) continue;
    const auto& subsystem = queue->controller->identity().subsystem;
    same = same && queue->seen == (subsystem ? subsystem->generation() : directory_.generation);
  }
  return same ? Result<>() : Fail(Code::kBusy, "takeover: the target was changed meanwhile");
}

Result<> Giver::SendQueues(const std::vector<ParkedQueue*>& queues, Deadline deadline) {
  for (const ParkedQueue* queue : queues) {
    QueueRecord record{.association = queue->association, .queue = queue->record};
    if (record.association) record.association->traffic = queue->controller->has_traffic();
    Result<> sent =
        channel_.Send(MessageKind::kQueue, EncodeQueue(record), queue->descriptor, deadline);
    if (!sent) return sent;
  }
  const EndRecord end{.queues = static_cast<std::uint32_t>(queues.size()),
                      .next_cntlid = parts_.directory.Save().next_cntlid};
  return channel_.Send(MessageKind::kEnd, Encode(end), -1, deadline);
}

Result<Given> Giver::Hand() {
  const auto queues = parts_.parking.Park(Deadline::After(limits_.park));
  if (!queues) return std::unexpected(queues.error());
  if (Result<> same = CheckUnchanged(*queues); !same) return std::unexpected(same.error());
  const Deadline deadline = Deadline::After(limits_.answer);
  if (Result<> sent = SendQueues(*queues, deadline); !sent) return std::unexpected(sent.error());
  if (const auto taken = channel_.Expect(MessageKind::kTaken, deadline); !taken) {
    return std::unexpected(taken.error());
  }
  // A word that did not leave whole is none: its reader finds the channel closed.
  if (Result<> told = channel_.Send(MessageKind::kYours, {}, -1, deadline); !told) {
    return std::unexpected(told.error());
  }
  const auto paused = Deadline::Clock::now() - parts_.parking.paused();
  return Given{.queues = queues->size(), .paused = paused};
}

}  // namespace

Result<Given> GiveTarget(DescriptorChannel& channel, Server& server, int control,
                         const TakeoverLimits& limits, std::string& reason) {
  TargetParts& parts = server.target().parts();
  TakeoverChannel words(channel, reason);
  Giver giver(words, parts, server, control, limits);
  if (Result<> prepared = giver.Prepare(); !prepared) {
    words.SayNo(MessageKind::kKept, prepared.error().what);
    return std::unexpected(prepared.error());
  }
  const bool served = server.running();
  server.Stop();
  giver.Settle();
  Result<Given> given = giver.Hand();
  if (given) {
    parts.parking.Give();
    parts.connections.Stop();
    return given;
  }
  parts.parking.Resume();
  if (served) static_cast<void>(server.Start());
  words.SayNo(MessageKind::kKept, given.error().what);
  return given;
}

}  // namespace nvmf::target
