#include "conformance/suite/render.h"

#include "conformance/suite/saved_run.h"

namespace nvmf::conformance {

extern const std::string_view kReportHtml;

namespace {

// In a script element the octets "</" would end it, and "<!--" change how it is read.
std::string SafeInScript(std::string_view json_text) {
  std::string safe;
  safe.reserve(json_text.size());
  for (const char c : json_text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

// In a table a bar would end the cell.
std::string Cell(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '*' || c == '`' || c == '\\') safe += '\\';
    safe += c == '\n' ? ' ' : c;
  }
  return safe;
}

}  // namespace

std::expected<std::string, std::string> RenderHtml(std::string_view json_text) {
  if (const auto run = ParseRun(json_text); !run) return std::unexpected(run.error());
  constexpr std::string_view kPlace = "@RUN@";
  const std::size_t at = kReportHtml.find(kPlace);
  return std::string(kReportHtml.substr(0, at)) + SafeInScript(json_text) +
         std::string(kReportHtml.substr(at + kPlace.size()));
}

std::expected<std::string, std::string> RenderMarkdown(std::string_view json_text) {
  const auto run = ParseRun(json_text);
  if (!run) return std::unexpected(run.error());
  std::string text = "# " + Cell(run->target) + "\n\n";
  if (!run->complete) text += "This run did not come to its end.\n\n";
  for (const VerdictKind kind : kVerdictKinds) {
    std::size_t count = 0;
    for (const auto& [id, verdict] : run->results) count += verdict.kind == kind ? 1 : 0;
    if (count != 0)
      text += "* " + std::to_string(count) + ' ' + std::string(VerdictName(kind)) + '\n';
  }
  text += "\n| case | verdict | message |\n|---|---|---|\n";
  for (const auto& [id, verdict] : run->results) {
    if (verdict.kind == kPass) continue;
    text += "| " + Cell(id) + " | " + std::string(VerdictName(verdict.kind)) + " | " +
            Cell(verdict.message) + " |\n";
  }
  return text;
}

}  // namespace nvmf::conformance
