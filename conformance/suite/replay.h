// Replay says again what the suite said in a recorded exchange, and holds what comes against what
// came then.
//
//   const ReplayResult result = Replay(exchange, bench);
//   for (const std::string& line : result.lines) out << line << '\n';
//
// Shapes    exchanges with controllers. CNTLIDs and TTAGs are today's (live_names.h); the guard
//           stands in the way as in a run.
// Errors    what cannot be said or does not come is a line, and a difference.
// Threads   one at a time.
#ifndef CONFORMANCE_SUITE_REPLAY_H_
#define CONFORMANCE_SUITE_REPLAY_H_

#include <optional>
#include <string>
#include <vector>

#include "conformance/script/controller_trial.h"
#include "conformance/suite/exchange_file.h"

namespace nvmf::conformance {

struct ReplayResult {
  std::vector<std::string> lines;  // What was said and heard; "!" marks what is not as recorded.
  std::size_t differences = 0;
  bool stopped = false;  // By the guard, or because the device is gone; the last line says why.
  std::vector<Record> records = {};  // What was said and heard, connections in the order dialled.
};

// With `patience` each connection is waited for so long in all, and then no more; and at the end
// all are closed from our side and the device's end is waited for, so that it has read everything.
ReplayResult Replay(const ExchangeFile& exchange, const Bench& bench,
                    std::optional<Duration> patience = std::nullopt);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_REPLAY_H_
