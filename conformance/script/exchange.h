// Exchange: a command from its capsule to its completion, with everything that came in between.
//
// Shapes    `data` is what the C2HData PDUs carried, in order of arrival.
// Threads   values.
#ifndef CONFORMANCE_SCRIPT_EXCHANGE_H_
#define CONFORMANCE_SCRIPT_EXCHANGE_H_

#include <vector>

#include "conformance/wire/octets.h"
#include "conformance/wire/received.h"
#include "nvmf/nvme/sqe.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::conformance {

struct Exchange {
  Sqe sqe = {};
  Bytes out = {};  // Data to the controller, for its R2Ts.
  bool done = false;
  Cqe cqe = {};             // Once done; all zero but CID when `by_success`.
  bool by_success = false;  // Completed by SUCCESS in the last C2HData, without a CapsuleResp.
  Bytes data = {};
  std::vector<Received> c2h = {};
  std::vector<tcp::R2T> r2ts = {};
  std::uint64_t asked = 0;  // Octets that R2Ts have asked for.
  bool last_seen = false;   // LAST_PDU of C2HData.

  bool ok() const { return done && cqe.status().ok(); }
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_EXCHANGE_H_
