// Run: all chosen cases against the devices, reported as they happen, and the exit code.
//
//   const int code = Run(chosen, {.controllers = benches, .host = host_dut.get()}, reports);
//
// Threads   one at a time.
#ifndef CONFORMANCE_SUITE_RUN_H_
#define CONFORMANCE_SUITE_RUN_H_

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "conformance/suite/report.h"

namespace nvmf::conformance {

// Exit codes of the program.
inline constexpr int kExitExpected = 0;
inline constexpr int kExitFailures = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitNothingRan = 3;
inline constexpr int kExitUnreachable = 4;
inline constexpr int kExitDown = 5;
inline constexpr int kExitStale = 6;  // Nothing else is wrong than the expectations.
inline constexpr int kExitOurDefect = 70;

struct Devices {
  // A case is tried on the first controller that claims what it needs. Probed by Run.
  std::span<Bench> controllers = {};
  HostDut* host = nullptr;
  std::string name = "";  // What reports call the device; empty: as it calls itself.
  Limits limits = {};     // For cases on hosts.
  Duration whole_run = std::chrono::hours(1);
};

using Reports = std::vector<std::unique_ptr<Report>>;

struct RunTerms {
  const Expectations* known = nullptr;  // What the device is expected to do, if anything.
  bool strict = false;                  // NONSTRICT becomes FAIL.
  bool isolate = false;                 // Each case in a process of its own: see isolated.h.
  // Brings a device back that is down or hangs; true once it was tried. Null: nobody can.
  std::function<bool()> bring_back = nullptr;
};
// Run returns an exit code. Once the device is down, and is not brought back, it stops; what is
// left is reported as BLOCKED.
int Run(const std::vector<const Case*>& chosen, const Devices& devices, const Reports& reports,
        const RunTerms& terms = {});

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_RUN_H_
