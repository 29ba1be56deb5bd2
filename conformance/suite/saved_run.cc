#include "conformance/suite/saved_run.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

namespace nvmf::conformance {
namespace {

using nlohmann::json;

std::optional<VerdictKind> KindOf(std::string_view name) {
  for (const VerdictKind kind : kVerdictKinds) {
    if (VerdictName(kind) == name) return kind;
  }
  return std::nullopt;
}

const std::string* TextAt(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

}  // namespace

std::expected<SavedRun, std::string> ParseRun(std::string_view text) {
  const json root = json::parse(text, nullptr, false);
  if (!root.is_object()) return std::unexpected("not a JSON object");
  const auto results = root.find("results");
  if (results == root.end() || !results->is_array()) {
    return std::unexpected("no report of a run: it has no list of results");
  }
  SavedRun run;
  if (const std::string* target = TextAt(root, "target")) run.target = *target;
  const auto complete = root.find("complete");
  run.complete = complete != root.end() && complete->is_boolean() && complete->get<bool>();
  for (const json& entry : *results) {
    if (!entry.is_object()) return std::unexpected("a result is no object");
    const std::string* id = TextAt(entry, "id");
    const std::string* verdict = TextAt(entry, "verdict");
    if (id == nullptr || verdict == nullptr) {
      return std::unexpected("a result has no id or no verdict");
    }
    const auto kind = KindOf(*verdict);
    if (!kind) return std::unexpected(*id + ": no verdict '" + *verdict + "'");
    const std::string* message = TextAt(entry, "message");
    run.results[*id] = {*kind, message == nullptr ? "" : *message};
  }
  return run;
}

std::expected<SavedRun, std::string> ReadRun(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected("cannot read " + path);
  std::stringstream text;
  text << file.rdbuf();
  auto run = ParseRun(text.str());
  if (!run) return std::unexpected(path + ": " + run.error());
  return run;
}

}  // namespace nvmf::conformance
