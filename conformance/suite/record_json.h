// A record of a transcript as JSON, for reports and exchange files alike.
#ifndef CONFORMANCE_SUITE_RECORD_JSON_H_
#define CONFORMANCE_SUITE_RECORD_JSON_H_

#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "conformance/script/transcript.h"

namespace nvmf::conformance {

// What a record is, by Record::What.
inline constexpr std::array<std::string_view, 3> kRecordWords = {"sent", "received", "remark"};

std::string ToHex(ByteView octets);
// RecordToJson tells at most `most` of the octets; `began` is when the first record was made.
nlohmann::json RecordToJson(const Record& record, Clock::time_point began,
                            std::size_t most = Transcript::kMaxKept);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_RECORD_JSON_H_
