#include "conformance/builtin/host_faults.h"

#include <string>
#include <utility>

#include "conformance/builtin/alter.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;
using Tells = HostFault::Tells;
using Where = HostFault::Where;

HostFault Says(std::string name, PduType type, Alter alter, bool mend = true) {
  return {.name = std::move(name),
          .says = {.type = type, .alter = std::move(alter), .mend_digest = mend}};
}

HostFault Of(Whose whose, std::string name, Alter alter) {
  return {
      .name = std::move(name),
      .says = {.type = PduType::kCapsuleCmd, .of = std::move(whose), .alter = std::move(alter)}};
}

}  // namespace

std::vector<HostFault> HostFaults() {
  return {
      // What it hears.
      {.name = "deaf on I/O queues from the first command", .deaf_io_from = 3},
      {.name = "deaf after ICResp", .deaf_admin_from = 2, .deaf_io_from = 2},
      {.name = "deaf", .deaf_admin_from = 1, .deaf_io_from = 1},
      // What it tells its user.
      {.name = "tells of success", .tells = Tells::kSuccess},
      {.name = "tells of failure", .tells = Tells::kFailure},
      {.name = "hands over other octets", .tells = Tells::kOtherOctets},
      {.name = "finds what nobody spoke of", .tells = Tells::kOtherNames},
      // What it says.
      Says("ICReq: FLAGS", PduType::kIcReq, Set(1, 0x80)),
      Says("ICReq: reserved octet", PduType::kIcReq, Set(100, 1)),
      Says("TermReq: other code", PduType::kH2CTermReq, Set(8, 0x05)),
      Says("TermReq: other FEI", PduType::kH2CTermReq, Xor(11, 0x77)),
      Says("TermReq: reserved octet", PduType::kH2CTermReq, Set(20, 1)),
      Says("TermReq: digest flag", PduType::kH2CTermReq, Set(1, 1)),
      Says("TermReq: other error data", PduType::kH2CTermReq, XorFromEnd(1, 1)),
      {.name = "TermReq before every close", .says = {.term_req_at_end = true}},
      Says("capsule: other opcode", PduType::kCapsuleCmd, Set(8, 0x7E)),
      Says("capsule: PSDT 0", PduType::kCapsuleCmd, Set(9, 0)),
      Says("capsule: header digest", PduType::kCapsuleCmd, Xor(73, 1), false),
      Says("capsule: last octet", PduType::kCapsuleCmd, XorFromEnd(1, 1)),
      Of(OfFabrics(FabricsType::kConnect), "Connect: CNTLID", Xor(88, 0x40)),
      Of(OfFabrics(FabricsType::kPropertyGet), "Property Get: ATTRIB", Xor(48, 8)),
      Of(OfOpcode(0x18), "Keep Alive never", Never),
      Says("H2CData: TTAG", PduType::kH2CData, Xor(10, 1)),
      Says("H2CData: DATAO", PduType::kH2CData, Xor(12, 4)),
      Says("H2CData: no LAST_PDU", PduType::kH2CData,
           [](Bytes& pdu) { pdu[1] &= std::byte{0xFB}; }),
      Says("H2CData: another octet", PduType::kH2CData, XorFromEnd(1, 1)),
      // What costs a wait each.
      {.name = "mute on I/O queues after the first command", .mute_io_from = 4},
      {.name = "never ends a connection", .keeps_open = true},
  };
}

}  // namespace nvmf::conformance
