#include "conformance/suite/live_names.h"

#include <algorithm>
#include <optional>

#include "conformance/wire/digests.h"
#include "nvmf/base/bytes.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::conformance {
namespace {

using tcp::PduHeader;
using tcp::PduType;

// HeaderOf returns the header of a PDU that lies whole in `octets`, of the given type.
std::optional<PduHeader> HeaderOf(ByteView octets, PduType type, std::size_t size) {
  if (octets.size() < size) return std::nullopt;
  const auto header = Decode<PduHeader>(octets.first<PduHeader::kSize>());
  const bool whole = header.plen <= octets.size() && header.plen >= size && header.hlen == size;
  return header.type == type && whole ? std::optional(header) : std::nullopt;
}

template <class P>
std::optional<P> As(ByteView octets) {
  if (!HeaderOf(octets, P::kType, P::kSize)) return std::nullopt;
  return Decode<P>(octets.first<P::kSize>());
}

// Renewal makes digests right again that were right when it was made.
class Renewal {
 public:
  explicit Renewal(MutableBytes pdu) : pdu_(pdu) {
    const DigestPlaces places = FindDigests(pdu);
    if (places.hdgst && places.hdgst->IsRight(pdu)) right_.hdgst = places.hdgst;
    if (places.ddgst && places.ddgst->IsRight(pdu)) right_.ddgst = places.ddgst;
  }
  void Renew() {
    if (right_.hdgst) right_.hdgst->Renew(pdu_);
    if (right_.ddgst) right_.ddgst->Renew(pdu_);
  }

 private:
  MutableBytes pdu_;
  DigestPlaces right_{};
};

}  // namespace

void LiveNames::Learn(unsigned connection, ByteView recorded, ByteView live) {
  const auto r2t = As<tcp::R2T>(recorded);
  const auto r2t_now = As<tcp::R2T>(live);
  if (r2t && r2t_now) ttags_[{connection, r2t->ttag}] = r2t_now->ttag;
  const auto response = As<tcp::CapsuleResp>(recorded);
  const auto response_now = As<tcp::CapsuleResp>(live);
  // The CNTLID comes in DW0 of the first completion of an admin queue: that of the Connect.
  if (!response || !response_now) return;
  const auto was = static_cast<std::uint16_t>(response->cqe.dw0);
  const auto is = static_cast<std::uint16_t>(response_now->cqe.dw0);
  if (was != 0 && is != 0) cntlids_.try_emplace(was, is);
}

Bytes LiveNames::Rename(unsigned connection, Bytes octets) const {
  if (const auto h2c = As<tcp::H2CData>(octets)) {
    const auto ttag = ttags_.find({connection, h2c->ttag});
    if (ttag == ttags_.end()) return octets;
    Renewal digests(octets);
    StoreLittle(MutableBytes(octets).subspan(10), ttag->second);
    digests.Renew();
    return octets;
  }
  const auto header = HeaderOf(octets, PduType::kCapsuleCmd, tcp::CapsuleCmd::kSize);
  if (!header || header->pdo < header->hlen || header->pdo + ConnectData::kSize > header->plen) {
    return octets;
  }
  const auto command = Decode<tcp::CapsuleCmd>(ByteView(octets).first<tcp::CapsuleCmd::kSize>());
  const bool connect = command.sqe.opc == kFabricsOpcode &&
                       command.sqe.fctype() == static_cast<std::uint8_t>(FabricsType::kConnect);
  const MutableBytes field = MutableBytes(octets).subspan(header->pdo + 16, 2);
  const auto cntlid = cntlids_.find(LoadLittle<std::uint16_t>(field));
  if (!connect || cntlid == cntlids_.end()) return octets;
  Renewal digests(octets);
  StoreLittle(field, cntlid->second);
  digests.Renew();
  return octets;
}

}  // namespace nvmf::conformance
