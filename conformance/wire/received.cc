#include "conformance/wire/received.h"

#include <utility>

#include "conformance/wire/pdu_text.h"
#include "nvmf/base/crc32c.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;

bool CarriesNoDigest(PduType type) {
  return type == PduType::kIcReq || type == PduType::kIcResp || type == PduType::kH2CTermReq ||
         type == PduType::kC2HTermReq;
}

std::uint32_t DigestAt(ByteView bytes, std::size_t at) {
  return LoadLittle<std::uint32_t>(bytes.subspan(at, tcp::kDigestBytes));
}

// MeasureDigests fills in the digests that the negotiation puts into this PDU.
void MeasureDigests(Received& pdu, const Negotiated& negotiated) {
  if (CarriesNoDigest(pdu.header.type)) return;
  const ByteView bytes(pdu.bytes);
  const std::size_t hlen = pdu.header.hlen;
  if (negotiated.header_digest && bytes.size() >= hlen + tcp::kDigestBytes) {
    pdu.hdgst = {DigestAt(bytes, hlen), Crc32c(bytes.first(hlen))};
  }
  pdu.data_digest = negotiated.data_digest;
  const ByteView data = pdu.payload();
  if (negotiated.data_digest && !data.empty()) {
    pdu.ddgst = {DigestAt(bytes, bytes.size() - tcp::kDigestBytes), Crc32c(data)};
  }
}

}  // namespace

ByteView Received::payload() const {
  const ByteView all(bytes);
  const bool term = header.type == PduType::kH2CTermReq || header.type == PduType::kC2HTermReq;
  const bool may = term || header.type == PduType::kCapsuleCmd ||
                   header.type == PduType::kH2CData || header.type == PduType::kC2HData;
  const std::size_t begin = term ? header.hlen : header.pdo;
  const std::size_t tail = data_digest ? tcp::kDigestBytes : 0;
  if (!may || begin == 0 || begin > all.size() || tail > all.size() - begin) return {};
  return all.subspan(begin, all.size() - begin - tail);
}

Received Measured(Bytes bytes, const Negotiated& negotiated) {
  Received pdu;
  pdu.header = Decode<tcp::PduHeader>(ByteView(bytes).first<tcp::kHeaderBytes>());
  pdu.bytes = std::move(bytes);
  MeasureDigests(pdu, negotiated);
  return pdu;
}

std::string Event::Text() const {
  const std::string rest =
      pdu.bytes.empty() ? "" : " after " + std::to_string(pdu.bytes.size()) + " octets of a PDU";
  switch (kind) {
    case Kind::kPdu:
      return PduText(pdu.bytes);
    case Kind::kGarbage:
      return "octets that are no PDU: " + PduText(pdu.bytes);
    case Kind::kFin:
      return "close (FIN)" + rest;
    case Kind::kReset:
      return "close (RST)" + rest;
    case Kind::kSilence:
      return "nothing" + rest;
  }
  return "";
}

std::optional<Event::Kind> PduReader::Collect(Connection& connection, std::size_t until,
                                              Deadline deadline) {
  std::array<std::byte, 65536> room;
  while (so_far_.size() < until) {
    const MutableBytes want =
        MutableBytes(room).first(std::min(room.size(), until - so_far_.size()));
    const Result<std::size_t> got = connection.Receive(want, deadline);
    if (got) {
      so_far_.insert(so_far_.end(), room.begin(), room.begin() + static_cast<long>(*got));
      continue;
    }
    switch (got.error().code) {
      case Code::kTimeout:
        return Event::Kind::kSilence;
      case Code::kClosed:
        return Event::Kind::kFin;
      default:
        return Event::Kind::kReset;
    }
  }
  return std::nullopt;
}

Event PduReader::Next(Connection& connection, const Negotiated& negotiated, Deadline deadline) {
  Event event;
  const auto stop = [&](Event::Kind kind) {
    event.kind = kind;
    event.pdu.bytes = so_far_;
    if (kind != Event::Kind::kSilence) so_far_.clear();
    return event;
  };
  if (const auto end = Collect(connection, tcp::kHeaderBytes, deadline)) return stop(*end);
  const auto header = Decode<tcp::PduHeader>(ByteView(so_far_).first<tcp::kHeaderBytes>());
  event.pdu.header = header;
  const std::size_t plen = header.plen;
  if (plen < tcp::kHeaderBytes || plen > kMaxPdu) return stop(Event::Kind::kGarbage);
  if (const auto end = Collect(connection, plen, deadline)) return stop(*end);
  event.kind = Event::Kind::kPdu;
  event.pdu = Measured(std::move(so_far_), negotiated);
  so_far_.clear();
  return event;
}

}  // namespace nvmf::conformance
