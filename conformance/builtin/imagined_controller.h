// ImaginedController is what a host hears that does not listen: the answers of an honest controller
// to what the host said, PDU by PDU, whatever is really said to it.
//
//   Bytes answer = imagined.Answer(pdu);     // empty where nothing is due
//
// It hears all of a connection, also while its answers are not used, so that it can begin anywhere.
//
// Threads   one at a time.
#ifndef CONFORMANCE_BUILTIN_IMAGINED_CONTROLLER_H_
#define CONFORMANCE_BUILTIN_IMAGINED_CONTROLLER_H_

#include <cstdint>

#include "conformance/script/honest_controller.h"
#include "conformance/wire/negotiated.h"
#include "conformance/wire/octets.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::conformance {

class ImaginedController {
 public:
  // Answer takes a whole, right PDU of the host.
  Bytes Answer(ByteView pdu);
  // Settle takes over what the real controller granted.
  void Settle(const tcp::IcResp& granted) { negotiated_.Settle(asked_, granted); }

  const Negotiated& negotiated() const { return negotiated_; }
  bool admin() const { return admin_; }

 private:
  Bytes Welcome(const tcp::IcReq& asked);
  Bytes Take(const Sqe& sqe, ByteView data);
  Bytes TakeData(ByteView data);
  Bytes CarryOut(const Sqe& sqe, ByteView data);
  void Admit(const Sqe& connect);

  HonestController honest_;
  tcp::IcReq asked_ = {};
  Negotiated negotiated_ = {};
  bool admin_ = true;
  std::uint32_t slots_ = 0;  // Of the submission queue.
  std::uint16_t sqhd_ = 0;
  Sqe asking_ = {};  // The command whose data were asked for,
  Bytes got_ = {};   // and what has come of them.
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_IMAGINED_CONTROLLER_H_
