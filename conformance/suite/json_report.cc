#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "conformance/suite/record_json.h"
#include "conformance/suite/report.h"
#include "conformance/suite/rules.h"

namespace nvmf::conformance {
namespace {

using nlohmann::json;

constexpr std::size_t kShownOctets = 1024;  // Of a record; evidence has them all.

// A device may put any octets into the texts it reports.
std::string Dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json Records(const Transcript& transcript) {
  json list = json::array();
  for (const Record& record : transcript.records()) {
    list.push_back(RecordToJson(record, transcript.records().front().at, kShownOctets));
  }
  return list;
}

json ToJson(const CaseResult& result) {
  const Case& test = *result.test;
  json entry = {{"id", test.id},
                {"title", test.title},
                {"role", RoleName(test.role())},
                {"effects", EffectsName(test.effects)},
                {"rules", test.rules()},
                {"verdict", VerdictName(result.verdict.kind)},
                {"message", result.verdict.message},
                {"ms", result.took.count()}};
  if (result.against != Against::kNothing) entry["expectation"] = AgainstName(result.against);
  if (const Rule* rule = FindRule(test.rule())) {
    entry["level"] = rule->level, entry["tier"] = rule->tier();
    entry["requirement"] = rule->requirement, entry["legal"] = rule->expected;
    entry["source"] = rule->reference;
  }
  for (const Observation& seen : result.observations) {
    entry["observed"].push_back(
        {{"rule", seen.rule}, {"verdict", VerdictName(seen.kind)}, {"text", seen.text}});
  }
  if (result.verdict.kind == kPass || result.verdict.kind == kSkip) return entry;
  entry["teardown"] = result.transcript.Teardown();
  entry["records"] = Records(result.transcript);
  return entry;
}

// After each result the file is whole: every write puts the next entry and the end of the document
// over the end that was there.
class JsonReport : public Report {
 public:
  explicit JsonReport(const std::string& path)
      : fd_(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {}
  ~JsonReport() override {
    if (fd_ >= 0) close(fd_);
  }

  void Begin(const RunInfo& info) override {
    Put("{\"schema\": 2, \"target\": " + Dump(info.target) + ", \"model\": " + Dump(info.model) +
            ", \"cases\": " + std::to_string(info.cases) + ", \"results\": [\n",
        "], \"complete\": false}\n");
  }

  void Add(const CaseResult& result) override {
    Put((first_ ? "" : ",\n") + Dump(ToJson(result)), "\n], \"complete\": false}\n");
    first_ = false;
  }

  void End(const Totals& totals) override {
    json counts;
    for (const VerdictKind kind : kVerdictKinds) {
      counts[std::string(VerdictName(kind))] = totals.of(kind);
    }
    for (const Against how : kAgainsts) {
      if (how != Against::kNothing) counts[std::string(AgainstName(how))] = totals.of(how);
    }
    Put("", "\n], \"totals\": " + Dump(counts) + ", \"complete\": true}\n");
  }

 private:
  void Put(const std::string& text, const std::string& end) {
    const std::string all = text + end;
    if (pwrite(fd_, all.data(), all.size(), at_) == static_cast<ssize_t>(all.size())) {
      at_ += static_cast<off_t>(text.size());
    }
  }

  const int fd_;
  off_t at_ = 0;  // Where the end of the document is.
  bool first_ = true;
};

}  // namespace

std::unique_ptr<Report> MakeJsonReport(const std::string& path) {
  return std::make_unique<JsonReport>(path);
}

}  // namespace nvmf::conformance
