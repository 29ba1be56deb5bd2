// All cases of the suite, group by group. A group is one file: a flat table of cases at its end.
//
//   for (const Case& test : AllCases()) ...
//
// Threads   safe after the first call.
#ifndef CONFORMANCE_CASES_CASES_H_
#define CONFORMANCE_CASES_CASES_H_

#include <span>

#include "conformance/suite/case.h"

namespace nvmf::conformance {

// Controllers on trial.
std::span<const Case> TcpIcCases();

// Hosts on trial.
std::span<const Case> TcpIchCases();

std::span<const Case> AllCases();

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_CASES_CASES_H_
