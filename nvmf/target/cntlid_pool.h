// CntlidPool gives out controller IDs and takes them back.
//
//   CntlidPool pool(1, kCntlidMax, std::chrono::seconds(10));
//   std::optional<std::uint16_t> cntlid = pool.Take(now);     // nullopt: none is free
//   ...
//   pool.Give(*cntlid, now);
//
// Shapes    the IDs first..last. Take gives them in turn, and none again until it has rested for
//           the delay: what still is on its way to a controller that is gone finds no other.
// Units     time points of the monotonic clock; it reads no clock itself.
// Threads   one at a time.
// Source    NVM Express Base, "Controller ID", "Connect Command and Response".
#ifndef NVMF_TARGET_CNTLID_POOL_H_
#define NVMF_TARGET_CNTLID_POOL_H_

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <utility>

namespace nvmf::target {

class CntlidPool {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  CntlidPool(std::uint16_t first, std::uint16_t last, std::chrono::milliseconds delay)
      : first_(first), count_(last - first + 1u), delay_(delay) {}

  std::optional<std::uint16_t> Take(TimePoint now);
  // TakeThis takes one by its name, rested or not. False: it is taken, or not of this pool.
  bool TakeThis(std::uint16_t cntlid);
  // Give does nothing for an ID that was not taken.
  void Give(std::uint16_t cntlid, TimePoint now);

  // next is whose turn it is. ContinueAt gives it the turn, if it is of this pool.
  std::uint16_t next() const { return static_cast<std::uint16_t>(first_ + next_); }
  void ContinueAt(std::uint16_t cntlid) {
    if (cntlid >= first_ && std::cmp_less(cntlid - first_, count_))
      next_ = static_cast<std::uint32_t>(cntlid - first_);
  }

 private:
  const std::uint16_t first_;
  const std::uint32_t count_;
  const std::chrono::milliseconds delay_;
  std::set<std::uint16_t> taken_;
  std::deque<std::pair<std::uint16_t, TimePoint>> resting_;  // And since when, oldest first.
  std::set<std::uint16_t> rests_;
  std::uint32_t next_ = 0;  // From first_ on.
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_CNTLID_POOL_H_
