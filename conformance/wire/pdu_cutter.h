// PduCutter cuts a stream of octets into PDUs by their PLEN, for whoever stands between two peers.
//
//   cutter.Put(octets);
//   while (auto pdu = cutter.Next()) ...
//   if (cutter.garbled()) ...                    // no PDU will come any more
//
// Shapes    a PLEN that frames nothing, or more than any case sends, ends the cutting for good.
// Threads   one at a time.
#ifndef CONFORMANCE_WIRE_PDU_CUTTER_H_
#define CONFORMANCE_WIRE_PDU_CUTTER_H_

#include <optional>

#include "conformance/wire/octets.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::conformance {

class PduCutter {
 public:
  void Put(ByteView octets) {
    if (!garbled_) so_far_.insert(so_far_.end(), octets.begin(), octets.end());
  }

  // Next returns the next PDU once all of it was put.
  std::optional<Bytes> Next() {
    if (garbled_ || so_far_.size() < tcp::kHeaderBytes) return std::nullopt;
    const auto header = Decode<tcp::PduHeader>(ByteView(so_far_).first<tcp::kHeaderBytes>());
    garbled_ = header.plen < tcp::kHeaderBytes || header.plen > kMostOctets;
    if (garbled_ || so_far_.size() < header.plen) return std::nullopt;
    Bytes pdu(so_far_.begin(), so_far_.begin() + header.plen);
    so_far_.erase(so_far_.begin(), so_far_.begin() + header.plen);
    return pdu;
  }

  // begun returns what is there of the next PDU.
  ByteView begun() const { return so_far_; }
  bool garbled() const { return garbled_; }

 private:
  static constexpr std::uint32_t kMostOctets = 32u << 20;
  Bytes so_far_;
  bool garbled_ = false;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_WIRE_PDU_CUTTER_H_
