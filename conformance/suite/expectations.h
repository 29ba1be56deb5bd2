// Expectations: what a device is known to do, kept by its owner beside its source.
//
//   auto known = ParseExpectations(text);
//   if (!known) return UsageError(known.error());          // "line 3: no verdict 'FALI'"
//   Against against = known->Judge(result);                // and tell it to the report
//   std::string fresh = known->Updated(results);           // --update-expectations
//
// A file is lines. `#` begins a comment. A line `target: TEXT` says whose it is. The others are
//
//   case-id VERDICT "beginning of the message" # why
//
// Only what is not green has to be listed; a tolerated alternative (NONSTRICT) may be. WAVERS in
// place of a verdict expects anything: for races of the device, which it loses now and then.
//
// Errors    ParseExpectations: a sentence with the line's number.
// Threads   values.
#ifndef CONFORMANCE_SUITE_EXPECTATIONS_H_
#define CONFORMANCE_SUITE_EXPECTATIONS_H_

#include <array>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/script/verdict.h"

namespace nvmf::conformance {

// Against is how a verdict stands to what was expected.
enum class Against : std::uint8_t {
  kNothing,  // Not listed.
  kXFail,    // As listed.
  kXPass,    // Listed as worse than green, and green: the line is out of date.
  kChanged,  // Listed, and not green in another way.
};

inline constexpr std::array kAgainsts = {Against::kNothing, Against::kXFail, Against::kXPass,
                                         Against::kChanged};

constexpr std::string_view AgainstName(Against against) {
  constexpr std::array<std::string_view, 4> kNames = {"", "XFAIL", "XPASS", "CHANGED"};
  return kNames[std::to_underlying(against)];
}

class Expectations {
 public:
  struct Line {
    std::optional<VerdictKind> verdict = kFail;  // Nothing: it wavers.
    std::string message = {};                    // How the message begins.
    std::string why = {};                        // The comment behind it.
    bool operator==(const Line&) const = default;
  };
  struct Seen {
    std::string id;
    Verdict verdict;
  };

  const std::string& target() const { return target_; }
  const std::map<std::string, Line, std::less<>>& lines() const { return lines_; }

  Against Judge(std::string_view id, const Verdict& verdict) const;
  // Updated returns the file as it should be after a complete run: comments and reasons are kept,
  // lines that hold are left as they are, others are changed, dropped, or added at the end.
  std::string Updated(const std::vector<Seen>& results) const;

 private:
  friend std::expected<Expectations, std::string> ParseExpectations(std::string_view text);

  std::string target_;
  std::map<std::string, Line, std::less<>> lines_;
  std::vector<std::string> text_;           // Line by line, as it was read.
  std::map<std::size_t, std::string> ids_;  // Which of them expects what of which case.
};

std::expected<Expectations, std::string> ParseExpectations(std::string_view text);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_EXPECTATIONS_H_
