// BlockLedger remembers what was written to each block of a range, and judges what is read.
//
//   const std::uint64_t sequence = ledger.Issue(at, data);      // fills `data`
//   ...                                                         // Write, completed well
//   ledger.Acknowledge(at, blocks, sequence, fua);
//   ledger.Judge(at, block);
//
// A write that has no answer is in doubt: each of its blocks may hold the old content or the new.
// What was acknowledged, or read, must not go back. Durable is what FUA or a later Flush covered.
//
// Shapes    blocks [first, first + blocks), blank at first; no two writes of a block at a time.
// What
//           waits for a Flush is kept in memory until one comes, unless kIgnored says that none
//           will.
// Units     blocks are counted from the namespace's beginning.
// Threads   one at a time.
#ifndef NVMF_TRIALS_BLOCK_LEDGER_H_
#define NVMF_TRIALS_BLOCK_LEDGER_H_

#include <cstdint>
#include <vector>

#include "nvmf/base/bytes.h"

namespace nvmf::trials {

// Verdict is what a block that was read comes to.
enum class Verdict : std::uint8_t {
  kGood,
  kLost,         // Older than what was acknowledged,
  kLostDurable,  // though it was durable.
  kTorn,         // No write's content whole.
  kMisplaced,    // Another block's content, or none that was ever issued.
};

class BlockLedger {
 public:
  enum class Flushes : bool { kIgnored, kTracked };
  // Writes, counted.
  struct Counts {
    std::uint64_t issued = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t durable = 0;
  };

  BlockLedger(std::uint64_t first, std::uint64_t blocks, std::uint32_t block_bytes,
              Flushes flushes = Flushes::kIgnored)
      : first_(first), block_bytes_(block_bytes), flushes_(flushes), blocks_(blocks) {}

  std::uint64_t first() const { return first_; }
  std::uint64_t blocks() const { return blocks_.size(); }
  std::uint32_t block_bytes() const { return block_bytes_; }
  const Counts& counts() const { return counts_; }

  // Issue fills `data` with the next content of the blocks from `at` on, and returns its sequence.
  std::uint64_t Issue(std::uint64_t at, MutableBytes data);
  void Acknowledge(std::uint64_t at, std::uint64_t blocks, std::uint64_t sequence, bool fua);

  // A Flush covers what is acknowledged when it is submitted; one at a time. EndFlush tells how it
  // went: what a failed one would have covered is left to the next.
  void BeginFlush();
  void EndFlush(bool good);

  // Judge judges one block, and settles what was in doubt about it.
  Verdict Judge(std::uint64_t at, ByteView content);

 private:
  struct Block {
    std::uint64_t issued = 0;
    std::uint64_t settled = 0;  // Acknowledged or read.
    std::uint64_t durable = 0;
  };
  struct Write {
    std::uint64_t at = 0;
    std::uint64_t blocks = 0;
    std::uint64_t sequence = 0;
  };

  Block& block(std::uint64_t at) { return blocks_[at - first_]; }
  void MakeDurable(const Write& write);

  const std::uint64_t first_;
  const std::uint32_t block_bytes_;
  const Flushes flushes_;
  Counts counts_{};
  std::uint64_t sequence_ = 0;
  std::vector<Block> blocks_;
  std::vector<Write> unflushed_{};
  std::vector<Write> flushing_{};
};

}  // namespace nvmf::trials

#endif  // NVMF_TRIALS_BLOCK_LEDGER_H_
