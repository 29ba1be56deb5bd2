#include "conformance/builtin/errand_admin.h"

#include "nvmf/host/discovery_log.h"
#include "nvmf/nvme/admin.h"

namespace nvmf::conformance {

Result<> StayConnected(HostController& controller, KeepAlive::Options options,
                       std::chrono::milliseconds stay) {
  const Deadline end = Deadline::After(stay);
  KeepAlive alive(controller, options, Deadline::Clock::now());
  // The event request keeps the admin queue listening: its end is noticed.
  const auto waiting = controller.admin().Submit(MakeAsyncEventRequest(), kNoData);
  if (!waiting) return std::unexpected(waiting.error());
  while (!end.passed()) {
    const Result<Completion> event =
        controller.admin().WaitAny(Deadline::Earlier(end, alive.due()));
    if (!event && event.error().code != Code::kTimeout) return std::unexpected(event.error());
    if (Result<> kept = alive.Tend(Deadline::Clock::now()); !kept) return kept;
  }
  return {};
}

Result<std::vector<std::string>> UsableSubsystems(HostController& controller) {
  const Result<DiscoveryLog> log = ReadDiscoveryLog(controller);
  if (!log) return std::unexpected(log.error());
  std::vector<std::string> subnqns;
  for (const DiscoveryEntry& entry : log->entries) {
    if (entry.subtype == SubType::kNvm && EntryIsUsable(entry)) subnqns.emplace_back(*entry.nqn());
  }
  return subnqns;
}

}  // namespace nvmf::conformance
