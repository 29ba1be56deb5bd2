#include "conformance/suite/expectations.h"

#include <algorithm>
#include <set>

namespace nvmf::conformance {
namespace {

constexpr std::string_view kTarget = "target:";
constexpr std::string_view kWavers = "WAVERS";
constexpr std::size_t kLongestMessage = 60;  // Of a line that we write.

std::string_view Trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// TakeWord cuts the first word off `text`.
std::string_view TakeWord(std::string_view& text) {
  text = Trim(text);
  const std::string_view word = text.substr(0, text.find_first_of(" \t"));
  text = Trim(text.substr(word.size()));
  return word;
}

// Those that a device's owner can expect. The others say that the run itself went wrong.
bool MayBeExpected(VerdictKind kind) {
  return kind == kNonStrict || kind == kFail || kind == kHang || kind == kBlocked || kind == kDown;
}

std::expected<std::optional<VerdictKind>, std::string> ParseVerdict(std::string_view word) {
  if (word == kWavers) return std::nullopt;
  for (const VerdictKind kind : kVerdictKinds) {
    if (VerdictName(kind) == word && MayBeExpected(kind)) return kind;
  }
  return std::unexpected("no verdict that can be expected: '" + std::string(word) + "'");
}

// A message stands in quotes; a quote inside is written \", a backslash \\.
std::expected<std::string, std::string> TakeMessage(std::string_view& text) {
  std::string message;
  if (!text.starts_with('"')) return message;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text = Trim(text.substr(i + 1));
      return message;
    }
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    message += text[i];
  }
  return std::unexpected("the message has no closing quote");
}

std::string Quoted(std::string_view message) {
  std::string text = "\"";
  for (const char c : message) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

std::expected<std::pair<std::string, Expectations::Line>, std::string> ParseLine(
    std::string_view text) {
  const std::string id(TakeWord(text));
  const auto verdict = ParseVerdict(TakeWord(text));
  if (!verdict) return std::unexpected(verdict.error());
  auto message = TakeMessage(text);
  if (!message) return std::unexpected(message.error());
  if (!text.empty() && text.front() != '#') {
    return std::unexpected("neither a message in quotes nor a comment: '" + std::string(text) +
                           "'");
  }
  const std::string why(Trim(text.empty() ? text : text.substr(1)));
  return std::pair(
      id, Expectations::Line{.verdict = *verdict, .message = std::move(*message), .why = why});
}

std::string Written(std::string_view id, const Verdict& verdict, const std::string& why) {
  const std::string_view begins = std::string_view(verdict.message).substr(0, kLongestMessage);
  std::string line = std::string(id) + ' ' + std::string(VerdictName(verdict.kind));
  if (!begins.empty()) line += ' ' + Quoted(begins.substr(0, begins.find('\n')));
  return why.empty() ? line : line + " # " + why;
}

}  // namespace

std::expected<Expectations, std::string> ParseExpectations(std::string_view text) {
  Expectations known;
  const auto wrong = [&](const std::string& what) {
    return std::unexpected("line " + std::to_string(known.text_.size()) + ": " + what);
  };
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    known.text_.emplace_back(line);
    const std::string_view bare = Trim(line);
    if (bare.empty() || bare.front() == '#') continue;
    if (bare.starts_with(kTarget)) {
      known.target_ = Trim(bare.substr(kTarget.size()));
      continue;
    }
    auto parsed = ParseLine(bare);
    if (!parsed) return wrong(parsed.error());
    known.ids_[known.text_.size() - 1] = parsed->first;
    const std::string id = parsed->first;
    if (!known.lines_.insert(std::move(*parsed)).second) return wrong(id + " is listed twice");
  }
  return known;
}

Against Expectations::Judge(std::string_view id, const Verdict& verdict) const {
  const auto line = lines_.find(id);
  if (line == lines_.end() || verdict.kind == kSkip) return Against::kNothing;
  const Line& expected = line->second;
  const bool red = MayBeExpected(verdict.kind) && !IsGreen(verdict.kind);
  if (!expected.verdict) return red ? Against::kXFail : Against::kNothing;
  if (verdict.kind == expected.verdict && verdict.message.starts_with(expected.message)) {
    return Against::kXFail;
  }
  // A tolerated alternative in place of another one is news as well.
  const bool better = IsGreen(verdict.kind) && verdict.kind < expected.verdict;
  return better ? Against::kXPass : Against::kChanged;
}

std::string Expectations::Updated(const std::vector<Seen>& results) const {
  std::map<std::string_view, const Verdict*> seen;
  for (const Seen& result : results) seen[result.id] = &result.verdict;
  std::string text;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    const auto id = ids_.find(i);
    if (id == ids_.end()) {
      text += text_[i] + '\n';
      continue;
    }
    const auto result = seen.find(id->second);
    if (result == seen.end()) continue;
    const auto& [verdict, message, why] = lines_.find(id->second)->second;
    if (verdict && !MayBeExpected(result->second->kind)) continue;
    const bool holds = !verdict || Judge(id->second, *result->second) == Against::kXFail;
    text += (holds ? text_[i] : Written(id->second, *result->second, why)) + '\n';
  }
  for (const Seen& result : results) {
    const bool red = MayBeExpected(result.verdict.kind) && !IsGreen(result.verdict.kind);
    if (red && !lines_.contains(result.id)) text += Written(result.id, result.verdict, "") + '\n';
  }
  return text;
}

}  // namespace nvmf::conformance
