#include "conformance/fuzz_url/fuzz.h"

#include <string>
#include <utility>

#include "conformance/fuzz_url/input.h"
#include "conformance/fuzz_url/mutation.h"

namespace nvmf::conformance {

ExchangeFile InputOf(std::span<const ExchangeFile> sessions, std::uint64_t seed,
                     std::uint64_t number) {
  constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15;  // So that neighbours share nothing.
  Chance chance((seed * kSpread) ^ (number + 1));
  chance.discard(16);
  ExchangeFile input = Mutate(sessions, chance);
  input.id = "fuzz/seed-" + std::to_string(seed) + "-input-" + std::to_string(number);
  return input;
}

FuzzTotals Fuzz(const Bench& bench, std::span<const ExchangeFile> sessions, const FuzzTerms& terms,
                const OnFinding& on_finding) {
  FuzzTotals totals;
  const Deadline deadline = Deadline::In(terms.time);
  for (std::uint64_t i = 0; i < terms.runs && !deadline.passed(); ++i) {
    ExchangeFile input = InputOf(sessions, terms.seed, terms.first + i);
    ++totals.inputs;
    if (Withheld(input, bench.grant)) {
      ++totals.withheld;
      continue;
    }
    Played played = Play(input, bench, terms.patience);
    totals.pdus += played.pdus;
    totals.connections += played.connections;
    const Verdict health = CheckHealth(bench, terms.rest);
    if (health.kind == kPass) continue;
    ++totals.findings;
    on_finding({.id = input.id,
                .verdict = std::string(VerdictName(health.kind)) + " " + health.message,
                .records = std::move(played.records)});
    totals.lost = !Revive(bench, terms.restart, terms.revival, terms.rest);
    if (totals.lost) break;
  }
  return totals;
}

}  // namespace nvmf::conformance
