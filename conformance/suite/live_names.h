// LiveNames puts today's names into octets that were recorded on another day: the CNTLID and the
// TTAGs that a controller gives out are new each time.
//
//   LiveNames names;
//   names.Learn(connection, recorded_pdu, live_pdu);      // both answers of the controller
//   Bytes now = names.Rename(connection, recorded_octets);
//
// Shapes    one PDU at a time; octets that do not begin with a whole Connect capsule or H2CData
//           header stay as they are. A digest that was right is right again; one that was wrong
//           stays as it was.
// Threads   one at a time.
#ifndef CONFORMANCE_SUITE_LIVE_NAMES_H_
#define CONFORMANCE_SUITE_LIVE_NAMES_H_

#include <cstdint>
#include <map>
#include <utility>

#include "conformance/wire/octets.h"

namespace nvmf::conformance {

class LiveNames {
 public:
  void Learn(unsigned connection, ByteView recorded, ByteView live);
  Bytes Rename(unsigned connection, Bytes octets) const;

 private:
  using Tag = std::pair<unsigned, std::uint16_t>;  // Connection and recorded TTAG.
  std::map<std::uint16_t, std::uint16_t> cntlids_;
  std::map<Tag, std::uint16_t> ttags_;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_LIVE_NAMES_H_
