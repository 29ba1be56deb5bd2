// Who may send which PDU, when, and how long: one row per type, judged in wire order.
//
//   auto judged = JudgeHeader(header, {.self = Side::kController, .phase = Phase::kLive});
//   if (!judged) return Violate(judged.error());       // FES 01h or 02h, FEI the lowest bad octet
//
// Shapes    the judgement needs the 8 octets of the common header and nothing else.
// Errors    the Violation to answer with. Type and HLEN are judged before PLEN, and PLEN before
//           anybody waits for, or makes room for, what it announces.
// Threads   pure functions.
// Source    NVMe/TCP, "PDU Common Header (CH)", "Transport Specific Error Handling".
#ifndef NVMF_TCP_PDU_RULES_H_
#define NVMF_TCP_PDU_RULES_H_

#include <cstdint>
#include <expected>

#include "nvmf/tcp/pdu.h"

namespace nvmf::tcp {

enum class Side : std::uint8_t { kHost, kController };

enum class Phase : std::uint8_t {
  kConnecting,  // Before ICReq (controller) or ICResp (host) has come.
  kLive,
};

enum class Payload : std::uint8_t { kNever, kMaybe, kAlways, kTerm };

struct PduRule {
  PduType type;
  Side sender;
  Phase phase;  // When the receiver takes it; a TermReq is taken always.
  std::uint8_t hlen;
  bool digests;
  Payload payload;
};

inline constexpr PduRule kPduRules[] = {
    // type                 sender              phase               HLEN digests payload
    {PduType::kIcReq, Side::kHost, Phase::kConnecting, 128, false, Payload::kNever},
    {PduType::kIcResp, Side::kController, Phase::kConnecting, 128, false, Payload::kNever},
    {PduType::kH2CTermReq, Side::kHost, Phase::kLive, 24, false, Payload::kTerm},
    {PduType::kC2HTermReq, Side::kController, Phase::kLive, 24, false, Payload::kTerm},
    {PduType::kCapsuleCmd, Side::kHost, Phase::kLive, 72, true, Payload::kMaybe},
    {PduType::kCapsuleResp, Side::kController, Phase::kLive, 24, true, Payload::kNever},
    {PduType::kH2CData, Side::kHost, Phase::kLive, 24, true, Payload::kAlways},
    {PduType::kC2HData, Side::kController, Phase::kLive, 24, true, Payload::kAlways},
    {PduType::kR2T, Side::kController, Phase::kLive, 24, true, Payload::kNever},
};

// FindRule returns the row of `type`, or nullptr if the type is unassigned.
const PduRule* FindRule(PduType type);

// Expectations is what the receiving end has negotiated and can take.
struct Expectations {
  Side self = Side::kHost;
  Phase phase = Phase::kConnecting;
  bool header_digest = false;
  bool data_digest = false;
  std::uint8_t pda = 0;              // Our alignment: CPDA at the controller, HPDA at the host.
  std::uint32_t max_in_capsule = 0;  // Most data in a CapsuleCmd, octets.
  std::uint32_t max_h2c_data = 0;    // MAXH2CDATA, octets.
};

// Judged is a header found good, and what follows it.
struct Judged {
  PduHeader header;
  bool hdgst = false;
  bool ddgst = false;
  bool close_at_once = false;  // A TermReq so malformed that its content is ignored.
  std::uint32_t front = 0;     // Octets before the payload: header, HDGST and PAD; at most 255.
  std::uint32_t data = 0;      // Octets of payload.
};

// JudgeHeader judges a common header as `expect` says.
std::expected<Judged, Violation> JudgeHeader(const PduHeader& header, const Expectations& expect);

}  // namespace nvmf::tcp

#endif  // NVMF_TCP_PDU_RULES_H_
