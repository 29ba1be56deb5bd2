// Faults that make a right controller a wrong one, in what it says and in how it ends. They are few
// and general: a fault is a field or an answer that is wrong in every PDU, in all from some number
// on, or in the answers to one kind of command.
//
//   for (const Fault& fault : ControllerFaults()) Interposer wrong(right, fault);
//
// Those that most cases notice come first, and those that cost a wait each last.
#ifndef CONFORMANCE_BUILTIN_FAULTS_H_
#define CONFORMANCE_BUILTIN_FAULTS_H_

#include <vector>

#include "conformance/testing/interposer.h"

namespace nvmf::conformance {

std::vector<Fault> ControllerFaults();

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_FAULTS_H_
