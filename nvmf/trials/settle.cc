#include "nvmf/trials/settle.h"

#include "nvmf/trials/trial_host.h"

namespace nvmf::trials {

using cmd::Outcome;
using cmd::Sorry;

Outcome<> Settle(const ServedTarget& target, const ProcessStats& start) {
  const Deadline deadline = Deadline::After(std::chrono::seconds(30));
  for (;;) {
    const auto now = ReadProcessStats(target.pid());
    if (!now) return Sorry(now.error());
    if (now->descriptors <= start.descriptors && now->threads <= start.threads) return {};
    if (deadline.passed()) {
      return Sorry(std::to_string(now->descriptors) + " descriptors and " +
                   std::to_string(now->threads) + " threads are left of " +
                   std::to_string(start.descriptors) + " and " + std::to_string(start.threads));
    }
    // The target joins threads that have ended when the next connection comes.
    static_cast<void>(TrialHost::Connect({.port = target.port()}));
    Pause(std::chrono::milliseconds(100), deadline);
  }
}

}  // namespace nvmf::trials
