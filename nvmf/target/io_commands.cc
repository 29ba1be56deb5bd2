// What the commands of the NVM command set do, once their fields were found good and their data are
// here.
#include <algorithm>
#include <shared_mutex>

#include "nvmf/target/io_queue.h"

namespace nvmf::target {
namespace {

constexpr std::size_t kPartBytes = 64 * 1024;

}  // namespace

Result<> IoQueue::Execute(Tag tag, const Job& job, ByteView data) {
  const NvmCmd cmd(qpair_.sqe(tag));
  Result<Status> status;
  switch (static_cast<NvmOpcode>(cmd.sqe.opc)) {
    case NvmOpcode::kRead:
      return Read(tag, job);
    case NvmOpcode::kWrite:
      status = Write(cmd, *job.ns, data);
      break;
    case NvmOpcode::kFlush:
      status = Flush(job.ns);
      break;
    case NvmOpcode::kCompare:
      status = Compare(cmd, *job.ns, data);
      break;
    case NvmOpcode::kVerify:
      status = Verify(cmd, *job.ns);
      break;
    case NvmOpcode::kDatasetManagement:
      status = DatasetManagement(cmd, *job.ns, data);
      break;
    case NvmOpcode::kWriteZeroes:
      status = WriteZeroes(cmd, *job.ns);
      break;
    default:
      status = Status(StatusCode::kInvalidOpcode, true);
      break;
  }
  if (!status) return std::unexpected(status.error());
  return Respond(tag, {.status = *status});
}

Result<> IoQueue::Read(Tag tag, const Job& job) {
  const NvmCmd cmd(qpair_.sqe(tag));
  const Result<MutableBytes> into = TakeRead(job.bytes);
  if (!into) return std::unexpected(into.error());
  const Status status = job.ns->backend().Read(OffsetOf(cmd, *job.ns), *into);
  if (!status.ok()) return Respond(tag, {.status = status});
  tally_.Add(Count::kReadBytes, into->size());
  return Respond(tag, {.data = *into});
}

Status IoQueue::Write(const NvmCmd& cmd, const Namespace& ns, ByteView data) {
  Status status;
  {
    const std::shared_lock writer(ns.backend().gate());
    status = ns.backend().Write(OffsetOf(cmd, ns), data);
  }
  if (status.ok()) tally_.Add(Count::kWrittenBytes, data.size());
  return Finish(cmd, ns, status);
}

Status IoQueue::WriteZeroes(const NvmCmd& cmd, const Namespace& ns) {
  Status status;
  {
    const std::shared_lock writer(ns.backend().gate());
    status = ns.backend().WriteZeroes(OffsetOf(cmd, ns), cmd.bytes(ns.block_bytes()));
  }
  return Finish(cmd, ns, status);
}

// Finish makes durable what was written, where the host wants that at once.
Status IoQueue::Finish(const NvmCmd& cmd, const Namespace& ns, Status status) {
  if (!status.ok() || !(cmd.fua() || !controller_.write_cache())) return status;
  return ns.backend().Flush();
}

Status IoQueue::Flush(const Namespace* ns) {
  if (ns != nullptr) return ns->backend().Flush();
  Status status;
  for (const auto& each : *namespaces_) {
    const Status flushed = each->backend().Flush();
    if (!flushed.ok()) status = flushed;
  }
  return status;
}

Result<Status> IoQueue::Compare(const NvmCmd& cmd, const Namespace& ns, ByteView data) {
  for (std::size_t done = 0; done < data.size();) {
    const std::size_t part = std::min(data.size() - done, kPartBytes);
    const Result<MutableBytes> stored = TakeRead(part);
    if (!stored) return std::unexpected(stored.error());
    const Status status = ns.backend().Read(OffsetOf(cmd, ns) + done, *stored);
    if (!status.ok()) return status;
    if (!std::ranges::equal(*stored, data.subspan(done, part))) {
      return Status(StatusCode::kCompareFailure, true);
    }
    done += part;
  }
  return Status();
}

Result<Status> IoQueue::Verify(const NvmCmd& cmd, const Namespace& ns) {
  const std::uint64_t bytes = cmd.bytes(ns.block_bytes());
  const Result<MutableBytes> scratch = TakeRead(kPartBytes);
  if (!scratch) return std::unexpected(scratch.error());
  for (std::uint64_t done = 0; done < bytes;) {
    const std::size_t part = std::min<std::uint64_t>(bytes - done, kPartBytes);
    const Status status = ns.backend().Read(OffsetOf(cmd, ns) + done, scratch->first(part));
    if (!status.ok()) return status;
    done += part;
  }
  return Status();
}

// All ranges are judged before any is discarded.
Status IoQueue::DatasetManagement(const NvmCmd& cmd, const Namespace& ns, ByteView ranges) {
  const auto range_at = [&](std::uint32_t i) {
    return Decode<DsmRange>(ranges.subspan(i * DsmRange::kSize).first<DsmRange::kSize>());
  };
  for (std::uint32_t i = 0; i < cmd.ranges(); ++i) {
    if (!range_at(i).InRange(ns.nsze())) return Status(StatusCode::kLbaOutOfRange, true);
  }
  if (!cmd.deallocates()) return {};
  const std::shared_lock writer(ns.backend().gate());
  for (std::uint32_t i = 0; i < cmd.ranges(); ++i) {
    const DsmRange range = range_at(i);
    const std::uint64_t block = ns.block_bytes();
    const Status status = ns.backend().Discard(range.slba * block, range.blocks * block);
    if (!status.ok()) return status;
  }
  return {};
}

}  // namespace nvmf::target
