// Faults that make a right controller a wrong one, in what it says and in how it ends. They are few
// and general: a fault is a field or an answer that is wrong in every PDU, in all from some number
// on, or in the answers to one kind of command.
//
//   for (const Fault& fault : ControllerFaults()) Interposer wrong(right, fault);
//
// A subject is one file.
#ifndef CONFORMANCE_BUILTIN_FAULTS_H_
#define CONFORMANCE_BUILTIN_FAULTS_H_

#include <vector>

#include "conformance/builtin/fault.h"

namespace nvmf::conformance {

// AnswerFaults are in completions and data, from the `from`-th of a connection on, so that the
// set-up of a case may pass.
std::vector<Fault> AnswerFaults(unsigned from);
std::vector<Fault> EndFaults();       // TermReqs and closes.
std::vector<Fault> IcFaults();        // The ICResp.
std::vector<Fault> TransferFaults();  // R2Ts, and data that waver.
std::vector<Fault> CommandFaults();   // The answers to one kind of command.
std::vector<Fault> NvmFaults();       // The answers to commands on blocks.
std::vector<Fault> LastFaults();      // Those that end in silence, or strike every case alike.

std::vector<Fault> RobustFaults();  // What one connection does to others.

// ControllerFaults is all of them: those that most cases notice come first, and those that cost a
// wait each last.
std::vector<Fault> ControllerFaults();

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_FAULTS_H_
