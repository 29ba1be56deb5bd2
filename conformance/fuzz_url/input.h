// An input is an exchange to be said to a device, whatever it answers.
//
//   if (!Withheld(exchange, bench.grant)) {
//     const Played played = Play(exchange, bench);
//
// Threads   one at a time.
#ifndef CONFORMANCE_FUZZ_URL_INPUT_H_
#define CONFORMANCE_FUZZ_URL_INPUT_H_

#include <optional>
#include <string>
#include <vector>

#include "conformance/script/controller_trial.h"
#include "conformance/suite/exchange_file.h"

namespace nvmf::conformance {

// Withheld tells what the user's grant keeps back of an input. Beyond the guard, which stands in
// the way besides, it looks for commands at every octet: a device that was led astray by a length
// may take data for PDUs.
std::optional<std::string> Withheld(const ExchangeFile& input, const Grant& grant);

struct Played {
  std::vector<Record> records;  // What was really said and heard.
  std::size_t pdus = 0;         // Sendings.
  std::size_t connections = 0;
};

// Play says an input, and waits on each connection at most `patience` in all for what does not
// come.
Played Play(const ExchangeFile& input, const Bench& bench, Duration patience);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_FUZZ_URL_INPUT_H_
