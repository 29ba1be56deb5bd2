// Opponents: the right peer of one role, and all the wrong ones, for cases to be tried on.
//
//   std::unique_ptr<Opponents> hosts = MakeHostOpponents();
//   CaseResult result = hosts->TryWrong(test, 0);       // which hosts->name(0) should not survive
//
// Errors    none: whatever happens is a verdict.
// Threads   one at a time.
#ifndef CONFORMANCE_BUILTIN_OPPONENTS_H_
#define CONFORMANCE_BUILTIN_OPPONENTS_H_

#include <memory>
#include <string>

#include "conformance/suite/runner.h"

namespace nvmf::conformance {

class Opponents {
 public:
  virtual ~Opponents() = default;

  virtual Role role() const = 0;  // Who they are.
  virtual std::size_t count() const = 0;
  virtual std::string name(std::size_t wrong) const = 0;

  virtual CaseResult TryRight(const Case& test) = 0;
  // Strikes tells whether the wrong peer would differ at all from the right one in a case that went
  // like this on the right one.
  virtual bool Strikes(const CaseResult& right, std::size_t wrong) const = 0;
  // TryWrong waits briefly, as silence is a failure here: see kWrongStep.
  virtual CaseResult TryWrong(const Case& test, std::size_t wrong) = 0;
};

// How long a wrong peer may take for one answer.
inline constexpr Duration kWrongStep{500};

std::unique_ptr<Opponents> MakeControllerOpponents();
std::unique_ptr<Opponents> MakeHostOpponents();

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_OPPONENTS_H_
