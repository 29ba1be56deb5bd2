// KillMatrix tries cases on the right peer, which must be green, and on wrong ones, of which each
// case must condemn at least one: a case that cannot fail shows nothing.
//
//   KillMatrix matrix;
//   matrix.Strike(*opponents, cases, {}, progress);
//   for (const Case* test : matrix.toothless()) ...
//
// Threads   one at a time.
// Lifetime  borrows the cases.
#ifndef CONFORMANCE_BUILTIN_KILL_MATRIX_H_
#define CONFORMANCE_BUILTIN_KILL_MATRIX_H_

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "conformance/builtin/opponents.h"

namespace nvmf::conformance {

// Attempt is one case on one peer.
struct Attempt {
  const Case* test = nullptr;
  std::string peer;  // kRightPeer, or the fault of the wrong one.
  Verdict verdict;

  // kills: the wrong peer is condemned. Silence that others do not meet is a failure, too.
  bool kills() const { return verdict.kind == kFail || verdict.kind == kHang; }
};
inline constexpr const char* kRightPeer = "the right one";

class KillMatrix {
 public:
  // Strike tries those of `cases` that put this role on trial, each where it can make a difference.
  // A case that has condemned a wrong peer is not tried on more, unless `full`. `after` hears of
  // each peer that is done with.
  struct Progress {
    std::string peer;
    std::size_t condemned = 0;  // So many cases have condemned it,
    std::size_t left = 0;       // and so many no wrong peer yet.
  };
  void Strike(Opponents& opponents, const std::vector<const Case*>& cases, bool full,
              const std::function<void(const Progress&)>& after);

  const std::vector<Attempt>& attempts() const { return attempts_; }
  std::size_t cases() const { return cases_; }
  std::size_t faults() const { return faults_; }
  const std::vector<const Case*>& toothless() const { return toothless_; }
  // not_green: attempts on the right peer that are red, or were not made.
  std::vector<const Attempt*> not_green() const;
  // defects: attempts that ended in an error of the suite's own.
  std::vector<const Attempt*> defects() const;

  // Write writes all attempts as tab-separated values: case, role, peer, verdict, message.
  void Write(std::ostream& out) const;

 private:
  std::vector<Attempt> attempts_;
  std::vector<const Case*> toothless_;
  std::size_t cases_ = 0;
  std::size_t faults_ = 0;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_KILL_MATRIX_H_
