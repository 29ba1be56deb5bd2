#include "conformance/script/manners.h"

#include <utility>
#include <vector>

#include "conformance/script/judge.h"
#include "conformance/wire/pdu_text.h"
#include "conformance/wire/received.h"

namespace nvmf::conformance {

using tcp::PduType;

std::optional<std::string> Manners::Inspect(ByteView bytes, const Negotiated& negotiated) {
  cutter_.Put(bytes);
  while (auto pdu = cutter_.Next()) {
    if (auto wrong = InspectPdu(std::move(*pdu), negotiated)) return wrong;
  }
  if (cutter_.garbled()) return "a PLEN that frames nothing";
  if (cutter_.begun().size() < tcp::kHeaderBytes) return std::nullopt;
  return InspectHeader(Decode<tcp::PduHeader>(cutter_.begun().first<tcp::kHeaderBytes>()));
}

// InspectHeader judges what can be told before a PDU is whole: perhaps it never will be.
std::optional<std::string> Manners::InspectHeader(const tcp::PduHeader& header) {
  constexpr std::uint8_t kDigests = tcp::kHdgstf | tcp::kDdgstf;
  std::size_t hlen = 0;
  std::uint8_t flags = kDigests;
  switch (header.type) {
    case PduType::kIcReq:
      hlen = tcp::IcReq::kSize;
      flags = 0;
      break;
    case PduType::kCapsuleCmd:
      hlen = tcp::CapsuleCmd::kSize;
      break;
    case PduType::kH2CData:
      hlen = tcp::H2CData::kSize;
      flags = kDigests | tcp::kLastPdu;
      break;
    case PduType::kH2CTermReq:
      return "an H2CTermReq";
    default:
      return "a PDU of type " + Hex(std::to_underlying(header.type), 2);
  }
  if ((header.flags & ~flags) != 0) return "reserved FLAGS";
  const std::size_t digest = (header.flags & tcp::kHdgstf) != 0 ? tcp::kDigestBytes : 0;
  const bool bare = header.type != PduType::kH2CData && header.pdo == 0;
  const bool right = header.hlen == hlen && header.plen >= hlen + digest &&
                     header.pdo <= header.plen && (!bare || header.plen == hlen + digest);
  if (!right) return "a header whose lengths are wrong";
  return std::nullopt;
}

std::optional<std::string> Manners::InspectPdu(Bytes bytes, const Negotiated& negotiated) {
  const Received pdu = Measured(std::move(bytes), negotiated);
  if (auto wrong = InspectHeader(pdu.header)) return wrong;
  const bool greets = pdu.header.type == PduType::kIcReq;
  if (greets && greeted_) return "a second ICReq";
  if (!greets && !greeted_) return "a PDU before ICReq";
  greeted_ = true;
  const std::vector<Observation> flaws = JudgePdu(pdu, Side::kHost, negotiated);
  if (!flaws.empty()) return flaws.front().text;
  return std::nullopt;
}

}  // namespace nvmf::conformance
