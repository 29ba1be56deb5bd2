#include "conformance/script/transcript.h"

#include <optional>
#include <utility>

namespace nvmf::conformance {

void Transcript::Add(Record record) {
  record.at = Clock::now();
  if (record.octets.size() > kMaxKept - kept_) record.octets.clear();
  kept_ += record.octets.size();
  records_.push_back(std::move(record));
}

std::string Transcript::Teardown() const {
  std::string term_req;
  std::string close;
  std::optional<Side> suite;
  for (const Record& record : records_) {
    if (record.what == Record::What::kSent && !suite) suite = record.speaker;
    if (suite && record.speaker == *suite) continue;
    const bool remark = record.what == Record::What::kRemark;
    if (remark && record.text.starts_with("close")) close = record.text;
    if (!remark && record.text.substr(0, 10).ends_with("TermReq")) term_req = record.text;
  }
  if (term_req.empty() && close.empty()) return "left open";
  if (term_req.empty()) return close;
  return term_req + ", " + (close.empty() ? "left open" : close);
}

std::vector<std::string> Transcript::Ladder() const {
  std::vector<std::string> lines;
  for (const Record& record : records_) {
    std::string line = "#" + std::to_string(record.connection) + ' ';
    line += record.speaker == Side::kHost ? "host       " : "controller ";
    line += record.what == Record::What::kRemark ? "- " : "> ";
    lines.push_back(line + record.text);
  }
  return lines;
}

}  // namespace nvmf::conformance
