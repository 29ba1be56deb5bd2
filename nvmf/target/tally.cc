#include "nvmf/target/tally.h"

namespace nvmf::target {

void Tallies::AddTo(Counts& sum, const Member& member) {
  for (std::size_t i = 0; i < kCounts; ++i) {
    sum.values[i] += member.values_[i].load(std::memory_order_relaxed);
  }
}

Counts Tallies::Sum() const {
  const std::lock_guard lock(mutex_);
  Counts sum = gone_;
  for (const Member* member : members_) AddTo(sum, *member);
  return sum;
}

void Tallies::Enter(Member& member) {
  const std::lock_guard lock(mutex_);
  members_.push_back(&member);
}

void Tallies::Leave(Member& member) {
  const std::lock_guard lock(mutex_);
  AddTo(gone_, member);
  members_.remove(&member);
}

}  // namespace nvmf::target
