#include "conformance/builtin/alter.h"
#include "conformance/builtin/faults.h"

namespace nvmf::conformance {

using tcp::PduType;

std::vector<Fault> LastFaults() {
  return {
      {.name = "never closes, and sends no TermReq",
       .type = PduType::kC2HTermReq,
       .alter = Never,
       .swallows_end = true},
      {.name = "R2T before each completion", .from = 2, .alter = Before(tcp::R2T{.r2tl = 4}, 0)},
      {.name = "data before each completion",
       .from = 2,
       .alter = Before(tcp::C2HData{.datal = 8192}, 8192)},
      {.name = "speaks first", .speaks_first = true},
      {.name = "ICResp twice", .type = PduType::kIcResp, .alter = Twice},
      {.name = "no ICResp", .type = PduType::kIcResp, .alter = Never},
      {.name = "no completion from 2", .type = PduType::kCapsuleResp, .from = 2, .alter = Never},
      {.name = "no completion from 5", .type = PduType::kCapsuleResp, .from = 5, .alter = Never},
  };
}

}  // namespace nvmf::conformance
