// What a fault does to a PDU, and to whose: the words in which faults are written.
//
//   {.name = "completion twice", .of = OfFabrics(FabricsType::kConnect), .alter = Twice}
//
// Each leaves a PDU alone that is too short for it.
//
// Units     octets from the start of the PDU, unless a name says otherwise.
// Threads   what they return may be called by several connections at a time.
#ifndef CONFORMANCE_BUILTIN_ALTER_H_
#define CONFORMANCE_BUILTIN_ALTER_H_

#include <cstddef>
#include <cstdint>

#include "conformance/builtin/fault.h"
#include "conformance/wire/frame.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/status.h"

namespace nvmf::conformance {

// --- Any PDU ---
Alter Set(std::size_t at, std::uint8_t value);
Alter Xor(std::size_t at, std::uint8_t bits);
Alter XorFromEnd(std::size_t back, std::uint8_t bits);  // 1 is the last octet.
void Twice(Bytes& pdu);
void Never(Bytes& pdu);

// --- C2HData: what it carries, where there are no digests ---
void Zeros(Bytes& pdu);
void Ones(Bytes& pdu);
void OtherOctets(Bytes& pdu);
Alter NeverTheSame();  // An octet is another each time.

// --- CapsuleResp ---
Alter SetStatus(StatusCode code);
Alter FailAs(StatusCode code);                        // What is an error becomes this one.
Alter SetDword(std::size_t at, std::uint32_t value);  // `at` in the completion queue entry.

// Before puts another PDU for the same command before the completion, with `data` octets of zeros.
template <tcp::Pdu P>
Alter Before(P extra, std::size_t data) {
  return [=](Bytes& pdu) {
    constexpr std::size_t kCidAt = tcp::kHeaderBytes + 12;
    if (pdu.size() < tcp::CapsuleResp::kSize) return;
    P mine = extra;
    mine.cccid = LoadLittle<std::uint16_t>(ByteView(pdu).subspan(kCidAt));
    const std::uint8_t flags = data == 0 ? 0 : tcp::kLastPdu;
    pdu = Join(Compose(mine, {.flags = flags}, Bytes(data)), pdu);
  };
}

// --- Whose ---
Whose OfFabrics(FabricsType type);
Whose OfOpcode(std::uint8_t opc);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_ALTER_H_
