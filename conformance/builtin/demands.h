// Demands is a report that fails the test for each case that is red, and for what was seen in
// passing.
#ifndef CONFORMANCE_BUILTIN_DEMANDS_H_
#define CONFORMANCE_BUILTIN_DEMANDS_H_

#include <gtest/gtest.h>

#include <string>

#include "conformance/suite/report.h"

namespace nvmf::conformance {

class Demands : public Report {
 public:
  // `least`: so many cases must have run. Unless `may_skip`, none may have been left out.
  Demands(std::size_t least, bool may_skip) : least_(least), may_skip_(may_skip) {}

  void Add(const CaseResult& result) override {
    const bool skipped = result.verdict.kind == kSkip;
    const bool good = IsGreen(result.verdict.kind) && (may_skip_ || !skipped);
    EXPECT_TRUE(good && result.observations.empty()) << Told(result);
    ran_ += !skipped;
  }
  void End(const Totals&) override { EXPECT_GE(ran_, least_); }

 private:
  static std::string Told(const CaseResult& result) {
    std::string text = std::string(VerdictName(result.verdict.kind)) + ' ' +
                       std::string(result.test->id) + ": " + result.verdict.message;
    for (const Observation& seen : result.observations) {
      text += "\n  " + std::string(seen.rule) + ": " + seen.text;
    }
    for (const std::string& line : result.transcript.Ladder()) text += "\n    " + line;
    return text;
  }

  std::size_t least_;
  bool may_skip_;
  std::size_t ran_ = 0;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_DEMANDS_H_
