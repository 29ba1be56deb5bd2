#include "conformance/suite/record_json.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace nvmf::conformance {

std::string ToHex(ByteView octets) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * octets.size());
  for (const std::byte octet : octets) {
    text += kDigits[std::to_integer<unsigned>(octet) >> 4];
    text += kDigits[std::to_integer<unsigned>(octet) & 15];
  }
  return text;
}

nlohmann::json RecordToJson(const Record& record, Clock::time_point began, std::size_t most) {
  const auto since = std::chrono::duration_cast<std::chrono::microseconds>(record.at - began);
  const ByteView octets = ByteView(record.octets).first(std::min(record.octets.size(), most));
  return {{"connection", record.connection},
          {"speaker", record.speaker == Side::kHost ? "host" : "controller"},
          {"what", kRecordWords[std::to_underlying(record.what)]},
          {"us", since.count()},
          {"text", record.text},
          {"octets", ToHex(octets)}};
}

}  // namespace nvmf::conformance
