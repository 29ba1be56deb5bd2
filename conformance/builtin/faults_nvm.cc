#include "conformance/builtin/alter.h"
#include "conformance/builtin/faults.h"

namespace nvmf::conformance {

using tcp::PduType;

std::vector<Fault> NvmFaults() {
  return {
      {.name = "Compare: equal, whatever it finds",
       .of = OfOpcode(0x05),
       .alter = SetStatus(StatusCode::kSuccess)},
      {.name = "Compare: different, whatever it finds",
       .of = OfOpcode(0x05),
       .alter = SetStatus(StatusCode::kCompareFailure)},
  };
}

}  // namespace nvmf::conformance
