// Verdict: what a case found, and the sentence that says so.
//
//   return {kFail, "answered ICResp instead of a fatal error"};
//
// Threads   values.
#ifndef CONFORMANCE_SCRIPT_VERDICT_H_
#define CONFORMANCE_SCRIPT_VERDICT_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace nvmf::conformance {

enum class VerdictKind : std::uint8_t {
  kPass,       // What the text asks for.
  kNonStrict,  // A tolerated alternative, or a should that was not followed.
  kInfo,       // The text leaves it open: recorded.
  kSkip,       // Not run: a capability is not claimed, or not granted by the user.
  kFail,       // A shall is broken.
  kHang,       // An answer was due and did not come, nor does anybody else get one.
  kBlocked,    // The set-up of the case, or the sanity exchange before it, failed.
  kDown,       // The device no longer answers anybody.
  kError,      // The suite's own defect.
};
using enum VerdictKind;

inline constexpr std::array kVerdictKinds = {kPass, kNonStrict, kInfo, kSkip, kFail,
                                             kHang, kBlocked,   kDown, kError};

constexpr std::string_view VerdictName(VerdictKind kind) {
  constexpr std::array<std::string_view, kVerdictKinds.size()> kNames = {
      "PASS", "NONSTRICT", "INFO", "SKIP", "FAIL", "HANG", "BLOCKED", "DOWN", "ERROR"};
  return kNames[std::to_underlying(kind)];
}

// IsGreen tells whether a run with this verdict may count as expected.
constexpr bool IsGreen(VerdictKind kind) { return kind <= kSkip; }

struct [[nodiscard]] Verdict {
  VerdictKind kind = kError;
  std::string message = "the case gave no verdict";
};

inline Verdict Pass() { return {kPass, ""}; }

// Unmet ends a script from within a step: what a step needs did not come.
struct Unmet {
  Verdict verdict;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_VERDICT_H_
