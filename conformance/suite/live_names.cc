#include "conformance/suite/live_names.h"

#include <algorithm>
#include <optional>

#include "nvmf/base/bytes.h"
#include "nvmf/base/crc32c.h"
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

// The two digests of a PDU, and whether they are right.
class Digests {
 public:
  explicit Digests(MutableBytes pdu)
      : pdu_(pdu), header_(Decode<PduHeader>(ByteView(pdu).first<PduHeader::kSize>())) {
    const std::size_t digest = (header_.flags & tcp::kHdgstf) != 0 ? tcp::kDigestBytes : 0;
    if (digest != 0 && header_.hlen + digest <= header_.plen) hdgst_ = Part{0, header_.hlen};
    const bool ddgst = (header_.flags & tcp::kDdgstf) != 0;
    const std::size_t end = header_.plen - tcp::kDigestBytes;
    if (ddgst && header_.pdo >= header_.hlen && header_.pdo < end) {
      ddgst_ = Part{header_.pdo, end - header_.pdo};
    }
    hdgst_right_ = hdgst_ && IsRight(*hdgst_);
    ddgst_right_ = ddgst_ && IsRight(*ddgst_);
  }

  // Renew computes anew those that were right.
  void Renew() {
    if (hdgst_right_) Store(*hdgst_);
    if (ddgst_right_) Store(*ddgst_);
  }

 private:
  struct Part {
    std::size_t at = 0;
    std::size_t size = 0;
  };
  std::uint32_t Computed(const Part& part) const {
    return Crc32c(pdu_.subspan(part.at, part.size));
  }
  bool IsRight(const Part& part) const {
    return LoadLittle<std::uint32_t>(pdu_.subspan(part.at + part.size)) == Computed(part);
  }
  void Store(const Part& part) { StoreLittle(pdu_.subspan(part.at + part.size), Computed(part)); }

  MutableBytes pdu_;
  PduHeader header_;
  std::optional<Part> hdgst_{};
  std::optional<Part> ddgst_{};
  bool hdgst_right_ = false;
  bool ddgst_right_ = false;
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
    Digests digests(octets);
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
  Digests digests(octets);
  StoreLittle(field, cntlid->second);
  digests.Renew();
  return octets;
}

}  // namespace nvmf::conformance
