// Faults that make a right host a wrong one. They are few and general: most cases are a controller
// that lies, and the wrong host is the one that does not notice.
//
//   for (const HostFault& fault : HostFaults()) WrongHost wrong(right, fault);
//
// Those that most cases notice come first, and those that cost a wait each last.
#ifndef CONFORMANCE_BUILTIN_HOST_FAULTS_H_
#define CONFORMANCE_BUILTIN_HOST_FAULTS_H_

#include <vector>

#include "conformance/builtin/host_fault.h"

namespace nvmf::conformance {

std::vector<HostFault> HostFaults();

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_HOST_FAULTS_H_
