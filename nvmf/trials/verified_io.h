// VerifiedIo keeps a queue pair busy with writes and reads and judges every block that comes back.
//
//   BlockLedger ledger(0, 4096, 512);
//   VerifiedIo io(queue, ledger, {.depth = 16});
//   std::thread worker([&] { result = io.Run(stop); });
//   IoTally since = io.Take();                            // each time somebody wants to know
//
// Shapes    the ledger's blocks are parted into extents of `most_blocks`; a command stays in one,
//           which no other uses meanwhile. So there are to be more extents than `depth`.
// Errors    what ends the queue pair. A command that fails is counted.
// Threads   one at a time; Take from any.
// Lifetime  borrows queue and ledger.
#ifndef NVMF_TRIALS_VERIFIED_IO_H_
#define NVMF_TRIALS_VERIFIED_IO_H_

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <random>
#include <vector>

#include "nvmf/cmd/latencies.h"
#include "nvmf/host_qpair.h"
#include "nvmf/trials/block_ledger.h"

namespace nvmf::trials {

using cmd::Latencies;

struct VerifiedIoOptions {
  std::uint32_t nsid = 1;
  std::uint32_t least_blocks = 8;  // Of a command;
  std::uint32_t most_blocks = 8;   // anything between.
  std::size_t depth = 16;          // Commands outstanding.
  unsigned read_percent = 50;      // The others write.
  unsigned fua_percent = 0;        // Of the writes.
  unsigned flush_every = 0;        // Writes from one Flush to the next; 0: none.
  std::uint64_t seed = 1;
  std::chrono::milliseconds timeout{30'000};  // A wait for any completion.
};

// IoTally is what has completed, and what became of it.
struct IoTally {
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t fua = 0;  // Of the writes.
  std::uint64_t flushes = 0;
  std::uint64_t failed = 0;               // Completed with another status than success.
  std::array<std::uint64_t, 5> blocks{};  // Judged, by verdict.
  Latencies latencies{};                  // From Submit to the completion.

  std::uint64_t ops() const { return reads + writes + flushes + failed; }
  std::uint64_t judged(Verdict verdict) const { return blocks[static_cast<std::size_t>(verdict)]; }
  // wrong returns how many blocks were not good.
  std::uint64_t wrong() const;
  void Merge(const IoTally& other);
};

class VerifiedIo {
 public:
  VerifiedIo(HostQPair& queue, BlockLedger& ledger, const VerifiedIoOptions& options);

  // Run goes on until `stop`, and then until all commands have completed.
  Result<> Run(const std::atomic<bool>& stop);
  // RunOps ends after that many commands.
  Result<> RunOps(std::uint64_t ops);
  // WriteAll writes every block once, ReadBack reads every one.
  Result<> WriteAll();
  Result<> ReadBack();

  // Take returns what has completed since it was last called.
  IoTally Take();

 private:
  enum class Kind : std::uint8_t { kIdle, kRead, kWrite, kFlush };
  struct Slot {
    Kind kind = Kind::kIdle;
    bool fua = false;
    std::uint16_t cid = 0;
    std::uint64_t at = 0;
    std::uint32_t blocks = 0;
    std::uint64_t sequence = 0;
    std::unique_ptr<std::byte[]> memory{};
    Deadline::Clock::time_point begun{};
  };

  Result<> Pump(auto&& more, auto&& submit);
  Result<> Sweep(Kind kind);
  Result<> SubmitRandom(Slot& slot);
  Result<> Submit(Slot& slot, Kind kind, std::uint64_t at, std::uint32_t blocks, bool fua);
  Result<> SubmitFlush(Slot& slot);
  Result<> Complete();
  void Settle(const Slot& slot, IoTally& tally);
  void JudgeAll(const Slot& slot, IoTally& tally);
  MutableBytes DataOf(const Slot& slot) const {
    return {slot.memory.get(), std::size_t{slot.blocks} * ledger_.block_bytes()};
  }
  std::size_t ExtentOf(std::uint64_t at) const {
    return static_cast<std::size_t>((at - ledger_.first()) / options_.most_blocks);
  }
  std::uint64_t Random(std::uint64_t below) { return random_() % below; }

  HostQPair& queue_;
  BlockLedger& ledger_;
  const VerifiedIoOptions options_;
  std::mt19937_64 random_;
  std::vector<Slot> slots_;
  std::vector<bool> busy_;  // By extent.
  std::size_t outstanding_ = 0;
  unsigned unflushed_ = 0;  // Writes since the last Flush was sent.
  bool flushing_ = false;
  std::mutex mutex_;  // Guards tally_.
  IoTally tally_{};
};

}  // namespace nvmf::trials

#endif  // NVMF_TRIALS_VERIFIED_IO_H_
