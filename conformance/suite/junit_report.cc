#include <array>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "conformance/suite/report.h"

namespace nvmf::conformance {
namespace {

// Escape makes text safe inside an XML attribute or element. XML 1.0 knows no control characters,
// so those, and octets that are not ASCII, become question marks.
std::string Escape(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '&':
        safe += "&amp;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\n':
        safe += '\n';
        break;
      default:
        safe += c >= ' ' && c <= '~' ? c : '?';
    }
  }
  return safe;
}

std::string Seconds(Duration took) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", static_cast<double>(took.count()) / 1000);
  return text.data();
}

class JunitReport : public Report {
 public:
  explicit JunitReport(std::string path) : path_(std::move(path)) {}

  void Begin(const RunInfo& info) override {
    target_ = info.target;
    Write("incomplete");
  }

  void Add(const CaseResult& result) override {
    totals_.Add(result);
    ++count_[std::to_underlying(OutcomeOf(result))];
    took_ += result.took;
    cases_ += Element(result);
    Write("incomplete");
  }

  void End(const Totals&) override { Write("complete"); }

 private:
  enum class Outcome : std::uint8_t { kGood, kSkipped, kFailure, kError };

  // What the owner of the device expects is good; a line of theirs that is out of date is not.
  static Outcome OutcomeOf(const CaseResult& result) {
    if (result.against == Against::kXFail) return Outcome::kGood;
    if (result.against != Against::kNothing) return Outcome::kFailure;
    const VerdictKind kind = result.verdict.kind;
    if (kind == kSkip) return Outcome::kSkipped;
    if (IsGreen(kind)) return Outcome::kGood;
    return kind == kFail || kind == kHang ? Outcome::kFailure : Outcome::kError;
  }

  static std::string Element(const CaseResult& result) {
    const std::string_view id = result.test->id;
    std::string text = "  <testcase classname=\"" + Escape(result.test->rule()) + "\" name=\"" +
                       Escape(id) + "\" time=\"" + Seconds(result.took) + "\">\n";
    const std::string shown(Shown(result));
    const std::string message =
        " message=\"" + shown + ": " + Escape(result.verdict.message) + "\"/>\n";
    const Outcome outcome = OutcomeOf(result);
    if (outcome == Outcome::kSkipped) text += "    <skipped" + message;
    if (outcome == Outcome::kFailure) text += "    <failure" + message;
    if (outcome == Outcome::kError) text += "    <error" + message;
    text += "    <system-out>" + Escape(result.test->title) + '\n' + shown + ' ' +
            Escape(result.verdict.message) + '\n';
    if (!IsGreen(result.verdict.kind)) {
      for (const std::string& line : result.transcript.Ladder()) text += Escape(line) + '\n';
    }
    return text + "    </system-out>\n  </testcase>\n";
  }

  void Write(std::string_view state) const {
    std::string text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"nvmf-conformance\"";
    const auto count = [&](const char* name, std::size_t n) {
      text += std::string(" ") + name + "=\"" + std::to_string(n) + "\"";
    };
    count("tests", totals_.ran() + totals_.of(kSkip));
    count("failures", count_[std::to_underlying(Outcome::kFailure)]);
    count("errors", count_[std::to_underlying(Outcome::kError)]);
    count("skipped", count_[std::to_underlying(Outcome::kSkipped)]);
    text += " time=\"" + Seconds(took_) + "\">\n  <properties>\n";
    text += "    <property name=\"target\" value=\"" + Escape(target_) + "\"/>\n";
    text += "    <property name=\"run\" value=\"" + std::string(state) + "\"/>\n  </properties>\n";
    (void)ReplaceFile(path_, text + cases_ + "</testsuite>\n");
  }

  std::string path_;
  std::string target_;
  std::string cases_;
  Totals totals_;
  std::array<std::size_t, 4> count_{};  // By Outcome.
  Duration took_{0};
};

}  // namespace

std::unique_ptr<Report> MakeJunitReport(std::string path) {
  return std::make_unique<JunitReport>(std::move(path));
}

}  // namespace nvmf::conformance
