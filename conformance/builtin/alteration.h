// Alteration: a Fault at work on what one end of a connection says.
//
//   Alteration alteration(fault);
//   alteration.Note(command);                  // each that went by, to know whose an answer is
//   connection.Send(alteration.Pass(pdu), deadline);
//
// The header digest is made right again after a fault, unless the fault forbids it, so that a fault
// in a field is not just a digest error.
//
// Threads   one at a time.
// Lifetime  borrows the fault.
#ifndef CONFORMANCE_BUILTIN_ALTERATION_H_
#define CONFORMANCE_BUILTIN_ALTERATION_H_

#include <cstdint>
#include <map>

#include "conformance/builtin/fault.h"

namespace nvmf::conformance {

class Alteration {
 public:
  explicit Alteration(const Fault& fault) : fault_(fault) {}

  void Note(const Sqe& command) { commands_[command.cid] = command; }
  void set_header_digest(bool on) { header_digest_ = on; }
  // Pass returns what becomes of a whole PDU.
  Bytes Pass(Bytes pdu);

 private:
  bool Concerns(tcp::PduType type, const Bytes& pdu) const;
  void MendDigest(const tcp::PduHeader& header, Bytes& pdu) const;

  const Fault& fault_;
  bool header_digest_ = false;
  unsigned seen_ = 0;
  std::map<std::uint16_t, Sqe> commands_;  // By CID.
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_ALTERATION_H_
