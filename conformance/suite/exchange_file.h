// ExchangeFile is what was said in one case, in a file that `replay` plays again.
//
//   std::string text = WriteExchange(result);
//   auto exchange = ReadExchange(text);
//   if (!exchange) return UsageError(exchange.error());
//
// Shapes    JSON: {"exchange": 1, "case": ID, "verdict": "FAIL ...", "records": [{"connection": 1,
//           "speaker": "host", "what": "sent", "us": 120, "text": "ICReq ...", "octets": "00..."}]}
//           `what` is sent (by the suite), received, or remark.
// Errors    ReadExchange: a sentence.
// Threads   pure functions.
#ifndef CONFORMANCE_SUITE_EXCHANGE_FILE_H_
#define CONFORMANCE_SUITE_EXCHANGE_FILE_H_

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/script/transcript.h"

namespace nvmf::conformance {

struct ExchangeFile {
  std::string id;
  std::string verdict;
  std::vector<Record> records;  // `at` counts from the first.
};

std::string WriteExchange(const ExchangeFile& exchange);
std::expected<ExchangeFile, std::string> ReadExchange(std::string_view text);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_EXCHANGE_FILE_H_
