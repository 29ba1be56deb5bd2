// Fused compare-and-write: two commands in a row, done as one. (NVM Express Base, "Fused
// Operations"; NVM Command Set, "Compare")
#include <algorithm>
#include <mutex>
#include <utility>

#include "nvmf/target/io_queue.h"

namespace nvmf::target {
namespace {

constexpr Status Never(StatusCode code) { return Status(code, true); }

}  // namespace

Result<> IoQueue::OnFused(Tag tag) {
  const Sqe& sqe = qpair_.sqe(tag);
  const auto opcode = static_cast<NvmOpcode>(sqe.opc);
  if (sqe.fuse() == kFuseFirst && opcode == NvmOpcode::kCompare) {
    fused_ = tag;  // It waits for what comes next.
    return {};
  }
  if (sqe.fuse() == kFuseSecond && !fused_) {
    return Respond(tag, {.status = StatusCode::kAbortedMissingFused});
  }
  if (sqe.fuse() == kFuseSecond && opcode == NvmOpcode::kWrite) {
    return BeginPair(*std::exchange(fused_, std::nullopt), tag);
  }
  if (fused_) {
    if (Result<> broken = BreakPair(); !broken) return broken;
  }
  return Respond(tag, Refused(StatusCode::kInvalidField));
}

// BreakPair answers a first half that got no second.
Result<> IoQueue::BreakPair() {
  return Respond(*std::exchange(fused_, std::nullopt),
                 {.status = StatusCode::kAbortedMissingFused});
}

// Data that are not in the capsules are asked for; the pair is done once all are here.
Result<> IoQueue::BeginPair(Tag compare, Tag write) {
  const Status status = JudgePair(compare, write);
  for (const auto& [half, partner] : {std::pair(compare, write), std::pair(write, compare)}) {
    const bool awaited = status.ok() && qpair_.sqe(half).sgl1.type != Sgl::kInCapsule;
    transfers_[half] = {.partner = partner, .awaited = awaited, .status = status};
    if (awaited) Await(half);
  }
  if (!transfers_[compare].awaited && !transfers_[write].awaited) return EndPair(compare, write);
  return AskForData();
}

// OnHalf: the data of one half are here, or will not come.
Result<> IoQueue::OnHalf(Tag tag, Status status) {
  Transfer& half = transfers_[tag];
  half.awaited = false;
  half.status = status;
  --in_flight_;
  const Tag partner = *half.partner;
  if (transfers_[partner].awaited) return {};
  const bool first = qpair_.sqe(tag).fuse() == kFuseFirst;
  if (Result<> ended = first ? EndPair(tag, partner) : EndPair(partner, tag); !ended) return ended;
  return AskForData();
}

Result<> IoQueue::EndPair(Tag compare, Tag write) {
  Result<Status> status = transfers_[compare].status;
  if (status->ok()) status = transfers_[write].status;
  if (status->ok()) status = CompareAndWrite(compare, write);
  for (const Tag half : {compare, write}) {
    const MutableBytes data = std::exchange(transfers_[half], {}).data;
    if (!data.empty()) writes_.Give(data);
  }
  if (!status) return std::unexpected(status.error());
  if (Result<> told = Respond(compare, {.status = *status}); !told) return told;
  const Status second = status->ok() ? Status() : Status(StatusCode::kAbortedFailedFused);
  return Respond(write, {.status = second});
}

Status IoQueue::JudgePair(Tag compare, Tag write) const {
  const Job first = Judge(compare);
  if (!first.status.ok()) return first.status;
  const Job second = Judge(write);
  if (!second.status.ok()) return second.status;
  const NvmCmd here(qpair_.sqe(compare));
  const NvmCmd there(qpair_.sqe(write));
  const bool same = first.ns == second.ns && here.slba() == there.slba() &&
                    here.blocks() == there.blocks() && first.bytes <= kFusedBytes;
  return same ? Status() : Never(StatusCode::kInvalidField);
}

ByteView IoQueue::DataOf(Tag tag) const {
  if (qpair_.sqe(tag).sgl1.type != Sgl::kInCapsule) return transfers_[tag].data;
  return qpair_.transport().in_capsule(tag);
}

// Memory is taken before the gate is shut: nobody waits there for a host to take its answers.
Result<Status> IoQueue::CompareAndWrite(Tag compare, Tag write) {
  // The namespace may be another one by now.
  if (const Status status = JudgePair(compare, write); !status.ok()) return status;
  const Job job = Judge(compare);
  if (DataOf(compare).size() < job.bytes || DataOf(write).size() < job.bytes) {
    return Never(StatusCode::kInvalidField);
  }
  const Result<MutableBytes> stored = TakeRead(job.bytes);
  if (!stored) return std::unexpected(stored.error());
  const NvmCmd cmd(qpair_.sqe(write));
  Backend& backend = job.ns->backend();
  Status status;
  {
    const std::unique_lock alone(backend.gate());
    status = backend.Read(OffsetOf(cmd, *job.ns), *stored);
    if (!status.ok()) return status;
    if (!std::ranges::equal(*stored, DataOf(compare).first(job.bytes))) {
      return Never(StatusCode::kCompareFailure);
    }
    status = backend.Write(OffsetOf(cmd, *job.ns), DataOf(write).first(job.bytes));
  }
  return Finish(cmd, *job.ns, status);
}

}  // namespace nvmf::target
