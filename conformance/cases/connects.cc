#include "conformance/cases/connects.h"

namespace nvmf::conformance {
namespace {

constexpr std::uint32_t kAuthreq = std::uint32_t{ConnectAccepted::kAtr | ConnectAccepted::kAscr}
                                   << 16;

// Dw0Bits returns what may be set in DW0 of a response with this code.
std::uint32_t Dw0Bits(StatusCode code) {
  switch (code) {
    case StatusCode::kSuccess:
      return kAuthreq | 0xFFFF;
    case StatusCode::kConnectInvalidParameters:
    case StatusCode::kConnectInvalidHost:  // Tolerated: the parameter is named here too.
      return 0x1FFFF;
    default:
      return 0;
  }
}

}  // namespace

Outcome ConnectTry::SendAs(const Sqe& sqe) const {
  Outcome outcome = host_.Try(sqe, page);
  if (!outcome.event().Is(tcp::PduType::kCapsuleResp)) return outcome;
  const Cqe cqe = outcome.event().pdu.As<tcp::CapsuleResp>().cqe;
  const StatusCode code = cqe.status().code();
  host_.Observe(code != StatusCode::kInvalidField, "FAB-CONN-24",
                "a Connect fails with Invalid Field in Command");
  host_.Observe(cqe.dw1 == 0, "FAB-CONN-26", "DW1 of a Connect response is not 0");
  host_.Observe(
      (cqe.dw0 & ~Dw0Bits(code)) == 0, "FAB-CONN-26",
      "reserved bits of DW0 are set in the response to Connect (" + cqe.status().Text() + ")");
  return outcome;
}

Verdict EndOf(HostPeer& host) {
  host.CloseWrite();
  const Event event = host.Next();
  return Holds(event.ended(), "the controller does not close after our FIN: " + event.Text());
}

}  // namespace nvmf::conformance
