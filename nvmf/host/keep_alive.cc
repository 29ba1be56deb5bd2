#include "nvmf/host/keep_alive.h"

namespace nvmf {

KeepAlive::KeepAlive(HostController& controller, Options options, TimePoint now)
    : controller_(controller),
      options_(options),
      kato_(std::chrono::milliseconds(controller.association().params().kato_ms)),
      due_(kato_ == kato_.zero() ? Deadline::Never() : Deadline::At(now + period())) {}

// Traffic just after one look is noticed at the next: the controller then hears of us in two.
Deadline::Clock::duration KeepAlive::period() const {
  return options_.traffic_counts ? kato_ / 4 : kato_ / 2;
}

Result<> KeepAlive::Tend(TimePoint now) {
  if (due_.never() || now < due_.at()) return {};
  const bool heard = traffic_.exchange(false, std::memory_order_relaxed) && options_.traffic_counts;
  const Deadline over = Deadline::After(kato_ - period());
  due_ = Deadline::At(now + period());
  if (heard) return {};
  const Result<Completion> done = controller_.admin().Execute(MakeKeepAlive(), kNoData, over);
  if (!done) return std::unexpected(done.error());
  if (done->status().ok()) return {};
  return std::unexpected(Error{.code = Code::kRefused,
                               .status = done->cqe.status_field,
                               .dw0 = done->cqe.dw0,
                               .what = "Keep Alive"});
}

}  // namespace nvmf
