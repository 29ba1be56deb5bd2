#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>

#include "conformance/suite/exchange_file.h"
#include "conformance/suite/pcapng.h"
#include "conformance/suite/report.h"
#include "conformance/suite/rules.h"

namespace nvmf::conformance {
namespace {

std::string AsText(const Bytes& octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

std::string VerdictText(const CaseResult& result) {
  const std::string name(Shown(result));
  return result.verdict.message.empty() ? name : name + ": " + result.verdict.message;
}

class EvidenceReport : public Report {
 public:
  explicit EvidenceReport(std::string folder) : folder_(std::move(folder)) {}

  void Begin(const RunInfo& info) override { info_ = info; }

  // What passed needs no evidence; what was not tried has none.
  void Add(const CaseResult& result) override {
    const VerdictKind kind = result.verdict.kind;
    if (kind == kPass || kind == kSkip) return;
    std::string name(result.test->id);
    std::ranges::replace(name, '/', '.');
    const std::filesystem::path folder = std::filesystem::path(folder_) / name;
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const auto now = std::chrono::system_clock::now();
    const ExchangeFile exchange{.id = std::string(result.test->id),
                                .verdict = VerdictText(result),
                                .records = result.transcript.records()};
    const CaptureText text{.title = exchange.id + ": " + std::string(result.test->title),
                           .verdict = exchange.verdict};
    Write(folder / "exchange.pcapng",
          AsText(MakePcapng(result.transcript, text, now - result.took)));
    Write(folder / "exchange.json", WriteExchange(exchange));
    Write(folder / "README.md", ReadMe(result));
  }

  void End(const Totals&) override {
    if (failed_) std::cerr << "cannot write evidence to " << folder_ << '\n';
  }

 private:
  void Write(const std::filesystem::path& path, const std::string& text) {
    if (!ReplaceFile(path.string(), text)) failed_ = true;
  }

  std::string ReadMe(const CaseResult& result) const {
    const Case& test = *result.test;
    std::string text = "# " + std::string(test.id) + "\n\n" + std::string(test.title) + ".\n\n";
    text += "* on trial: " + info_.target + (info_.model.empty() ? "" : " (" + info_.model + ")") +
            "\n";
    text += "* verdict: **" + VerdictText(result) + "**\n\n";
    for (const std::string_view id : test.rules()) {
      const Rule* rule = FindRule(id);
      if (rule == nullptr) continue;
      text += "## " + std::string(rule->id) + " (" + std::string(rule->level) + ")\n\n" +
              std::string(rule->requirement) +
              "\n\n* provoked by: " + std::string(rule->provoked_by) +
              "\n* legal answers: " + std::string(rule->expected) +
              "\n* source: " + std::string(rule->reference) + "\n\n";
    }
    text += "## What came\n\n```\n";
    for (const std::string& line : result.transcript.Ladder()) text += line + '\n';
    text += "```\n\n";
    for (const Observation& seen : result.observations) {
      text += "* seen in passing: " + std::string(seen.rule) + ", " + seen.text + '\n';
    }
    return text + "\nAgain: `conformance run URL '" + std::string(test.id) +
           "'`, or `conformance replay exchange.json URL`. The exchange, decoded: `wireshark "
           "exchange.pcapng`.\n";
  }

  const std::string folder_;
  RunInfo info_;
  bool failed_ = false;
};

}  // namespace

std::unique_ptr<Report> MakeEvidenceReport(std::string folder) {
  return std::make_unique<EvidenceReport>(std::move(folder));
}

}  // namespace nvmf::conformance
