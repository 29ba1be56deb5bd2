#include "conformance/fuzz_url/health.h"

#include <thread>

#include "conformance/suite/probe.h"

namespace nvmf::conformance {
namespace {

constexpr Duration kFirstRest{50};
constexpr unsigned kRefusals = 3;  // So many one after the other are no accident.

}  // namespace

void RestFor(Duration wait) { std::this_thread::sleep_for(wait); }

Verdict CheckHealth(const Bench& bench, const Rest& rest) {
  Verdict last;
  unsigned refused = 0;  // One after the other.
  Duration wait = kFirstRest;
  for (unsigned check = 1; check <= kHealthChecks; ++check) {
    last = CheckAlive(bench);
    if (last.kind == kPass) return last;
    refused = last.kind == kDown ? refused + 1 : 0;
    if (check == kHealthChecks) break;
    rest(wait);
    wait *= 2;
  }
  if (last.kind == kDown && refused < kRefusals) last.kind = kFail;
  return last;
}

bool Revive(const Bench& bench, const std::function<void()>& restart, Duration patience,
            const Rest& rest) {
  if (restart) restart();
  const Deadline deadline = Deadline::In(patience);
  while (CheckHealth(bench, rest).kind != kPass) {
    if (deadline.passed()) return false;
  }
  return true;
}

}  // namespace nvmf::conformance
