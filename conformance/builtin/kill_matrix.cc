#include "conformance/builtin/kill_matrix.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <ostream>
#include <set>

namespace nvmf::conformance {
namespace {

std::string OneField(std::string text) {
  std::ranges::replace_if(text, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

}  // namespace

void KillMatrix::Strike(Opponents& opponents, const std::vector<const Case*>& cases, bool full,
                        const std::function<void(const Progress&)>& after) {
  std::vector<const Case*> mine;
  std::ranges::copy_if(cases, std::back_inserter(mine),
                       [&](const Case* test) { return test->role() == opponents.role(); });
  if (mine.empty()) return;
  cases_ += mine.size();
  faults_ += opponents.count();
  std::map<const Case*, CaseResult> right;
  for (const Case* test : mine) {
    right[test] = opponents.TryRight(*test);
    attempts_.push_back({test, kRightPeer, right[test].verdict});
  }
  std::set<const Case*> alive(mine.begin(), mine.end());
  after({.peer = kRightPeer, .left = alive.size()});
  for (std::size_t wrong = 0; wrong < opponents.count(); ++wrong) {
    Progress progress{.peer = opponents.name(wrong)};
    for (const Case* test : mine) {
      if ((!full && !alive.contains(test)) || !opponents.Strikes(right[test], wrong)) continue;
      attempts_.push_back({test, progress.peer, opponents.TryWrong(*test, wrong).verdict});
      if (!attempts_.back().kills()) continue;
      ++progress.condemned;
      alive.erase(test);
    }
    progress.left = alive.size();
    after(progress);
  }
  std::ranges::copy_if(mine, std::back_inserter(toothless_),
                       [&](const Case* test) { return alive.contains(test); });
}

std::vector<const Attempt*> KillMatrix::not_green() const {
  std::vector<const Attempt*> red;
  for (const Attempt& attempt : attempts_) {
    const bool good = IsGreen(attempt.verdict.kind) && attempt.verdict.kind != kSkip;
    if (attempt.peer == kRightPeer && !good) red.push_back(&attempt);
  }
  return red;
}

std::vector<const Attempt*> KillMatrix::defects() const {
  std::vector<const Attempt*> defects;
  for (const Attempt& attempt : attempts_) {
    if (attempt.verdict.kind == kError) defects.push_back(&attempt);
  }
  return defects;
}

void KillMatrix::Write(std::ostream& out) const {
  out << "case\trole\tpeer\tverdict\tmessage\n";
  for (const Attempt& attempt : attempts_) {
    out << attempt.test->id << '\t' << RoleName(attempt.test->role()) << '\t'
        << OneField(attempt.peer) << '\t' << VerdictName(attempt.verdict.kind) << '\t'
        << OneField(attempt.verdict.message) << '\n';
  }
}

}  // namespace nvmf::conformance
