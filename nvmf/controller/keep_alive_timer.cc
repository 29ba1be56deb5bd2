#include "nvmf/controller/keep_alive_timer.h"

#include <algorithm>
#include <limits>

namespace nvmf::controller {

void KeepAliveTimer::SetTimeout(std::uint32_t kato_ms) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  const std::uint64_t units = (std::uint64_t{kato_ms} + kas_ms_ - 1) / kas_ms_;
  kato_ms_ = static_cast<std::uint32_t>(std::min(units, kMost / kas_ms_) * kas_ms_);
}

void KeepAliveTimer::StartLate(TimePoint now, std::chrono::milliseconds left) {
  const std::chrono::milliseconds whole(kato_ms_);
  began_ = now - (whole - std::min(left, whole));
}

std::optional<KeepAliveTimer::TimePoint> KeepAliveTimer::expiry() const {
  if (!began_ || kato_ms_ == 0) return std::nullopt;
  return *began_ + std::chrono::milliseconds(kato_ms_);
}

bool KeepAliveTimer::Expired(TimePoint now, bool traffic) {
  const auto end = expiry();
  if (!end || now < *end) return false;
  if (!traffic) return true;
  began_ = now;
  return false;
}

}  // namespace nvmf::controller
