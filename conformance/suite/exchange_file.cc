#include "conformance/suite/exchange_file.h"

#include <algorithm>
#include <optional>

#include "conformance/suite/record_json.h"

namespace nvmf::conformance {
namespace {

using nlohmann::json;
using std::chrono::microseconds;

constexpr int kFormat = 1;

int Nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<Bytes> FromHex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes octets(text.size() / 2);
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const int high = Nibble(text[2 * i]);
    const int low = Nibble(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    octets[i] = static_cast<std::byte>(high << 4 | low);
  }
  return octets;
}

std::string_view Text(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return {};
  return found->get_ref<const std::string&>();
}

std::optional<std::uint64_t> Number(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

std::expected<Record, std::string> ParseRecord(const json& entry) {
  if (!entry.is_object()) return std::unexpected("is no object");
  Record record;
  const auto connection = Number(entry, "connection");
  if (!connection || *connection == 0 || *connection > 0xFFFF) {
    return std::unexpected("has no connection from 1 to 65535");
  }
  record.connection = static_cast<unsigned>(*connection);
  const std::string_view speaker = Text(entry, "speaker");
  if (speaker != "host" && speaker != "controller") return std::unexpected("has no speaker");
  record.speaker = speaker == "host" ? Side::kHost : Side::kController;
  const auto* const what = std::ranges::find(kRecordWords, Text(entry, "what"));
  if (what == kRecordWords.end())
    return std::unexpected("was neither sent, nor received, nor a remark");
  record.what = static_cast<Record::What>(what - kRecordWords.begin());
  auto octets = FromHex(Text(entry, "octets"));
  if (!octets) return std::unexpected("has octets that are no hexadecimal digits in pairs");
  record.octets = std::move(*octets);
  record.text = Text(entry, "text");
  record.at += microseconds(Number(entry, "us").value_or(0) % (std::uint64_t{1} << 40));
  return record;
}

}  // namespace

std::string WriteExchange(const ExchangeFile& exchange) {
  json root = {{"exchange", kFormat},
               {"case", exchange.id},
               {"verdict", exchange.verdict},
               {"records", json::array()}};
  for (const Record& record : exchange.records) {
    root["records"].push_back(RecordToJson(record, exchange.records.front().at));
  }
  return root.dump(1, ' ', false, json::error_handler_t::replace) + '\n';
}

std::expected<ExchangeFile, std::string> ReadExchange(std::string_view text) {
  const json root = json::parse(text, nullptr, false);
  if (!root.is_object()) return std::unexpected("not a JSON object");
  if (Number(root, "exchange") != kFormat) {
    return std::unexpected("not an exchange of format " + std::to_string(kFormat));
  }
  const auto records = root.find("records");
  if (records == root.end() || !records->is_array()) return std::unexpected("it has no records");
  ExchangeFile exchange{.id = std::string(Text(root, "case")),
                        .verdict = std::string(Text(root, "verdict")),
                        .records = {}};
  for (const json& entry : *records) {
    auto record = ParseRecord(entry);
    if (!record) {
      return std::unexpected("record " + std::to_string(exchange.records.size() + 1) + " " +
                             record.error());
    }
    exchange.records.push_back(std::move(*record));
  }
  return exchange;
}

}  // namespace nvmf::conformance
