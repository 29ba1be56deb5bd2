// Compose: the octets of one PDU, honest but for the lies that the script asks for.
//
//   Bytes honest = Compose(IcReq{}, {});
//   Bytes wrong = Compose(IcReq{}, {}, {}, {.hlen = 127});       // only HLEN lies
//   Bytes data = Compose(h2c, framing, payload, {.ddgst_xor = 1});  // a wrong data digest
//
// Each lie is independent: whatever is not named is what an honest sender would write, and the
// digests are right for the octets that are sent (unless they are what lies).
//
// Threads   pure functions.
// Source    NVMe/TCP, "PDU Structure".
#ifndef CONFORMANCE_WIRE_FRAME_H_
#define CONFORMANCE_WIRE_FRAME_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "conformance/wire/octets.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::conformance {

// Poke overwrites `count` octets from `at` on with `value`, before the header digest is computed.
struct Poke {
  std::size_t at = 0;
  std::uint8_t value = 0;
  std::size_t count = 1;
};

struct Lies {
  // What the common header says instead of the truth.
  std::optional<std::uint8_t> type = std::nullopt;
  std::optional<std::uint8_t> flags = std::nullopt;
  std::optional<std::uint8_t> hlen = std::nullopt;
  std::optional<std::uint8_t> pdo = std::nullopt;
  std::optional<std::uint32_t> plen = std::nullopt;
  // Digests: XORed into the right value.
  std::uint32_t hdgst_xor = 0;
  std::uint32_t ddgst_xor = 0;
  // Where the data really begin (default: where an honest PDO says), and what fills the gap.
  std::optional<std::size_t> data_at = std::nullopt;
  std::uint8_t pad = 0;
  std::vector<Poke> pokes = {};
};

// ComposeFrame lays `framing` around `header`, the honest HLEN octets of a PDU.
Bytes ComposeFrame(ByteView header, const tcp::Framing& framing, ByteView data, const Lies& lies);

template <tcp::Pdu P>
Bytes Compose(const P& pdu, tcp::Framing framing, ByteView data = {}, const Lies& lies = {}) {
  framing.data = static_cast<std::uint32_t>(data.size());
  constexpr bool kBare = P::kType == tcp::PduType::kIcReq || P::kType == tcp::PduType::kIcResp ||
                         P::kType == tcp::PduType::kH2CTermReq ||
                         P::kType == tcp::PduType::kC2HTermReq;
  if (kBare) framing.header_digest = framing.data_digest = false;
  return ComposeFrame(tcp::EncodePdu(pdu, framing), framing, data, lies);
}

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_WIRE_FRAME_H_
