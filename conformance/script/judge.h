// JudgePdu holds a received PDU against the rules that need no context but the negotiation:
// header fields, reserved octets, lengths, digests.
//
//   for (const Observation& flaw : JudgePdu(pdu, Side::kController, negotiated)) ...
//
// Each observation names the rule of the catalogue that it breaks. Order, ranges and counts need
// the script and are judged there.
//
// Threads   pure function.
// Source    NVMe/TCP, "PDU Structure" and the section of each PDU.
#ifndef CONFORMANCE_SCRIPT_JUDGE_H_
#define CONFORMANCE_SCRIPT_JUDGE_H_

#include <vector>

#include "conformance/script/trial.h"
#include "conformance/wire/received.h"

namespace nvmf::conformance {

std::vector<Observation> JudgePdu(const Received& pdu, Side sender, const Negotiated& negotiated);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_JUDGE_H_
