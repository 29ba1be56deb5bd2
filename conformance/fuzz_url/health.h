// Health: whether a device still serves, asked patiently. One refused connection is no death: only
// when several on fresh connections fail, with longer and longer rests between them, is it taken
// for what they say.
//
//   const Verdict health = CheckHealth(bench);         // kPass, or kDown, kHang, kFail
//
// Errors    none: whatever happens is a verdict. kDown when the last connections, several of them,
//           were not taken; kHang when the last was taken and not answered, kFail when it was
//           refused service or some were taken shortly before.
// Threads   one at a time.
#ifndef CONFORMANCE_FUZZ_URL_HEALTH_H_
#define CONFORMANCE_FUZZ_URL_HEALTH_H_

#include <functional>

#include "conformance/script/controller_trial.h"
#include "conformance/script/verdict.h"

namespace nvmf::conformance {

using Rest = std::function<void(Duration)>;
void RestFor(Duration wait);

inline constexpr unsigned kHealthChecks = 6;

Verdict CheckHealth(const Bench& bench, const Rest& rest = RestFor);

// Revive calls `restart`, if there is one, and returns whether the device serves again within
// `patience`.
bool Revive(const Bench& bench, const std::function<void()>& restart, Duration patience,
            const Rest& rest = RestFor);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_FUZZ_URL_HEALTH_H_
