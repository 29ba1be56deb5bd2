#include "conformance/fuzz_url/minimize.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "conformance/fuzz_url/input.h"
#include "conformance/wire/digests.h"
#include "conformance/wire/field_places.h"

namespace nvmf::conformance {
namespace {

using Records = std::vector<Record>;

constexpr unsigned kFirstTries = 3;

// A step is something that our side did, and what was heard behind it.
std::vector<Records> StepsOf(const Records& records) {
  std::vector<Records> steps;
  for (const Record& record : records) {
    const bool ours = record.what != Record::What::kReceived && record.speaker == Side::kHost;
    if (ours || steps.empty()) steps.emplace_back();
    steps.back().push_back(record);
  }
  return steps;
}

Records Joined(const std::vector<Records>& steps) {
  Records all;
  for (const Records& step : steps) all.insert(all.end(), step.begin(), step.end());
  return all;
}

class Minimizer {
 public:
  Minimizer(const ExchangeFile& finding, const Bench& bench, const MinimizeTerms& terms)
      : bench_(bench), terms_(terms) {
    result_.exchange = finding;
  }

  Minimized Run() {
    // What depends on time may do nothing at first.
    for (unsigned i = 0; i < kFirstTries && !result_.reproduced && !Over(); ++i) {
      result_.reproduced = StillDoesIt(result_.exchange.records);
    }
    if (result_.reproduced) {
      LeaveOutSteps();
      ClearFields();
    }
    result_.pdus = static_cast<std::size_t>(
        std::ranges::count(result_.exchange.records, Record::What::kSent, &Record::what));
    return std::move(result_);
  }

 private:
  bool Over() const { return result_.lost || result_.tries >= terms_.most_tries; }

  // StillDoesIt plays a candidate. One that does it becomes the result, as it went.
  bool StillDoesIt(const Records& records) {
    if (Over()) return false;
    ++result_.tries;
    ExchangeFile candidate = result_.exchange;
    candidate.records = records;
    if (Withheld(candidate, bench_.grant)) return false;
    candidate.records = Play(candidate, bench_, terms_.patience).records;
    const Verdict health = CheckHealth(bench_, terms_.rest);
    if (health.kind == kPass) return false;
    candidate.verdict = std::string(VerdictName(health.kind)) + " " + health.message;
    result_.exchange = std::move(candidate);
    result_.lost = !Revive(bench_, terms_.restart, terms_.revival, terms_.rest);
    return true;
  }

  // LeaveOutSteps is delta debugging: parts are left out, smaller and smaller ones.
  void LeaveOutSteps() {
    std::vector<Records> steps = StepsOf(result_.exchange.records);
    for (std::size_t part = (steps.size() + 1) / 2; part > 0 && !Over();) {
      bool smaller = false;
      for (std::size_t at = 0; at < steps.size() && !Over();) {
        std::vector<Records> rest = steps;
        const auto from = rest.begin() + static_cast<std::ptrdiff_t>(at);
        rest.erase(from, from + static_cast<std::ptrdiff_t>(std::min(part, steps.size() - at)));
        if (!rest.empty() && StillDoesIt(Joined(rest))) {
          steps = std::move(rest);
          smaller = true;
        } else {
          at += part;
        }
      }
      if (!smaller || part > 1) part /= 2;
    }
  }

  void ClearFields() {
    for (std::size_t i = 0; i < result_.exchange.records.size() && !Over(); ++i) {
      const Record& record = result_.exchange.records[i];
      if (record.what != Record::What::kSent || record.octets.empty()) continue;
      const auto type = static_cast<tcp::PduType>(record.octets.front());
      std::size_t header = 0;
      for (const FieldPlace& place : FieldPlaces(type)) {
        Clear(i, place.at, place.size);
        header = std::max(header, place.at + place.size);
      }
      Clear(i, header, result_.exchange.records[i].octets.size());
    }
  }

  // Clear tries zeros for some octets of a record, first under digests that are right.
  void Clear(std::size_t which, std::size_t at, std::size_t size) {
    if (which >= result_.exchange.records.size()) return;
    const Bytes before = result_.exchange.records[which].octets;
    if (at >= before.size()) return;
    Records records = result_.exchange.records;
    Bytes& octets = records[which].octets;
    const auto from = octets.begin() + static_cast<std::ptrdiff_t>(at);
    std::fill_n(from, std::min(size, before.size() - at), std::byte{0});
    if (octets == before) return;
    const Bytes cleared = octets;
    MendDigests(octets, before);
    if (StillDoesIt(records) || octets == cleared) return;
    octets = cleared;
    (void)StillDoesIt(records);
  }

  const Bench& bench_;
  const MinimizeTerms& terms_;
  Minimized result_;
};

}  // namespace

Minimized Minimize(const ExchangeFile& finding, const Bench& bench, const MinimizeTerms& terms) {
  return Minimizer(finding, bench, terms).Run();
}

}  // namespace nvmf::conformance
