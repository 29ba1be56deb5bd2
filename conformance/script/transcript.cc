#include "conformance/script/transcript.h"

#include <utility>

namespace nvmf::conformance {

void Transcript::Add(Record record) {
  record.at = Clock::now();
  if (record.octets.size() > kMaxKept - kept_) record.octets.clear();
  kept_ += record.octets.size();
  records_.push_back(std::move(record));
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
