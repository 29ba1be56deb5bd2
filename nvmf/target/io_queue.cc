#include "nvmf/target/io_queue.h"

#include <algorithm>
#include <utility>

namespace nvmf::target {
namespace {

// Compare and Verify read the medium in parts of this size.
constexpr std::size_t kPartBytes = 64 * 1024;

bool Offers(NvmOpcode opcode) {
  switch (opcode) {
    case NvmOpcode::kFlush:
    case NvmOpcode::kWrite:
    case NvmOpcode::kRead:
    case NvmOpcode::kCompare:
    case NvmOpcode::kWriteZeroes:
    case NvmOpcode::kDatasetManagement:
    case NvmOpcode::kVerify:
      return true;
    default:
      return false;
  }
}

Count CountOf(const Sqe& sqe) {
  switch (static_cast<NvmOpcode>(sqe.opc)) {
    case NvmOpcode::kFlush:
      return Count::kFlush;
    case NvmOpcode::kWrite:
      return Count::kWrite;
    case NvmOpcode::kRead:
      return Count::kRead;
    case NvmOpcode::kCompare:
      return Count::kCompare;
    case NvmOpcode::kWriteZeroes:
      return Count::kWriteZeroes;
    case NvmOpcode::kDatasetManagement:
      return Count::kDatasetManagement;
    case NvmOpcode::kVerify:
      return Count::kVerify;
    default:
      return Count::kOther;
  }
}

bool Changes(const NvmCmd& cmd) {
  switch (static_cast<NvmOpcode>(cmd.sqe.opc)) {
    case NvmOpcode::kWrite:
    case NvmOpcode::kWriteZeroes:
      return true;
    case NvmOpcode::kDatasetManagement:
      return cmd.deallocates();
    default:
      return false;
  }
}

bool MovesBlocks(NvmOpcode opcode) {
  return opcode == NvmOpcode::kRead || opcode == NvmOpcode::kWrite || opcode == NvmOpcode::kCompare;
}

constexpr Status Never(StatusCode code) { return Status(code, true); }

}  // namespace

IoQueue::IoQueue(ControllerQPair& qpair, ControllerState& controller, const Stream* stream,
                 Berth& berth, const TargetOptions& options, Tallies& tallies)
    : qpair_(qpair),
      controller_(controller),
      stream_(stream),
      berth_(berth),
      options_(options),
      tally_(tallies),
      reads_(std::max<std::size_t>(options.mdts_bytes, kPartBytes)),
      // Wherever one half of a fused pair lies, there is room for the other.
      writes_(std::max<std::size_t>(
          {options.write_buffer_bytes, options.mdts_bytes, 4 * IoQueue::kFusedBytes})),
      transfers_(std::max<std::size_t>(qpair.connect().entries(),
                                       tcp::ControllerConnection::kConnectEntries)) {}

Error IoQueue::Run() {
  for (;;) {
    if (Result<> step = Step(); !step) return step.error();
  }
}

Result<> IoQueue::Step() {
  if (berth_.due()) {
    if (Result<> parked = Park(); !parked) return parked;
  }
  // What one receive brought has been answered: the answers leave together.
  if (!qpair_.ready()) {
    if (Result<> sent = FlushAnswers(); !sent) return sent;
  }
  // The end of the association interrupts the wait; but who said Disconnect has little time.
  const Deadline deadline = disconnect_ ? Stall() : Deadline::Never();
  const Result<Event> event = NextEvent(deadline);
  if (!event) {
    const bool rung = event.error().code == Code::kTimeout && !deadline.passed();
    return rung ? Result<>() : std::unexpected(event.error());
  }
  controller_.NoteTraffic();
  const Subsystem& subsystem = *controller_.identity().subsystem;
  if (const std::uint64_t now = subsystem.generation(); now != generation_) {
    generation_ = now;
    namespaces_ = subsystem.namespaces();
  }
  Result<> done = event->kind == Event::Kind::kCommand ? OnCommand(event->tag) : OnData(*event);
  if (!done) return done;
  return disconnect_ && in_flight_ == 0 ? Disconnect() : Result<>();
}

Result<> IoQueue::OnCommand(Tag tag) {
  const Sqe& sqe = qpair_.sqe(tag);
  tally_.Add(CountOf(sqe));
  if (disconnect_) return Respond(tag, Refused(StatusCode::kAbortedSqDeletion));
  if (fused_ && sqe.fuse() != kFuseSecond) {
    if (Result<> broken = BreakPair(); !broken) return broken;
  }
  if (sqe.opc == kFabricsOpcode) return OnFabrics(tag);
  if (sqe.fuse() != 0) return OnFused(tag);
  const Job job = Judge(tag);
  if (!job.status.ok()) return Respond(tag, {.status = job.status});
  if (DataDirection(sqe) != Direction::kToController) return Execute(tag, job, {});
  if (sqe.sgl1.type == Sgl::kInCapsule) {
    return Execute(tag, job, qpair_.transport().in_capsule(tag).first(job.bytes));
  }
  transfers_[tag] = {};
  Await(tag);
  return AskForData();
}

Result<> IoQueue::OnData(const Event& event) {
  if (transfers_[event.tag].partner) {
    return OnHalf(event.tag,
                  event.data_error ? Status(StatusCode::kTransientTransportError) : Status());
  }
  // The namespace may be another one by now.
  const Job job = Judge(event.tag);
  const MutableBytes data = std::exchange(transfers_[event.tag].data, {});
  Result<> done;
  if (event.data_error) {
    done = Respond(event.tag, {.status = StatusCode::kTransientTransportError});
  } else if (!job.status.ok() || job.bytes != data.size()) {
    const Status status = job.status.ok() ? Never(StatusCode::kInvalidField) : job.status;
    done = Respond(event.tag, {.status = status});
  } else {
    done = Execute(event.tag, job, data);
  }
  writes_.Give(data);
  --in_flight_;
  if (!done) return done;
  return AskForData();
}

Result<> IoQueue::OnFabrics(Tag tag) {
  const Sqe& sqe = qpair_.sqe(tag);
  switch (static_cast<FabricsType>(sqe.fctype())) {
    case FabricsType::kConnect:
      return Respond(tag, Refused(StatusCode::kCommandSequenceError));
    case FabricsType::kPropertyGet:
    case FabricsType::kPropertySet:
      return Respond(tag, Refused(StatusCode::kInvalidField));
    case FabricsType::kDisconnect:
      if (ViewAs<DisconnectCmd>(sqe).recfmt != 0) {
        return Respond(tag, Refused(StatusCode::kIncompatibleFormat));
      }
      disconnect_ = tag;
      return {};
    default:
      return Respond(tag, Refused(StatusCode::kInvalidOpcode));
  }
}

// What was begun has ended. The success is the last completion, and once the host has it the QID is
// free.
Result<> IoQueue::Disconnect() {
  if (Result<> sent = FlushAnswers(); !sent) return sent;
  controller_.DetachQueue(qpair_.connect().qid, stream_);
  if (Result<> done = Respond(*disconnect_, {}); !done) return done;
  if (Result<> sent = FlushAnswers(); !sent) return sent;
  disconnected_ = true;
  return Fail(Code::kClosed, "the host disconnected the queue");
}

const Namespace* IoQueue::FindNamespace(std::uint32_t nsid) const {
  const auto found = std::ranges::lower_bound(*namespaces_, nsid, {}, &Namespace::nsid);
  return found != namespaces_->end() && (*found)->nsid() == nsid ? found->get() : nullptr;
}

IoQueue::Job IoQueue::Judge(Tag tag) const {
  const Sqe& sqe = qpair_.sqe(tag);
  const NvmCmd cmd(sqe);
  const auto opcode = static_cast<NvmOpcode>(sqe.opc);
  if (!controller_.ready()) return {.status = Never(StatusCode::kCommandSequenceError)};
  if (!Offers(opcode)) return {.status = Never(StatusCode::kInvalidOpcode)};
  if (opcode == NvmOpcode::kFlush && sqe.nsid == kNsidAll) return {};
  if (sqe.nsid == 0 || sqe.nsid > Subsystem::kMaxNamespaces) {
    return {.status = Never(StatusCode::kInvalidNamespace)};
  }
  Job job{.ns = FindNamespace(sqe.nsid)};
  if (job.ns == nullptr) return {.status = Never(StatusCode::kInvalidField)};
  if (opcode == NvmOpcode::kDatasetManagement) {
    job.bytes = std::uint64_t{cmd.ranges()} * DsmRange::kSize;
  } else if (opcode != NvmOpcode::kFlush) {
    job.status = JudgeBlocks(cmd, *job.ns);
    if (MovesBlocks(opcode)) job.bytes = cmd.bytes(job.ns->block_bytes());
  }
  if (!job.status.ok()) return job;
  if (job.bytes > qpair_.transport().data_length(tag))
    job.status = Never(StatusCode::kSglDataLengthInvalid);
  if (job.bytes > options_.mdts_bytes) job.status = Never(StatusCode::kInvalidField);
  if (Changes(cmd) && job.ns->write_protected()) {
    job.status = Never(StatusCode::kNamespaceWriteProtected);
  }
  return job;
}

Status IoQueue::JudgeBlocks(const NvmCmd& cmd, const Namespace& ns) const {
  return cmd.InRange(ns.nsze()) ? Status() : Never(StatusCode::kLbaOutOfRange);
}

// Await puts the command behind those that wait for memory.
void IoQueue::Await(Tag tag) {
  ++in_flight_;
  if (last_waiting_) {
    transfers_[*last_waiting_].next = tag;
  } else {
    first_waiting_ = tag;
  }
  last_waiting_ = tag;
}

Result<> IoQueue::AskForData() {
  while (first_waiting_) {
    const Tag tag = *first_waiting_;
    const Job job = Judge(tag);
    MutableBytes data;
    if (job.status.ok()) {
      data = writes_.Take(job.bytes);
      if (data.empty()) return {};  // Until others give back.
    }
    first_waiting_ = std::exchange(transfers_[tag].next, std::nullopt);
    if (!first_waiting_) last_waiting_.reset();
    transfers_[tag].data = data;
    Result<> asked = job.status.ok() ? qpair_.RequestData(tag, 0, data) : GiveUp(tag, job.status);
    if (!asked) return asked;
  }
  return {};
}

// GiveUp ends a command whose data were not asked for in the end.
Result<> IoQueue::GiveUp(Tag tag, Status status) {
  if (transfers_[tag].partner) return OnHalf(tag, status);
  --in_flight_;
  return Respond(tag, {.status = status});
}

Result<> IoQueue::FlushAnswers() {
  Result<> sent = qpair_.Flush(Stall());
  if (sent) reads_.Reset();
  return sent;
}

// TakeRead returns memory for data to the host; if need be the answers before leave first.
Result<MutableBytes> IoQueue::TakeRead(std::size_t octets) {
  MutableBytes data = reads_.Take(octets);
  if (!data.empty()) return data;
  if (Result<> sent = FlushAnswers(); !sent) return std::unexpected(sent.error());
  return reads_.Take(octets);
}

}  // namespace nvmf::target
