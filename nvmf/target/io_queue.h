// IoQueue serves one I/O queue: the NVM command set.
//
//   IoQueue io(qpair, controller, stream, berth, options);
//   Error end = io.Run();                         // until the queue ends
//
// Reads are answered from an arena that is empty again once all answers have left; writes that do
// not come in their capsules get memory from a pool and are asked for at once, so that many are on
// their way together. When the pool is used up they wait in the order they came. Steady state
// allocates nothing, and no value from the wire sizes memory.
//
// Threads   one, the connection's.
// Lifetime  borrows all that it is made of.
// Source    NVM Command Set, "NVM Command Set Commands"; NVM Express Base, "Flush command".
#ifndef NVMF_TARGET_IO_QUEUE_H_
#define NVMF_TARGET_IO_QUEUE_H_

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "nvmf/controller_qpair.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/target/answer.h"
#include "nvmf/target/arena.h"
#include "nvmf/target/controller_state.h"
#include "nvmf/target/page_pool.h"
#include "nvmf/target/parking.h"
#include "nvmf/target/tally.h"
#include "nvmf/target/target_options.h"

namespace nvmf::target {

class IoQueue {
 public:
  IoQueue(ControllerQPair& qpair, ControllerState& controller, const Stream* stream, Berth& berth,
          const TargetOptions& options, Tallies& tallies);

  // Most data of each half of a fused compare-and-write, octets.
  static constexpr std::size_t kFusedBytes = 64 * 1024;

  // Run serves until the queue ends. kClosed after a Disconnect as well: disconnected() tells.
  Error Run();
  bool disconnected() const { return disconnected_; }

 private:
  // What a command comes to once its fields have been judged.
  struct Job {
    Status status{};                // Not to be done at all.
    const Namespace* ns = nullptr;  // None: all of them.
    std::uint64_t bytes = 0;        // Data that move.
  };
  // A command whose data are on their way, or wait for memory; or half of a fused pair.
  struct Transfer {
    MutableBytes data{};
    std::optional<Tag> next{};     // The one that waits behind it.
    std::optional<Tag> partner{};  // The other half,
    bool awaited = false;          // whether data of this one are yet to come,
    Status status{};               // and what went wrong with them.
  };

  Result<> Step();
  Result<Event> NextEvent(Deadline deadline);
  Result<> Park();
  Result<bool> ComeToRest(Deadline deadline);
  Result<> OnCommand(Tag tag);
  Result<> OnData(const Event& event);
  Result<> OnFabrics(Tag tag);
  Job Judge(Tag tag) const;
  Status JudgeBlocks(const NvmCmd& cmd, const Namespace& ns) const;
  const Namespace* FindNamespace(std::uint32_t nsid) const;

  Result<> OnFused(Tag tag);
  Result<> BreakPair();
  Result<> BeginPair(Tag compare, Tag write);
  Result<> OnHalf(Tag tag, Status status);
  Result<> EndPair(Tag compare, Tag write);
  Status JudgePair(Tag compare, Tag write) const;
  Result<Status> CompareAndWrite(Tag compare, Tag write);
  ByteView DataOf(Tag tag) const;

  Result<> Execute(Tag tag, const Job& job, ByteView data);
  Result<> Read(Tag tag, const Job& job);
  Status Write(const NvmCmd& cmd, const Namespace& ns, ByteView data);
  Status WriteZeroes(const NvmCmd& cmd, const Namespace& ns);
  Result<Status> Compare(const NvmCmd& cmd, const Namespace& ns, ByteView data);
  Result<Status> Verify(const NvmCmd& cmd, const Namespace& ns);
  Status Flush(const Namespace* ns);
  Status DatasetManagement(const NvmCmd& cmd, const Namespace& ns, ByteView ranges);
  Status Finish(const NvmCmd& cmd, const Namespace& ns, Status status);

  static std::uint64_t OffsetOf(const NvmCmd& cmd, const Namespace& ns) {
    return cmd.slba() * ns.block_bytes();
  }
  void Await(Tag tag);
  Result<> AskForData();
  Result<> GiveUp(Tag tag, Status status);
  Result<MutableBytes> TakeRead(std::size_t octets);
  Result<> FlushAnswers();
  Result<> Disconnect();
  Result<> Respond(Tag tag, const Answer& answer) {
    if (!answer.status.ok()) tally_.Add(Count::kFailed);
    return qpair_.QueueData(tag, answer.data, answer.ToCqe());
  }
  Deadline Stall() const { return Deadline::After(options_.stall_timeout); }

  ControllerQPair& qpair_;
  ControllerState& controller_;
  const Stream* const stream_;
  Berth& berth_;
  const TargetOptions& options_;
  Tallies::Member tally_;
  Arena reads_;
  PagePool writes_;
  std::vector<Transfer> transfers_;  // By tag.
  std::size_t in_flight_ = 0;        // Transfers that have memory, or wait for it.
  std::optional<Tag> first_waiting_{};
  std::optional<Tag> last_waiting_{};
  std::optional<Tag> fused_{};       // First half of a pair whose second is yet to come.
  std::optional<Tag> disconnect_{};  // The command that ends the queue.
  bool disconnected_ = false;
  std::deque<Tag> held_{};        // Commands that came meanwhile.
  std::uint64_t generation_ = 0;  // Of namespaces_.
  std::shared_ptr<const Namespaces> namespaces_{};
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_IO_QUEUE_H_
