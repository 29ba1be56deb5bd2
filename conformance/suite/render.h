// Renders a saved run for people: the command report.
//
//   auto page = RenderHtml(json_text);           // one file, nothing else needed
//   auto table = RenderMarkdown(json_text);
//
// Errors    a sentence, for text that is no report of a run.
// Threads   pure functions.
#ifndef CONFORMANCE_SUITE_RENDER_H_
#define CONFORMANCE_SUITE_RENDER_H_

#include <expected>
#include <string>
#include <string_view>

namespace nvmf::conformance {

std::expected<std::string, std::string> RenderHtml(std::string_view json_text);
std::expected<std::string, std::string> RenderMarkdown(std::string_view json_text);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_RENDER_H_
