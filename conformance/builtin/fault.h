// Fault: one way in which a controller is wrong, in what it says or in how it ends.
//
//   Fault fault{.name = "no LAST_PDU", .type = PduType::kC2HData, .alter = ClearLast};
//
// Threads   values; `alter` may be called by several connections at a time.
#ifndef CONFORMANCE_BUILTIN_FAULT_H_
#define CONFORMANCE_BUILTIN_FAULT_H_

#include <functional>
#include <string>

#include "conformance/wire/octets.h"
#include "nvmf/nvme/sqe.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::conformance {

// Alter changes a PDU, and may put more behind it or leave nothing of it.
using Alter = std::function<void(Bytes& pdu)>;
// Whose tells whether a command is of the sort that a fault is about.
using Whose = std::function<bool(const Sqe& sqe)>;

struct Fault {
  // Cause is what happens to one connection and ends all of them.
  enum class Cause : std::uint8_t { kNothing, kTermReq, kError, kHostLeft };

  std::string name = "";
  tcp::PduType type = tcp::PduType::kCapsuleResp;  // The PDUs that it alters,
  // of commands like this (null: of all); C2HData, R2T and CapsuleResp belong to one,
  Whose of = nullptr;
  unsigned from = 1;  // from so many of a connection on.
  Alter alter = nullptr;
  bool mend_digest = true;       // The header digest is made right again.
  bool speaks_first = false;     // Says an ICResp before it is asked.
  bool swallows_end = false;     // The controller's close never reaches the host.
  bool term_req_at_end = false;  // A C2HTermReq comes before the close.
  Cause ends_all = Cause::kNothing;
  // So many connections may be left before their Connect was answered; then it takes no more.
  unsigned most_lost = 0;  // 0: any number.
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_FAULT_H_
