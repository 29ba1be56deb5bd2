// Tally counts what queues have done; Tallies adds up those of all queues, also of those gone.
//
//   Tallies::Member mine(tallies);               // as long as the queue lasts
//   mine.Add(Count::kRead);
//   ...
//   Counts counts = tallies.Sum();               // from any thread
//
// Shapes    a fixed list of counters, each of which only grows.
// Units     commands, and octets where the name says so.
// Threads   a Member's Add by one thread at a time, without locked instructions; Sum from any.
// Lifetime  a Member borrows its Tallies.
#ifndef NVMF_TARGET_TALLY_H_
#define NVMF_TARGET_TALLY_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>

namespace nvmf::target {

enum class Count : std::uint8_t {
  kAdmin,  // Commands of admin queues, fabrics commands among them.
  kRead,   // Commands of I/O queues, by opcode.
  kWrite,
  kFlush,
  kCompare,
  kWriteZeroes,
  kDatasetManagement,
  kVerify,
  kOther,
  kFailed,     // Commands answered with another status than success.
  kReadBytes,  // Octets of data that hosts got and gave.
  kWrittenBytes,
};
inline constexpr std::size_t kCounts = 12;

// Counts are the sums, by Count.
struct Counts {
  std::array<std::uint64_t, kCounts> values{};
  std::uint64_t operator[](Count count) const { return values[static_cast<std::size_t>(count)]; }
};

class Tallies {
 public:
  class Member {
   public:
    explicit Member(Tallies& tallies) : tallies_(tallies) { tallies_.Enter(*this); }
    ~Member() { tallies_.Leave(*this); }
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

    void Add(Count count, std::uint64_t more = 1) {
      std::atomic<std::uint64_t>& value = values_[static_cast<std::size_t>(count)];
      value.store(value.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
    }

   private:
    friend class Tallies;
    Tallies& tallies_;
    std::array<std::atomic<std::uint64_t>, kCounts> values_{};
  };

  Counts Sum() const;

 private:
  void Enter(Member& member);
  void Leave(Member& member);
  static void AddTo(Counts& sum, const Member& member);

  mutable std::mutex mutex_;
  std::list<Member*> members_;
  Counts gone_;
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_TALLY_H_
