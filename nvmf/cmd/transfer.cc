#include "nvmf/cmd/transfer.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "nvmf/cmd/file.h"
#include "nvmf/nvme/nvm.h"

namespace nvmf::cmd {
namespace {

constexpr std::uint64_t kUnlimitedChunk = 128 * 1024;  // Where the controller names no MDTS.
constexpr std::uint64_t kLargestChunk = 1 << 20;

// Pipeline keeps several commands of one queue outstanding and takes them in the order they went.
class Pipeline {
 public:
  Pipeline(Host& host, HostQPair queue, const IdentifyNamespace& ns, std::uint32_t nsid,
           const HostOptions& options);

  std::size_t chunk() const { return chunk_; }
  bool full() const { return count_ == slots_.size() || queue_.full(); }
  bool empty() const { return count_ == 0; }
  // room returns the memory of the next command.
  MutableBytes room() { return slots_[(first_ + count_) % slots_.size()].memory; }

  Outcome<> Submit(NvmOpcode opcode, std::uint64_t offset, std::size_t octets);
  // Take waits for the oldest command and returns its data, good until the next Submit.
  Outcome<ByteView> Take();
  Outcome<> Flush();

 private:
  struct Slot {
    std::unique_ptr<std::byte[]> owned{};
    MutableBytes memory{};
    std::uint16_t cid = 0;
    std::uint64_t offset = 0;
    std::size_t octets = 0;
  };
  Deadline Wait() const { return Deadline::After(timeout_); }

  Host& host_;
  HostQPair queue_;
  const std::uint32_t nsid_;
  const std::uint32_t block_;
  const std::size_t chunk_;
  const std::chrono::milliseconds timeout_;
  std::vector<Slot> slots_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

std::size_t ChunkOf(Host& host, std::uint32_t block) {
  const std::uint64_t mdts = host.id().mdts_bytes(host.controller().cap().mpsmin_bytes());
  const std::uint64_t most = mdts == 0 ? kUnlimitedChunk : std::min(mdts, kLargestChunk);
  return std::max<std::uint64_t>(most / block, 1) * block;
}

Pipeline::Pipeline(Host& host, HostQPair queue, const IdentifyNamespace& ns, std::uint32_t nsid,
                   const HostOptions& options)
    : host_(host),
      queue_(std::move(queue)),
      nsid_(nsid),
      block_(ns.block_bytes()),
      chunk_(ChunkOf(host, block_)),
      timeout_(options.timeout_ms),
      slots_(std::max<std::size_t>(options.depth, 1)) {
  for (Slot& slot : slots_) {
    slot.owned = std::make_unique_for_overwrite<std::byte[]>(chunk_);
    slot.memory = {slot.owned.get(), chunk_};
  }
}

Outcome<> Pipeline::Submit(NvmOpcode opcode, std::uint64_t offset, std::size_t octets) {
  Slot& slot = slots_[(first_ + count_) % slots_.size()];
  slot.offset = offset;
  slot.octets = octets;
  const auto blocks = static_cast<std::uint32_t>(octets / block_);
  const MutableBytes memory = slot.memory.first(octets);
  const Data data = opcode == NvmOpcode::kWrite ? WriteFrom(memory) : ReadInto(memory);
  const auto cid = queue_.Submit(MakeBlockCommand(opcode, nsid_, offset / block_, blocks), data);
  if (!cid) return Sorry("offset " + std::to_string(offset), cid.error());
  slot.cid = *cid;
  ++count_;
  return {};
}

Outcome<ByteView> Pipeline::Take() {
  if (Outcome<> told = host_.KeepAlive(); !told) return Sorry(told.error());
  const Slot& slot = slots_[first_];
  const std::string where = "offset " + std::to_string(slot.offset);
  const Result<Completion> done = queue_.Wait(slot.cid, Wait());
  if (!done) return Sorry(where, done.error());
  if (!done->status().ok()) return Sorry(where + ": " + done->status().Text());
  first_ = (first_ + 1) % slots_.size();
  --count_;
  return slot.memory.first(slot.octets);
}

Outcome<> Pipeline::Flush() {
  const Result<Completion> done = queue_.Execute(MakeFlush(nsid_), kNoData, Wait());
  if (!done) return Sorry("Flush", done.error());
  if (!done->status().ok()) return Sorry("Flush: " + done->status().Text());
  return {};
}

struct Session {
  std::unique_ptr<Host> host;
  IdentifyNamespace ns;
  std::unique_ptr<Pipeline> pipeline;
};

Outcome<> CheckRange(const IdentifyNamespace& ns, const TransferOptions& options) {
  const std::string nsid = "namespace " + std::to_string(options.nsid);
  if (!ns.active()) return Sorry(nsid + " is not active");
  const std::uint32_t block = ns.block_bytes();
  if (block == 0) return Sorry(nsid + " has a format that makes no sense");
  if (ns.metadata_bytes() != 0) return Sorry(nsid + " has metadata, which is not supported");
  if (options.offset % block != 0 || options.length % block != 0) {
    return Sorry(nsid + " has blocks of " + std::to_string(block) +
                 " bytes: offset and length must be multiples");
  }
  if (!Contains(0, ns.bytes(), options.offset, options.length)) {
    return Sorry(nsid + " ends at byte " + std::to_string(ns.bytes()));
  }
  return {};
}

Outcome<Session> Open(const HostOptions& options, const TransferOptions& transfer) {
  const auto url = ParseUrl(options.url);
  if (!url) return Sorry(url.error());
  auto host = Host::Open(options, *url);
  if (!host) return Sorry(host.error());
  const auto ns = (*host)->controller().IdentifyNamespace(transfer.nsid);
  if (!ns) return Sorry("namespace " + std::to_string(transfer.nsid), ns.error());
  if (Outcome<> good = CheckRange(*ns, transfer); !good) return Sorry(good.error());
  auto queue = (*host)->OpenQueue();
  if (!queue) return Sorry(queue.error());
  auto pipeline =
      std::make_unique<Pipeline>(**host, std::move(*queue), *ns, transfer.nsid, options);
  return Session{std::move(*host), *ns, std::move(pipeline)};
}

}  // namespace

Outcome<> RunRead(const HostOptions& host, const TransferOptions& options) {
  Outcome<Session> session = Open(host, options);
  if (!session) return Sorry(session.error());
  Outcome<File> file = File::OpenForWriting(options.file);
  if (!file) return Sorry(file.error());
  Pipeline& pipeline = *session->pipeline;
  for (std::uint64_t asked = 0; asked < options.length || !pipeline.empty();) {
    if (asked < options.length && !pipeline.full()) {
      const std::size_t octets = std::min<std::uint64_t>(options.length - asked, pipeline.chunk());
      Outcome<> sent = pipeline.Submit(NvmOpcode::kRead, options.offset + asked, octets);
      if (!sent) return sent;
      asked += octets;
      continue;
    }
    const Outcome<ByteView> data = pipeline.Take();
    if (!data) return Sorry(data.error());
    if (Outcome<> kept = file->Write(*data); !kept) return kept;
  }
  if (Outcome<> kept = file->Close(); !kept) return kept;
  session->host->Close();
  return {};
}

Outcome<> RunWrite(const HostOptions& host, const TransferOptions& options) {
  Outcome<File> file = File::OpenForReading(options.file);
  if (!file) return Sorry(file.error());
  Outcome<Session> session = Open(host, options);
  if (!session) return Sorry(session.error());
  Pipeline& pipeline = *session->pipeline;
  const std::uint32_t block = session->ns.block_bytes();
  std::uint64_t at = options.offset;
  for (bool more = true; more || !pipeline.empty();) {
    if (more && !pipeline.full()) {
      const Outcome<std::size_t> octets = file->Read(pipeline.room().first(pipeline.chunk()));
      if (!octets) return Sorry(octets.error());
      more = *octets == pipeline.chunk();
      if (*octets == 0) continue;
      if (*octets % block != 0) {
        return Sorry(file->path() + " is not a multiple of the namespace's blocks of " +
                     std::to_string(block) + " bytes");
      }
      if (!Contains(0, session->ns.bytes(), at, *octets)) {
        return Sorry(file->path() + " does not fit: the namespace ends at byte " +
                     std::to_string(session->ns.bytes()));
      }
      Outcome<> sent = pipeline.Submit(NvmOpcode::kWrite, at, *octets);
      if (!sent) return sent;
      at += *octets;
      continue;
    }
    if (const Outcome<ByteView> done = pipeline.Take(); !done) return Sorry(done.error());
  }
  if (Outcome<> safe = pipeline.Flush(); !safe) return safe;
  session->host->Close();
  return {};
}

}  // namespace nvmf::cmd
