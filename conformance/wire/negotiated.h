// Negotiated: what ICReq and ICResp fixed for the rest of a connection, and what Connect added.
//
// Units     as on the wire, except max_r2t and maxh2cdata, which are natural counts.
// Threads   values.
// Source    NVMe/TCP, "Connection Establishment"; NVM Express Base, "Connect command".
#ifndef CONFORMANCE_WIRE_NEGOTIATED_H_
#define CONFORMANCE_WIRE_NEGOTIATED_H_

#include <cstdint>

#include "nvmf/tcp/pdu.h"

namespace nvmf::conformance {

// Side is who speaks.
enum class Side : std::uint8_t { kHost, kController };

struct Negotiated {
  bool header_digest = false;
  bool data_digest = false;
  std::uint8_t asked_dgst = 0;   // DGST of the ICReq.
  std::uint8_t hpda = 0;         // Alignment of data towards the host.
  std::uint8_t cpda = 0;         // Alignment of data towards the controller.
  std::uint64_t max_r2t = 1;     // R2Ts that may be open per command.
  std::uint32_t maxh2cdata = 0;  // Most octets in one H2CData.
  bool flow_control = true;      // False: Connect was answered with SQHD FFFFh.

  // Settle takes over what the two PDUs say.
  void Settle(const tcp::IcReq& asked, const tcp::IcResp& granted) {
    asked_dgst = asked.dgst;
    const std::uint8_t both = asked.dgst & granted.dgst;
    header_digest = (both & tcp::kDgstHeader) != 0;
    data_digest = (both & tcp::kDgstData) != 0;
    hpda = asked.hpda;
    cpda = granted.cpda;
    max_r2t = std::uint64_t{asked.maxr2t} + 1;
    maxh2cdata = granted.maxh2cdata;
  }

  // FramingFrom returns how `sender` frames a PDU with `data` octets of payload.
  tcp::Framing FramingFrom(Side sender, std::size_t data, std::uint8_t flags = 0) const {
    return {.header_digest = header_digest,
            .data_digest = data_digest,
            .pda = sender == Side::kHost ? cpda : hpda,
            .data = static_cast<std::uint32_t>(data),
            .flags = flags};
  }
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_WIRE_NEGOTIATED_H_
