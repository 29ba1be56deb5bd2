// Fuzz: a device under spoilt sessions, one after the other; after each it is asked on a fresh
// connection whether it still serves. Inputs after which it does not are findings.
//
//   const FuzzTotals totals = Fuzz(bench, sessions, {.seed = 7, .runs = 1000}, on_finding);
//
// Each input is made of the seed and its number alone, so that input 812 of seed 7 is the same in
// every run against the same device.
//
// Errors    none: what goes wrong with the device is a finding.
// Threads   one at a time.
#ifndef CONFORMANCE_FUZZ_URL_FUZZ_H_
#define CONFORMANCE_FUZZ_URL_FUZZ_H_

#include <cstdint>
#include <functional>
#include <span>

#include "conformance/fuzz_url/health.h"
#include "conformance/suite/exchange_file.h"

namespace nvmf::conformance {

struct FuzzTerms {
  std::uint64_t seed = 1;
  std::uint64_t first = 0;                // The number of the first input.
  std::uint64_t runs = 1000;              // Inputs at most.
  Duration time = std::chrono::hours(1);  // Time at most.
  Duration patience{100};                 // For answers that do not come, each connection.
  Duration revival{10'000};               // For a device to come back by itself, or restarted.
  std::function<void()> restart = nullptr;
  Rest rest = RestFor;  // Between two looks at a device that does not serve.
};

struct FuzzTotals {
  std::uint64_t inputs = 0;
  std::uint64_t withheld = 0;  // Of the inputs, those that the user's grant keeps back.
  std::uint64_t pdus = 0;
  std::uint64_t connections = 0;
  std::uint64_t findings = 0;
  bool lost = false;  // The device did not come back.
};

// InputOf makes input `number` of a seed out of recorded sessions.
ExchangeFile InputOf(std::span<const ExchangeFile> sessions, std::uint64_t seed,
                     std::uint64_t number);

// A finding is what was said and heard; its verdict says what became of the device.
using OnFinding = std::function<void(const ExchangeFile& finding)>;

// Fuzz needs the sessions; see RecordSessions. `bench` has been probed.
FuzzTotals Fuzz(const Bench& bench, std::span<const ExchangeFile> sessions, const FuzzTerms& terms,
                const OnFinding& on_finding);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_FUZZ_URL_FUZZ_H_
