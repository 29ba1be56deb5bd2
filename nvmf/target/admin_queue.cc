#include "nvmf/target/admin_queue.h"

#include <algorithm>
#include <array>
#include <utility>

#include "nvmf/target/log_service.h"

namespace nvmf::target {
namespace {

using Change = controller::Registers::Change;

constexpr std::uint32_t kReadyTimeoutMs = 15'000;

}  // namespace

controller::RegisterSettings AdminQueue::MakeRegisters(bool discovery,
                                                       const TargetOptions& options) {
  // A host that sees CRWMS reads CRTO, which discovery controllers do not have.
  controller::RegisterSettings settings{.cap = Cap::Make({.max_entries = options.io_entries,
                                                          .timeout_ms = kReadyTimeoutMs,
                                                          .css = Cap::kCssNvm | Cap::kCssSeveral,
                                                          .crwms = !discovery}),
                                        .vs = kVersion,
                                        .has_io_queues = !discovery};
  if (!discovery) settings.crto = Crto::Make(kReadyTimeoutMs, 0);
  return settings;
}

namespace {

Features MakeFeatures(ControllerState& controller, const TargetOptions& options) {
  const ControllerIdentity& identity = controller.identity();
  const bool caches = !identity.discovery() && HasVolatileCache(*identity.subsystem);
  return Features(controller, options.io_queues, caches);
}

}  // namespace

AdminQueue::AdminQueue(ControllerQPair& qpair, ControllerState& controller,
                       const Directory& directory, Berth& berth, const TargetOptions& options,
                       Tallies& tallies)
    : qpair_(qpair),
      controller_(controller),
      directory_(directory),
      berth_(berth),
      options_(options),
      tally_(tallies),
      discovery_(controller.identity().discovery()),
      persistent_(!discovery_ || qpair.connect().kato != 0),
      registers_(MakeRegisters(discovery_, options)),
      keep_alive_(options.kas_ms),
      features_(MakeFeatures(controller, options)),
      watch_(controller, directory),
      buffer_(std::max<std::size_t>(options.mdts_bytes, kIdentifySize)) {
  events_wanted_.reserve(kAsyncEventRequests);
  keep_alive_.SetTimeout(qpair.connect().kato);
  idle_.SetTimeout(static_cast<std::uint32_t>(options.idle_timeout.count()));
  idle_.Start(Deadline::Clock::now());
}

Error AdminQueue::Run() {
  for (;;) {
    if (berth_.due()) {
      if (Result<> parked = Park(); !parked) return parked.error();
    }
    const Result<Capsule> capsule = NextCapsule();
    if (capsule) {
      if (Result<> done = OnCapsule(*capsule); !done) return done.error();
    } else if (capsule.error().code != Code::kTimeout) {
      return capsule.error();
    }
    if (HeardTooLittle(Deadline::Clock::now())) {
      return {.code = Code::kTimeout, .what = "nothing was heard from the host"};
    }
    if (Result<> told = TellEvents(); !told) return told.error();
  }
}

Deadline AdminQueue::NextDeadline() const {
  Deadline next = Deadline::Never();
  for (const auto& timer : {keep_alive_, idle_}) {
    if (timer.expiry()) next = Deadline::Earlier(next, Deadline::At(*timer.expiry()));
  }
  if (events_wanted_.empty()) return next;
  return Deadline::Earlier(next, Deadline::After(options_.event_interval));
}

bool AdminQueue::HeardTooLittle(TimePoint now) {
  if (idle_.Expired(now, false)) return true;
  const auto end = keep_alive_.expiry();
  return end && now >= *end && keep_alive_.Expired(now, controller_.TakeTraffic());
}

Result<> AdminQueue::TellEvents() {
  watch_.Look();
  while (!events_wanted_.empty()) {
    const std::optional<AsyncEvent> event = watch_.Due(features_.async_events());
    if (!event) break;
    Result<> told = EndAsyncEventRequest(0, {.dw0 = event->ToDw0()});
    if (!told) return told;
  }
  return {};
}

Result<> AdminQueue::Send(const Capsule& capsule, const Answer& answer) {
  if (answer.data.size() > qpair_.data_length(capsule)) {
    return Send(capsule, Refused(StatusCode::kSglDataLengthInvalid));
  }
  if (!answer.status.ok()) tally_.Add(Count::kFailed);
  if (Result<> sent = qpair_.QueueData(capsule.tag, answer.data, answer.ToCqe()); !sent) {
    return sent;
  }
  return answer.data.empty() ? Result<>() : qpair_.Flush(Stall());
}

Result<> AdminQueue::OnCapsule(const Capsule& capsule) {
  const Sqe& sqe = capsule.sqe;
  tally_.Add(Count::kAdmin);
  const TimePoint now = Deadline::Clock::now();
  idle_.Restart(now);
  keep_alive_.Restart(now);
  if (sqe.opc == kFabricsOpcode) return Send(capsule, OnFabrics(sqe));
  if (!registers_.ready()) return Send(capsule, Refused(StatusCode::kCommandSequenceError));
  const auto opcode = static_cast<AdminOpcode>(sqe.opc);
  if (!Offers(opcode)) return Send(capsule, Refused(StatusCode::kInvalidOpcode));
  if (sqe.fuse() != 0) return Send(capsule, Refused(StatusCode::kInvalidField));
  if (opcode == AdminOpcode::kSetFeatures) return SetFeatures(capsule);
  if (opcode == AdminOpcode::kAsyncEventRequest) return KeepAsyncEventRequest(capsule);
  return Send(capsule, Execute(capsule));
}

bool AdminQueue::Offers(AdminOpcode opcode) const {
  switch (opcode) {
    case AdminOpcode::kIdentify:
    case AdminOpcode::kGetLogPage:
      return true;
    case AdminOpcode::kSetFeatures:
    case AdminOpcode::kGetFeatures:
    case AdminOpcode::kAsyncEventRequest:
    case AdminOpcode::kKeepAlive:
      return persistent_;
    case AdminOpcode::kAbort:
      return !discovery_;
    default:
      return false;
  }
}

Answer AdminQueue::Execute(const Capsule& capsule) {
  const Sqe& sqe = capsule.sqe;
  switch (static_cast<AdminOpcode>(sqe.opc)) {
    case AdminOpcode::kIdentify:
      return AnswerIdentify(ViewAs<IdentifyCmd>(sqe), controller_, options_, page());
    case AdminOpcode::kGetLogPage:
      watch_.Look();
      return AnswerGetLogPage(ViewAs<GetLogPageCmd>(sqe), qpair_.data_length(capsule), controller_,
                              directory_, watch_, buffer_.bytes());
    case AdminOpcode::kGetFeatures: {
      const auto cmd = ViewAs<FeaturesCmd>(sqe);
      const bool current = (std::to_underlying(cmd.sel) & 7) == 0;
      if (cmd.fid == Feature::kKeepAliveTimer && current) return {.dw0 = keep_alive_.kato_ms()};
      return features_.Get(cmd, page());
    }
    case AdminOpcode::kAbort:
      return Abort(ViewAs<AbortCmd>(sqe));
    case AdminOpcode::kKeepAlive:
      return {};
    default:
      return Refused(StatusCode::kInvalidOpcode);
  }
}

Answer AdminQueue::OnFabrics(const Sqe& sqe) {
  switch (static_cast<FabricsType>(sqe.fctype())) {
    case FabricsType::kPropertyGet: {
      const auto got = registers_.Get(ViewAs<PropertyGetCmd>(sqe));
      return {.status = got.status,
              .dw0 = static_cast<std::uint32_t>(got.value),
              .dw1 = static_cast<std::uint32_t>(got.value >> 32)};
    }
    case FabricsType::kPropertySet:
      return SetProperty(ViewAs<PropertySetCmd>(sqe));
    case FabricsType::kConnect:
      return Refused(StatusCode::kCommandSequenceError);
    case FabricsType::kDisconnect:
      return Refused(StatusCode::kDisconnectInvalidQueueType);
    default:
      return Refused(StatusCode::kInvalidOpcode);
  }
}

Answer AdminQueue::SetProperty(const PropertySetCmd& cmd) {
  const auto set = registers_.Set(cmd);
  OnChange(set.change);
  return {.status = set.status};
}

void AdminQueue::OnChange(Change change) {
  const TimePoint now = Deadline::Clock::now();
  switch (change) {
    case Change::kNone:
      return;
    case Change::kEnabled:
      // The host has forgotten what it asked for before the reset.
      while (!events_wanted_.empty()) {
        const Answer aborted{.status = StatusCode::kAbortRequested};
        if (!EndAsyncEventRequest(0, aborted)) return;
      }
      keep_alive_.Start(now);
      if (persistent_) idle_.Stop();
      controller_.SetReady(true);
      return;
    case Change::kReset:
      EndIo();
      features_.Reset();
      break;
    case Change::kShutdown:
      EndIo();
      if (!discovery_) {
        const auto namespaces = controller_.identity().subsystem->namespaces();
        for (const auto& ns : *namespaces) static_cast<void>(ns->backend().Flush());
      }
      registers_.CompleteShutdown();
      break;
  }
  keep_alive_.Stop();
  idle_.Start(now);
}

// Nothing of the I/O queues is executed any more once this returns.
void AdminQueue::EndIo() {
  controller_.SetReady(false);
  controller_.EndIoQueues();
}

Result<> AdminQueue::SetFeatures(const Capsule& capsule) {
  const auto cmd = ViewAs<FeaturesCmd>(capsule.sqe);
  if (cmd.fid == Feature::kKeepAliveTimer && (cmd.sv & FeaturesCmd::kSv) == 0) {
    return Send(capsule, SetKeepAlive(cmd.cdw11));
  }
  std::array<std::byte, HostBehavior::kSize> room;
  const MutableBytes data = MutableBytes(room).first(Features::DataFromHost(cmd.fid));
  if (qpair_.data_length(capsule) < data.size()) {
    return Send(capsule, Refused(StatusCode::kSglDataLengthInvalid));
  }
  if (!data.empty()) {
    const Result<> received = qpair_.ReceiveData(capsule, 0, data, Stall());
    if (!received) {
      // It was answered already.
      if (received.error().code == Code::kDataDigest) return {};
      return received;
    }
  }
  return Send(capsule, features_.Set(cmd, data));
}

Answer AdminQueue::SetKeepAlive(std::uint32_t kato_ms) {
  if (kato_ms == 0) return Refused(StatusCode::kKeepAliveInvalid);
  keep_alive_.SetTimeout(kato_ms);
  return {};
}

Result<> AdminQueue::KeepAsyncEventRequest(const Capsule& capsule) {
  if (events_wanted_.size() == kAsyncEventRequests) {
    return Send(capsule, Refused(StatusCode::kAerLimitExceeded));
  }
  events_wanted_.push_back(capsule.tag);
  return {};
}

Result<> AdminQueue::EndAsyncEventRequest(std::size_t index, const Answer& answer) {
  const auto at = events_wanted_.begin() + static_cast<std::ptrdiff_t>(index);
  const Tag tag = *at;
  events_wanted_.erase(at);
  return qpair_.QueueData(tag, {}, answer.ToCqe());
}

// Other commands are done as soon as they are here: there is nothing of them to abort.
Answer AdminQueue::Abort(const AbortCmd& cmd) {
  const auto wanted = std::ranges::find_if(
      events_wanted_, [&](Tag tag) { return qpair_.sqe(tag).cid == cmd.abort_cid; });
  if (cmd.sqid != 0 || wanted == events_wanted_.end()) return {.dw0 = AbortCmd::kNotAborted};
  const Answer aborted{.status = StatusCode::kAbortRequested};
  static_cast<void>(
      EndAsyncEventRequest(static_cast<std::size_t>(wanted - events_wanted_.begin()), aborted));
  return {};
}

}  // namespace nvmf::target
