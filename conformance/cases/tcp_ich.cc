// Connection establishment, host on trial. (NVMe/TCP, "Connection Establishment", "ICResp")
#include "conformance/cases/cases.h"

namespace nvmf::conformance {
namespace {

Verdict UnknownPfvIsRefused(HostTrial& trial) {
  ControllerPeer controller = ControllerPeer::Meet(trial, {.kind = HostErrand::Kind::kConnect});
  controller.Take<tcp::IcReq>();
  controller.Send(tcp::IcResp{.pfv = 1, .maxh2cdata = 4096});
  return controller.ExpectFatal(
      {{Fes::kInvalidPduHeaderField, 8}, {Fes::kUnsupportedParameter, 8}});
}

constexpr Case kCases[] = {
    {"TCP-ICH-05/pfv-1", "An ICResp of PDU Format Version 1 is refused with a fatal error",
     UnknownPfvIsRefused},
};

}  // namespace

std::span<const Case> TcpIchCases() { return kCases; }

}  // namespace nvmf::conformance
