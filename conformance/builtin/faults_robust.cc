#include "conformance/builtin/alter.h"
#include "conformance/builtin/faults.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;

// GoOn lets the controller complete another command behind its TermReq.
void GoOn(Bytes& pdu) { pdu = Join(pdu, Compose(tcp::CapsuleResp{.cqe = {.cid = 3}}, {})); }

// LeakIntoErrors leaves in DW0 and DW1 of an error what memory held.
void LeakIntoErrors(Bytes& pdu) {
  if (pdu.size() < tcp::CapsuleResp::kSize) return;
  const Cqe cqe = Decode<tcp::CapsuleResp>(ByteView(pdu).first<tcp::CapsuleResp::kSize>()).cqe;
  if (!cqe.status().ok()) SetDword(4, 0xFFFF8880)(pdu);
}

}  // namespace

std::vector<Fault> RobustFaults() {
  return {
      {.name = "a TermReq on one connection ends all", .ends_all = Fault::Cause::kTermReq},
      {.name = "a failed command ends all connections", .ends_all = Fault::Cause::kError},
      {.name = "a host that leaves ends all connections", .ends_all = Fault::Cause::kHostLeft},
      {.name = "connections left before Connect was answered are lost", .most_lost = 24},
      {.name = "goes on behind a TermReq", .type = PduType::kC2HTermReq, .alter = GoOn},
      {.name = "what memory held in DW1 of errors", .alter = LeakIntoErrors},
  };
}

}  // namespace nvmf::conformance
