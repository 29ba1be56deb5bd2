#include "nvmf/trials/verified_io.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "nvmf/nvme/nvm.h"

namespace nvmf::trials {

std::uint64_t IoTally::wrong() const {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : blocks) sum += count;
  return sum - judged(Verdict::kGood);
}

void IoTally::Merge(const IoTally& other) {
  reads += other.reads;
  writes += other.writes;
  fua += other.fua;
  flushes += other.flushes;
  failed += other.failed;
  for (std::size_t i = 0; i < blocks.size(); ++i) blocks[i] += other.blocks[i];
  latencies.Merge(other.latencies);
}

VerifiedIo::VerifiedIo(HostQPair& queue, BlockLedger& ledger, const VerifiedIoOptions& options)
    : queue_(queue),
      ledger_(ledger),
      options_(options),
      random_(options.seed),
      slots_(options.depth),
      busy_(ledger.blocks() / options.most_blocks) {
  assert(busy_.size() > slots_.size());
  for (Slot& slot : slots_) {
    slot.memory =
        std::make_unique<std::byte[]>(std::size_t{options.most_blocks} * ledger.block_bytes());
  }
}

Result<> VerifiedIo::Run(const std::atomic<bool>& stop) {
  return Pump([&] { return !stop.load(std::memory_order_relaxed); },
              [&](Slot& slot) { return SubmitRandom(slot); });
}

Result<> VerifiedIo::RunOps(std::uint64_t ops) {
  return Pump([&] { return ops != 0; }, [&](Slot& slot) { return --ops, SubmitRandom(slot); });
}

Result<> VerifiedIo::WriteAll() { return Sweep(Kind::kWrite); }

Result<> VerifiedIo::ReadBack() { return Sweep(Kind::kRead); }

Result<> VerifiedIo::Sweep(Kind kind) {
  const std::uint64_t end = ledger_.first() + busy_.size() * options_.most_blocks;
  std::uint64_t at = ledger_.first();
  return Pump([&] { return at != end; },
              [&](Slot& slot) {
                const std::uint64_t here = std::exchange(at, at + options_.most_blocks);
                return Submit(slot, kind, here, options_.most_blocks, false);
              });
}

// Pump calls submit(slot) for idle slots while more() says so, and returns once all have completed.
Result<> VerifiedIo::Pump(auto&& more, auto&& submit) {
  for (;;) {
    for (Slot& slot : slots_) {
      if (slot.kind != Kind::kIdle || queue_.full() || !more()) continue;
      if (Result<> sent = submit(slot); !sent) return sent;
    }
    if (outstanding_ == 0) return {};
    if (Result<> done = Complete(); !done) return done;
  }
}

Result<> VerifiedIo::SubmitRandom(Slot& slot) {
  if (options_.flush_every != 0 && unflushed_ >= options_.flush_every && !flushing_) {
    return SubmitFlush(slot);
  }
  std::size_t extent = Random(busy_.size());
  while (busy_[extent]) extent = (extent + 1) % busy_.size();
  const auto blocks = static_cast<std::uint32_t>(
      options_.least_blocks + Random(options_.most_blocks - options_.least_blocks + 1));
  const std::uint64_t at =
      ledger_.first() + extent * options_.most_blocks + Random(options_.most_blocks - blocks + 1);
  const bool reads = Random(100) < options_.read_percent;
  const bool fua = !reads && Random(100) < options_.fua_percent;
  return Submit(slot, reads ? Kind::kRead : Kind::kWrite, at, blocks, fua);
}

Result<> VerifiedIo::Submit(Slot& slot, Kind kind, std::uint64_t at, std::uint32_t blocks,
                            bool fua) {
  slot.at = at;
  slot.blocks = blocks;
  slot.fua = fua;
  const MutableBytes data = DataOf(slot);
  Result<std::uint16_t> cid;
  if (kind == Kind::kRead) {
    // What the memory held before must not pass for what was read.
    std::ranges::fill(data, std::byte{0xEE});
    slot.begun = Deadline::Clock::now();
    cid = queue_.Submit(MakeRead(options_.nsid, at, blocks), ReadInto(data));
  } else {
    slot.sequence = ledger_.Issue(at, data);
    slot.begun = Deadline::Clock::now();
    cid = queue_.Submit(MakeWrite(options_.nsid, at, blocks, {.fua = fua}), WriteFrom(data));
    ++unflushed_;
  }
  if (!cid) return std::unexpected(cid.error());
  slot.cid = *cid;
  slot.kind = kind;
  busy_[ExtentOf(at)] = true;
  ++outstanding_;
  return {};
}

Result<> VerifiedIo::SubmitFlush(Slot& slot) {
  slot.begun = Deadline::Clock::now();
  const Result<std::uint16_t> cid = queue_.Submit(MakeFlush(options_.nsid), kNoData);
  if (!cid) return std::unexpected(cid.error());
  slot.cid = *cid;
  slot.kind = Kind::kFlush;
  ledger_.BeginFlush();
  flushing_ = true;
  unflushed_ = 0;
  ++outstanding_;
  return {};
}

Result<> VerifiedIo::Complete() {
  const Result<Completion> done = queue_.WaitAny(Deadline::After(options_.timeout));
  if (!done) return std::unexpected(done.error());
  const auto now = Deadline::Clock::now();
  const auto found = std::ranges::find_if(slots_, [&](const Slot& each) {
    return each.kind != Kind::kIdle && each.cid == done->cqe.cid;
  });
  assert(found != slots_.end());
  Slot& slot = *found;
  const bool good = done->status().ok();
  const std::lock_guard lock(mutex_);
  tally_.latencies.Add(now - slot.begun);
  if (slot.kind == Kind::kFlush) {
    ledger_.EndFlush(good);
    flushing_ = false;
  } else {
    busy_[ExtentOf(slot.at)] = false;
  }
  if (good) {
    Settle(slot, tally_);
  } else {
    ++tally_.failed;
  }
  slot.kind = Kind::kIdle;
  --outstanding_;
  return {};
}

void VerifiedIo::Settle(const Slot& slot, IoTally& tally) {
  switch (slot.kind) {
    case Kind::kRead:
      ++tally.reads;
      return JudgeAll(slot, tally);
    case Kind::kWrite:
      ++tally.writes;
      if (slot.fua) ++tally.fua;
      return ledger_.Acknowledge(slot.at, slot.blocks, slot.sequence, slot.fua);
    case Kind::kFlush:
      ++tally.flushes;
      return;
    case Kind::kIdle:
      return;
  }
}

void VerifiedIo::JudgeAll(const Slot& slot, IoTally& tally) {
  const ByteView data = DataOf(slot);
  const std::uint32_t block = ledger_.block_bytes();
  for (std::uint32_t i = 0; i < slot.blocks; ++i) {
    const Verdict verdict = ledger_.Judge(slot.at + i, data.subspan(i * block, block));
    ++tally.blocks[static_cast<std::size_t>(verdict)];
  }
}

IoTally VerifiedIo::Take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(tally_, {});
}

}  // namespace nvmf::trials
