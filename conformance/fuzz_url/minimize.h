// Minimize makes a finding smaller while it still does what it did: first by leaving out PDUs, then
// by clearing fields and data of those that are left.
//
//   const Minimized small = Minimize(finding, bench, {.restart = Restart});
//
// The device goes down again and again: it has to come back by itself, or be restarted.
//
// Errors    `reproduced` false: the finding does nothing any more. `lost`: the device did not come
//           back; what is there is as small as it got.
// Threads   one at a time.
#ifndef CONFORMANCE_FUZZ_URL_MINIMIZE_H_
#define CONFORMANCE_FUZZ_URL_MINIMIZE_H_

#include <functional>

#include "conformance/fuzz_url/health.h"
#include "conformance/suite/exchange_file.h"

namespace nvmf::conformance {

struct MinimizeTerms {
  unsigned most_tries = 1000;
  Duration patience{100};
  Duration revival{10'000};
  std::function<void()> restart = nullptr;
  Rest rest = RestFor;  // Between two looks at a device that does not serve.
};

struct Minimized {
  ExchangeFile exchange;
  bool reproduced = false;
  bool lost = false;
  unsigned tries = 0;
  std::size_t pdus = 0;  // Sendings that are left.
};

Minimized Minimize(const ExchangeFile& finding, const Bench& bench, const MinimizeTerms& terms);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_FUZZ_URL_MINIMIZE_H_
