// Received: a PDU as it arrived; Event: what a wait brought; PduReader: the wait.
//
//   Event event = reader.Next(connection, negotiated, deadline);
//   if (event.Is(PduType::kR2T)) const R2T r2t = event.pdu.As<R2T>();
//
// Nothing is judged here and nothing fails: whatever comes becomes an event, with the octets kept.
//
// Threads   one at a time.
#ifndef CONFORMANCE_WIRE_RECEIVED_H_
#define CONFORMANCE_WIRE_RECEIVED_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "conformance/wire/connection.h"
#include "conformance/wire/negotiated.h"
#include "conformance/wire/octets.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::conformance {

// Digest is a digest field of a PDU and what it should have been.
struct Digest {
  std::uint32_t received = 0;
  std::uint32_t computed = 0;
  bool right() const { return received == computed; }
};

struct Received {
  tcp::PduHeader header;
  Bytes bytes;               // Every octet that came, from the common header on.
  ByteView payload() const;  // The data, as PDO, PLEN and `data_digest` place them; empty if none.
  std::optional<Digest> hdgst;  // If header digests are on and the octets are there.
  std::optional<Digest> ddgst;  // If data digests are on and there is a payload.
  bool data_digest = false;

  // As returns the header as a P; octets that did not come are zero.
  template <tcp::Pdu P>
  P As() const {
    std::array<std::byte, P::kSize> whole{};
    std::ranges::copy(ByteView(bytes).first(std::min(bytes.size(), whole.size())), whole.begin());
    return Decode<P>(whole);
  }
};

// Measured returns a whole PDU with the digests that the negotiation puts into it.
Received Measured(Bytes bytes, const Negotiated& negotiated);

struct Event {
  enum class Kind : std::uint8_t {
    kPdu,
    kGarbage,  // A PLEN that frames nothing, or one too large to collect.
    kFin,      // The peer closed; `pdu.bytes` holds what it left unfinished.
    kReset,    // The stream broke.
    kSilence,  // The deadline passed; `pdu.bytes` holds what has come so far.
  };
  Kind kind = Kind::kSilence;
  Received pdu;

  bool Is(tcp::PduType type) const { return kind == Kind::kPdu && pdu.header.type == type; }
  bool ended() const { return kind == Kind::kFin || kind == Kind::kReset; }
  std::string Text() const;
};

class PduReader {
 public:
  // Next returns the next PDU, or why there is none. A wait that ends in silence loses nothing: the
  // octets so far are the front of what the next call collects.
  Event Next(Connection& connection, const Negotiated& negotiated, Deadline deadline);

  // The largest PDU that is collected. It bounds memory whatever PLEN says; beyond what any case
  // asks.
  static constexpr std::size_t kMaxPdu = 32u << 20;

 private:
  std::optional<Event::Kind> Collect(Connection& connection, std::size_t until, Deadline deadline);
  Bytes so_far_;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_WIRE_RECEIVED_H_
