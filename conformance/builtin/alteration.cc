#include "conformance/builtin/alteration.h"

#include "nvmf/base/crc32c.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;

bool CarriesDigest(PduType type) {
  return type != PduType::kIcReq && type != PduType::kIcResp && type != PduType::kH2CTermReq &&
         type != PduType::kC2HTermReq;
}

// CidAt returns where a PDU names the command that it belongs to.
std::size_t CidAt(PduType type) {
  switch (type) {
    case PduType::kCapsuleCmd:
      return tcp::kHeaderBytes + 2;
    case PduType::kCapsuleResp:
      return tcp::kHeaderBytes + 12;
    default:
      return tcp::kHeaderBytes;  // CCCID of H2CData, C2HData and R2T.
  }
}

}  // namespace

bool Alteration::Concerns(PduType type, const Bytes& pdu) const {
  if (!fault_.of) return true;
  const std::size_t at = CidAt(type);
  if (pdu.size() < at + 2) return false;
  const auto found = commands_.find(LoadLittle<std::uint16_t>(ByteView(pdu).subspan(at)));
  return found != commands_.end() && fault_.of(found->second);
}

void Alteration::MendDigest(const tcp::PduHeader& header, Bytes& pdu) const {
  const std::size_t hlen = header.hlen;
  if (!header_digest_ || !CarriesDigest(header.type) || pdu.size() < hlen + 4) return;
  StoreLittle(MutableBytes(pdu).subspan(hlen), Crc32c(ByteView(pdu).first(hlen)));
}

Bytes Alteration::Pass(Bytes pdu) {
  const auto header = Decode<tcp::PduHeader>(ByteView(pdu).first<tcp::kHeaderBytes>());
  const bool struck = fault_.alter && header.type == fault_.type && Concerns(header.type, pdu) &&
                      ++seen_ >= fault_.from;
  if (struck) fault_.alter(pdu);
  if (struck && fault_.mend_digest) MendDigest(header, pdu);
  return pdu;
}

}  // namespace nvmf::conformance
