// Manners: what every host may send to any controller. Whole PDUs in their order, each as the
// suite would have it of a host on trial; nothing that ends the connection by force.
//
//   Manners manners;
//   if (const auto wrong = manners.Inspect(bytes, negotiated)) ...     // "PLEN 132 is out of
//   range"
//
// Threads   one per connection.
// Source    NVMe/TCP, "PDU Structure", "Connection Establishment".
#ifndef CONFORMANCE_SCRIPT_MANNERS_H_
#define CONFORMANCE_SCRIPT_MANNERS_H_

#include <optional>
#include <string>

#include "conformance/wire/negotiated.h"
#include "conformance/wire/octets.h"
#include "conformance/wire/pdu_cutter.h"

namespace nvmf::conformance {

class Manners {
 public:
  // Inspect says what is wrong with octets about to be sent, any part of the stream.
  std::optional<std::string> Inspect(ByteView bytes, const Negotiated& negotiated);

 private:
  static std::optional<std::string> InspectHeader(const tcp::PduHeader& header);
  std::optional<std::string> InspectPdu(Bytes pdu, const Negotiated& negotiated);

  PduCutter cutter_;
  bool greeted_ = false;  // The ICReq has gone by.
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_MANNERS_H_
