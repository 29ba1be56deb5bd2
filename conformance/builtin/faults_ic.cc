#include "conformance/builtin/alter.h"
#include "conformance/builtin/faults.h"

namespace nvmf::conformance {

using tcp::PduType;

std::vector<Fault> IcFaults() {
  return {
      {.name = "ICResp: FLAGS", .type = PduType::kIcResp, .alter = Set(1, 0x80)},
      {.name = "ICResp: reserved octet", .type = PduType::kIcResp, .alter = Set(100, 1)},
      {.name = "ICResp: CPDA 32", .type = PduType::kIcResp, .alter = Set(10, 32)},
      {.name = "ICResp: both digests", .type = PduType::kIcResp, .alter = Set(11, 3)},
      {.name = "ICResp: reserved bits", .type = PduType::kIcResp, .alter = Xor(11, 4)},
      {.name = "ICResp: MAXH2CDATA odd", .type = PduType::kIcResp, .alter = Set(12, 1)},
  };
}

}  // namespace nvmf::conformance
