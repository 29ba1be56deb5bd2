#include "nvmf/trials/block_ledger.h"

#include <algorithm>
#include <utility>

#include "nvmf/trials/stamp.h"

namespace nvmf::trials {

std::uint64_t BlockLedger::Issue(std::uint64_t at, MutableBytes data) {
  const std::uint64_t sequence = ++sequence_;
  ++counts_.issued;
  for (; !data.empty(); data = data.subspan(block_bytes_), ++at) {
    WriteStamp(data.first(block_bytes_), {.block = at, .sequence = sequence});
    block(at).issued = sequence;
  }
  return sequence;
}

void BlockLedger::Acknowledge(std::uint64_t at, std::uint64_t blocks, std::uint64_t sequence,
                              bool fua) {
  const Write write{.at = at, .blocks = blocks, .sequence = sequence};
  for (std::uint64_t i = 0; i < blocks; ++i) block(at + i).settled = sequence;
  ++counts_.acknowledged;
  if (fua) {
    MakeDurable(write);
  } else if (flushes_ == Flushes::kTracked) {
    unflushed_.push_back(write);
  }
}

void BlockLedger::MakeDurable(const Write& write) {
  ++counts_.durable;
  for (std::uint64_t i = 0; i < write.blocks; ++i) {
    Block& each = block(write.at + i);
    each.durable = std::max(each.durable, write.sequence);
  }
}

void BlockLedger::BeginFlush() {
  flushing_.insert(flushing_.end(), unflushed_.begin(), unflushed_.end());
  unflushed_.clear();
}

void BlockLedger::EndFlush(bool good) {
  if (!good) return;
  for (const Write& write : flushing_) MakeDurable(write);
  flushing_.clear();
}

Verdict BlockLedger::Judge(std::uint64_t at, ByteView content) {
  Block& here = block(at);
  std::uint64_t sequence = 0;
  if (const auto stamp = ReadStamp(content)) {
    if (stamp->block != at || stamp->sequence > here.issued) return Verdict::kMisplaced;
    sequence = stamp->sequence;
  } else if (!IsBlank(content)) {
    return Verdict::kTorn;
  }
  if (sequence < here.durable) return Verdict::kLostDurable;
  if (sequence < here.settled) return Verdict::kLost;
  here.settled = here.issued = sequence;
  return Verdict::kGood;
}

}  // namespace nvmf::trials
