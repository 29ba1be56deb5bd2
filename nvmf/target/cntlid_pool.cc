#include "nvmf/target/cntlid_pool.h"

namespace nvmf::target {

std::optional<std::uint16_t> CntlidPool::Take(TimePoint now) {
  while (!resting_.empty() && now - resting_.front().second >= delay_) {
    rests_.erase(resting_.front().first);
    resting_.pop_front();
  }
  for (std::uint32_t tried = 0; tried < count_; ++tried) {
    const auto cntlid = static_cast<std::uint16_t>(first_ + next_);
    next_ = (next_ + 1) % count_;
    if (!rests_.contains(cntlid) && taken_.insert(cntlid).second) return cntlid;
  }
  return std::nullopt;
}

bool CntlidPool::TakeThis(std::uint16_t cntlid) {
  if (cntlid < first_ || std::uint32_t{cntlid} - first_ >= count_) return false;
  return taken_.insert(cntlid).second;
}

void CntlidPool::Give(std::uint16_t cntlid, TimePoint now) {
  if (taken_.erase(cntlid) == 0 || delay_ == delay_.zero()) return;
  if (rests_.insert(cntlid).second) resting_.emplace_back(cntlid, now);
}

}  // namespace nvmf::target
