// RunErrand sends the library's host on an errand, as a program that uses the library would do it:
// admin queue, enable, identify, an I/O queue, commands, shutdown.
//
//   HostOutcome outcome = RunErrand(errand, [&] { return connected_socket(); });
//
// Errors    none: whatever fails is the outcome.
// Threads   blocks; distinct errands share nothing. Bounded by errand.patience per answer.
// Lifetime  each descriptor that `dial` returns is owned from then on.
#ifndef CONFORMANCE_BUILTIN_ERRAND_H_
#define CONFORMANCE_BUILTIN_ERRAND_H_

#include <functional>

#include "conformance/script/device.h"

namespace nvmf::conformance {

// Who the built-in host is, and what it asks for.
inline constexpr const char* kBuiltinHostNqn = "nqn.2014-08.org.example:conformance-host";
inline constexpr const char* kBuiltinSubNqn = "nqn.2014-08.org.example:scripted";

HostOutcome RunErrand(const HostErrand& errand, const std::function<Result<int>()>& dial);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_ERRAND_H_
