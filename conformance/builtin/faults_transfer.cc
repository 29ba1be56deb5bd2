#include "conformance/builtin/alter.h"
#include "conformance/builtin/faults.h"

namespace nvmf::conformance {

using tcp::PduType;

std::vector<Fault> TransferFaults() {
  return {
      {.name = "data: never the same", .type = PduType::kC2HData, .alter = NeverTheSame()},
      {.name = "R2T: R2TO", .type = PduType::kR2T, .alter = Xor(12, 4)},
      {.name = "R2T: R2TL 0",
       .type = PduType::kR2T,
       .alter = [](Bytes& pdu) { StoreLittle(MutableBytes(pdu).subspan(16), 0u); }},
      {.name = "R2T: R2TL of a GiB", .type = PduType::kR2T, .alter = Xor(19, 0x40)},
      {.name = "R2T: one TTAG for all", .type = PduType::kR2T, .alter = Set(10, 0)},
      {.name = "R2T twice", .type = PduType::kR2T, .alter = Twice},
      {.name = "R2T: header digest",
       .type = PduType::kR2T,
       .alter = XorFromEnd(1, 1),
       .mend_digest = false},
  };
}

}  // namespace nvmf::conformance
