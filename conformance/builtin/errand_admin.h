// What the built-in host does on errands that need no I/O queue.
//
//   Result<> stayed = StayConnected(*controller, {.traffic_counts = tbkas}, patience);
//   Result<std::vector<std::string>> found = UsableSubsystems(*controller);
//
// Errors    as HostController. StayConnected ends with the connection; kTimeout when Keep Alive is
//           not answered.
// Threads   blocks; bounded by what it is given.
#ifndef CONFORMANCE_BUILTIN_ERRAND_ADMIN_H_
#define CONFORMANCE_BUILTIN_ERRAND_ADMIN_H_

#include <chrono>
#include <string>
#include <vector>

#include "nvmf/host/keep_alive.h"

namespace nvmf::conformance {

// StayConnected has nothing to do for so long but Keep Alive.
Result<> StayConnected(HostController& controller, KeepAlive::Options options,
                       std::chrono::milliseconds stay);

// UsableSubsystems returns the NVM subsystems that the discovery log lists and that can be used
// over TCP, in the log's order.
Result<std::vector<std::string>> UsableSubsystems(HostController& controller);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_ERRAND_ADMIN_H_
