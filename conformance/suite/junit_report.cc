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
    totals_.Add(result.verdict.kind);
    took_ += result.took;
    cases_ += Element(result);
    Write("incomplete");
  }

  void End(const Totals&) override { Write("complete"); }

 private:
  static std::string Element(const CaseResult& result) {
    const std::string_view id = result.test->id;
    std::string text = "  <testcase classname=\"" + Escape(result.test->rule()) + "\" name=\"" +
                       Escape(id) + "\" time=\"" + Seconds(result.took) + "\">\n";
    const VerdictKind kind = result.verdict.kind;
    const std::string message = " message=\"" + std::string(VerdictName(kind)) + ": " +
                                Escape(result.verdict.message) + "\"";
    if (kind == kSkip) text += "    <skipped" + message + "/>\n";
    if (kind == kFail || kind == kHang) text += "    <failure" + message + "/>\n";
    if (kind == kBlocked || kind == kDown || kind == kError)
      text += "    <error" + message + "/>\n";
    text += "    <system-out>" + Escape(result.test->title) + '\n' +
            std::string(VerdictName(kind)) + ' ' + Escape(result.verdict.message) + '\n';
    if (!IsGreen(kind)) {
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
    count("failures", totals_.of(kFail) + totals_.of(kHang));
    count("errors", totals_.of(kBlocked) + totals_.of(kDown) + totals_.of(kError));
    count("skipped", totals_.of(kSkip));
    text += " time=\"" + Seconds(took_) + "\">\n  <properties>\n";
    text += "    <property name=\"target\" value=\"" + Escape(target_) + "\"/>\n";
    text += "    <property name=\"run\" value=\"" + std::string(state) + "\"/>\n  </properties>\n";
    (void)ReplaceFile(path_, text + cases_ + "</testsuite>\n");
  }

  std::string path_;
  std::string target_;
  std::string cases_;
  Totals totals_;
  Duration took_{0};
};

}  // namespace

std::unique_ptr<Report> MakeJunitReport(std::string path) {
  return std::make_unique<JunitReport>(std::move(path));
}

}  // namespace nvmf::conformance
