#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "conformance/suite/report.h"
#include "conformance/suite/rules.h"

namespace nvmf::conformance {
namespace {

using nlohmann::json;

class JsonReport : public Report {
 public:
  explicit JsonReport(std::string path) : path_(std::move(path)) {}

  void Begin(const RunInfo& info) override {
    root_ = {{"schema", 1},         {"target", info.target}, {"model", info.model},
             {"cases", info.cases}, {"complete", false},     {"results", json::array()}};
    Write();
  }

  void Add(const CaseResult& result) override {
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
    }
    for (const Observation& seen : result.observations) {
      entry["observed"].push_back(
          {{"rule", seen.rule}, {"verdict", VerdictName(seen.kind)}, {"text", seen.text}});
    }
    if (result.verdict.kind != kPass) entry["exchange"] = result.transcript.Ladder();
    root_["results"].push_back(std::move(entry));
    Write();
  }

  void End(const Totals& totals) override {
    for (const VerdictKind kind : kVerdictKinds) {
      root_["totals"][std::string(VerdictName(kind))] = totals.of(kind);
    }
    for (const Against how : kAgainsts) {
      if (how != Against::kNothing) root_["totals"][std::string(AgainstName(how))] = totals.of(how);
    }
    root_["complete"] = true;
    Write();
  }

 private:
  void Write() const {
    // A device may put any octets into the texts it reports.
    (void)ReplaceFile(path_, root_.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
  }

  std::string path_;
  json root_;
};

}  // namespace

std::unique_ptr<Report> MakeJsonReport(std::string path) {
  return std::make_unique<JsonReport>(std::move(path));
}

}  // namespace nvmf::conformance
