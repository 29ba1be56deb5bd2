// Connection establishment, controller on trial. (NVMe/TCP, "Connection Establishment", "ICReq")
#include "conformance/cases/cases.h"

namespace nvmf::conformance {
namespace {

using tcp::IcReq;
using tcp::IcResp;

Verdict OneIcRespAndNothingElse(HostPeer& host) {
  host.Send(IcReq{});
  host.Take<IcResp>();
  return host.ExpectQuiet();
}

template <std::uint16_t kPfv>
Verdict UnknownPfvIsRefused(HostPeer& host) {
  host.Send(IcReq{.pfv = kPfv});
  return host.ExpectFatal({{Fes::kInvalidPduHeaderField, 8}, {Fes::kUnsupportedParameter, 8}});
}

constexpr Case kCases[] = {
    {.id = "TCP-IC-01/one-icresp",
     .title = "A well-formed ICReq is answered by one well-formed ICResp and nothing else",
     .script = OneIcRespAndNothingElse,
     .effects = Effects::kSafe},
    {.id = "TCP-IC-07/pfv-1",
     .title = "An ICReq of PDU Format Version 1 is refused with a fatal error",
     .script = UnknownPfvIsRefused<1>},
};

}  // namespace

std::span<const Case> TcpIcCases() { return kCases; }

}  // namespace nvmf::conformance
