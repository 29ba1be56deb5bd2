#include "conformance/builtin/alter.h"
#include "conformance/builtin/faults.h"

namespace nvmf::conformance {

using tcp::PduType;

std::vector<Fault> EndFaults() {
  return {
      {.name = "TermReq: other code", .type = PduType::kC2HTermReq, .alter = Set(8, 0x04)},
      {.name = "TermReq: other FEI", .type = PduType::kC2HTermReq, .alter = Xor(11, 0x77)},
      {.name = "TermReq: reserved octet", .type = PduType::kC2HTermReq, .alter = Set(20, 1)},
      {.name = "TermReq: digest flag", .type = PduType::kC2HTermReq, .alter = Set(1, 1)},
      {.name = "TermReq: other error data",
       .type = PduType::kC2HTermReq,
       .alter = XorFromEnd(1, 1)},
      {.name = "TermReq before every close", .term_req_at_end = true},
  };
}

}  // namespace nvmf::conformance
