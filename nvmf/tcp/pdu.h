// The nine PDUs of NVMe/TCP as plain structs, and their common header.
//
//   R2T r2t{.cccid = 7, .ttag = 1, .r2to = 0, .r2tl = 4096};
//   auto header = EncodePdu(r2t, {});             // 24 octets, PLEN 24
//   R2T same = Decode<R2T>(header);
//
// Shapes    kSize is HLEN, the header's octets. A PDU struct holds what is particular to the type;
//           the first 8 octets are a PduHeader. Payload and digests are not part of either.
// Units     as on the wire; natural counts from the accessors.
// Errors    none: judging a header is pdu_rules.h's.
// Threads   values.
// Source    NVMe/TCP, "PDU Common Header (CH)" and the section named at each struct.
#ifndef NVMF_TCP_PDU_H_
#define NVMF_TCP_PDU_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "nvmf/base/fields.h"
#include "nvmf/base/result.h"
#include "nvmf/nvme/sqe.h"

namespace nvmf::tcp {

enum class PduType : std::uint8_t {
  kIcReq = 0x00,
  kIcResp = 0x01,
  kH2CTermReq = 0x02,
  kC2HTermReq = 0x03,
  kCapsuleCmd = 0x04,
  kCapsuleResp = 0x05,
  kH2CData = 0x06,
  kC2HData = 0x07,
  kR2T = 0x09,
};

// PduTypeName returns the specification's name, "unassigned" for other values.
const char* PduTypeName(PduType type);

// FLAGS bits of the common header.
inline constexpr std::uint8_t kHdgstf = 0x01;
inline constexpr std::uint8_t kDdgstf = 0x02;
inline constexpr std::uint8_t kLastPdu = 0x04;
inline constexpr std::uint8_t kSuccess = 0x08;

inline constexpr std::size_t kHeaderBytes = 8;     // The common header.
inline constexpr std::size_t kDigestBytes = 4;     // HDGST or DDGST.
inline constexpr std::size_t kMaxHlen = 128;       // ICReq, ICResp.
inline constexpr std::size_t kMaxTermData = 128;   // Error data of a TermReq.
inline constexpr std::size_t kMaxAlignment = 128;  // (31 + 1) dwords.

// PduHeader is the first 8 octets of every PDU. (NVMe/TCP, "PDU Common Header (CH)")
struct PduHeader {
  static constexpr std::size_t kSize = kHeaderBytes;
  PduType type = {};
  std::uint8_t flags = 0;
  std::uint8_t hlen = 0;   // Header length, octets, without header digest.
  std::uint8_t pdo = 0;    // Offset of the data from the PDU's start; 0 without data.
  std::uint32_t plen = 0;  // Length of the whole PDU.
  static constexpr void Fields(auto& pdu, auto&& at) {
    at(0, "type", pdu.type), at(1, "flags", pdu.flags), at(2, "hlen", pdu.hlen);
    at(3, "pdo", pdu.pdo), at(4, "plen", pdu.plen);
  }
  bool operator==(const PduHeader&) const = default;
};
static_assert(LayoutIsSound<PduHeader>());

// Bits of DGST in ICReq and ICResp.
inline constexpr std::uint8_t kDgstHeader = 0x01;
inline constexpr std::uint8_t kDgstData = 0x02;

// ICReq: the host opens the connection. (NVMe/TCP, "Initialize Connection Request PDU (ICReq)")
struct IcReq {
  static constexpr PduType kType = PduType::kIcReq;
  static constexpr std::size_t kSize = 128;
  std::uint16_t pfv = 0;     // PDU Format Version.
  std::uint8_t hpda = 0;     // Host PDU Data Alignment, 0's-based dwords, 0..31.
  std::uint8_t dgst = 0;     // Digests asked for.
  std::uint32_t maxr2t = 0;  // R2Ts outstanding per command, 0's based.
  static constexpr void Fields(auto& pdu, auto&& at) {
    at(8, "pfv", pdu.pfv), at(10, "hpda", pdu.hpda), at(11, "dgst", pdu.dgst);
    at(12, "maxr2t", pdu.maxr2t);
  }
  bool operator==(const IcReq&) const = default;
};

// ICResp: the controller's answer. (NVMe/TCP, "Initialize Connection Response PDU (ICResp)")
struct IcResp {
  static constexpr PduType kType = PduType::kIcResp;
  static constexpr std::size_t kSize = 128;
  std::uint16_t pfv = 0;
  std::uint8_t cpda = 0;         // Controller PDU Data Alignment, 0's-based dwords, 0..31.
  std::uint8_t dgst = 0;         // Digests granted: a subset of those asked for.
  std::uint32_t maxh2cdata = 0;  // Most data in one H2CData, octets; a multiple of 4.
  static constexpr void Fields(auto& pdu, auto&& at) {
    at(8, "pfv", pdu.pfv), at(10, "cpda", pdu.cpda), at(11, "dgst", pdu.dgst);
    at(12, "maxh2cdata", pdu.maxh2cdata);
  }
  bool operator==(const IcResp&) const = default;
};

// H2CTermReq and C2HTermReq: a fatal error, told to the peer. FEI stands unaligned at 10.
// (NVMe/TCP, "Host to Controller Terminate Connection Request PDU (H2CTermReq)" and its mirror)
struct TermReq {
  static constexpr std::size_t kSize = 24;
  std::uint16_t fes = 0;
  std::uint32_t fei = 0;
  static constexpr void Fields(auto& pdu, auto&& at) {
    at(8, "fes", pdu.fes), at(10, "fei", pdu.fei);
  }
  bool operator==(const TermReq&) const = default;
};
struct H2CTermReq : TermReq {
  static constexpr PduType kType = PduType::kH2CTermReq;
};
struct C2HTermReq : TermReq {
  static constexpr PduType kType = PduType::kC2HTermReq;
};

// CapsuleCmd: a command, with its data where the SGL says in capsule.
// (NVMe/TCP, "Command Capsule PDU (CapsuleCmd)")
struct CapsuleCmd {
  static constexpr PduType kType = PduType::kCapsuleCmd;
  static constexpr std::size_t kSize = 72;
  Sqe sqe;
  static constexpr void Fields(auto& pdu, auto&& at) { at(8, "sqe", pdu.sqe); }
  bool operator==(const CapsuleCmd&) const = default;
};

// CapsuleResp: a completion. (NVMe/TCP, "Response Capsule PDU (CapsuleResp)")
struct CapsuleResp {
  static constexpr PduType kType = PduType::kCapsuleResp;
  static constexpr std::size_t kSize = 24;
  Cqe cqe;
  static constexpr void Fields(auto& pdu, auto&& at) { at(8, "cqe", pdu.cqe); }
  bool operator==(const CapsuleResp&) const = default;
};

// H2CData: data of a command to the controller, asked for by an R2T.
// (NVMe/TCP, "Host To Controller Data Transfer PDU (H2CData)")
struct H2CData {
  static constexpr PduType kType = PduType::kH2CData;
  static constexpr std::size_t kSize = 24;
  std::uint16_t cccid = 0;  // CID of the command.
  std::uint16_t ttag = 0;   // As in the R2T.
  std::uint32_t datao = 0;  // Offset in the command's data, octets, a multiple of 4.
  std::uint32_t datal = 0;  // Octets of data here, a multiple of 4, <= MAXH2CDATA.
  static constexpr void Fields(auto& pdu, auto&& at) {
    at(8, "cccid", pdu.cccid), at(10, "ttag", pdu.ttag);
    at(12, "datao", pdu.datao), at(16, "datal", pdu.datal);
  }
  bool operator==(const H2CData&) const = default;
};

// C2HData: data of a command to the host.
// (NVMe/TCP, "Controller To Host Data Transfer PDU (C2HData)")
struct C2HData {
  static constexpr PduType kType = PduType::kC2HData;
  static constexpr std::size_t kSize = 24;
  std::uint16_t cccid = 0;
  std::uint32_t datao = 0;
  std::uint32_t datal = 0;
  static constexpr void Fields(auto& pdu, auto&& at) {
    at(8, "cccid", pdu.cccid), at(12, "datao", pdu.datao), at(16, "datal", pdu.datal);
  }
  bool operator==(const C2HData&) const = default;
};

// R2T: the controller asks for a range of a command's data. (NVMe/TCP, "Ready to Transfer PDU
// (R2T)")
struct R2T {
  static constexpr PduType kType = PduType::kR2T;
  static constexpr std::size_t kSize = 24;
  std::uint16_t cccid = 0;
  std::uint16_t ttag = 0;  // Chosen by the controller, echoed in each H2CData.
  std::uint32_t r2to = 0;  // Offset in the command's data, octets.
  std::uint32_t r2tl = 0;  // Octets asked for.
  static constexpr void Fields(auto& pdu, auto&& at) {
    at(8, "cccid", pdu.cccid), at(10, "ttag", pdu.ttag);
    at(12, "r2to", pdu.r2to), at(16, "r2tl", pdu.r2tl);
  }
  bool operator==(const R2T&) const = default;
};

static_assert(LayoutIsSound<IcReq>(8) && LayoutIsSound<IcResp>(8) && LayoutIsSound<H2CTermReq>(8));
static_assert(LayoutIsSound<C2HTermReq>(8) && LayoutIsSound<CapsuleCmd>(8));
static_assert(LayoutIsSound<CapsuleResp>(8) && LayoutIsSound<H2CData>(8));
static_assert(LayoutIsSound<C2HData>(8) && LayoutIsSound<R2T>(8));

template <class P>
concept Pdu = WireStruct<P> && requires {
  { P::kType } -> std::convertible_to<PduType>;
};

// AlignmentBytes returns the alignment that HPDA or CPDA asks for: 4..128 octets.
constexpr std::size_t AlignmentBytes(std::uint8_t pda) { return (std::size_t{pda} + 1) * 4; }

// Framing is how a PDU with `data` octets of payload is laid out on a connection.
struct Framing {
  bool header_digest = false;
  bool data_digest = false;
  std::uint8_t pda = 0;  // The receiver's alignment: CPDA towards the controller, HPDA to the host.
  std::uint32_t data = 0;
  std::uint8_t flags = 0;  // LAST_PDU, SUCCESS.

  // Header returns the common header of a PDU of type P framed so.
  template <Pdu P>
  constexpr PduHeader Header() const {
    constexpr bool kNoDigest = P::kType == PduType::kIcReq || P::kType == PduType::kIcResp ||
                               P::kType == PduType::kH2CTermReq || P::kType == PduType::kC2HTermReq;
    const std::size_t hdgst = header_digest && !kNoDigest ? kDigestBytes : 0;
    const std::size_t ddgst = data_digest && data != 0 && !kNoDigest ? kDigestBytes : 0;
    const bool padded = data != 0 && !kNoDigest;
    const std::size_t pdo =
        padded ? RoundUpTo(P::kSize + hdgst, AlignmentBytes(pda)) : P::kSize + hdgst;
    PduHeader header{.type = P::kType, .flags = flags, .hlen = P::kSize};
    if (hdgst != 0) header.flags |= kHdgstf;
    if (ddgst != 0) header.flags |= kDdgstf;
    header.pdo = static_cast<std::uint8_t>(padded ? pdo : 0);
    header.plen = static_cast<std::uint32_t>(pdo + data + ddgst);
    return header;
  }

 private:
  // Alignments are multiples of 4, not powers of two.
  static constexpr std::size_t RoundUpTo(std::size_t n, std::size_t unit) {
    return (n + unit - 1) / unit * unit;
  }
};

// EncodePduInto writes the HLEN octets of `pdu` under `header`, whatever that header says.
template <Pdu P>
constexpr void EncodePduInto(std::span<std::byte, P::kSize> into, const PduHeader& header,
                             const P& pdu) {
  EncodeInto(into, pdu);
  StoreField(into.template first<kHeaderBytes>(), header);
}

// EncodePdu returns the HLEN octets of `pdu`, framed by `framing`.
template <Pdu P>
constexpr std::array<std::byte, P::kSize> EncodePdu(const P& pdu, const Framing& framing) {
  std::array<std::byte, P::kSize> bytes{};
  EncodePduInto(std::span(bytes), framing.Header<P>(), pdu);
  return bytes;
}

}  // namespace nvmf::tcp

#endif  // NVMF_TCP_PDU_H_
