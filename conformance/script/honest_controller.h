// HonestController answers commands as a plain controller with one namespace of RAM would. It is
// what a scripted controller does while nothing is on trial; it knows commands, not the transport.
//
//   HonestController honest;
//   HonestController::Reply reply = honest.Answer(sqe, data);   // a completion, and data to the
//   host
//
// Shapes    one namespace, NSID 1, kBlocks blocks of kBlock octets.
// Errors    none: what it does not know it answers with an error status.
// Threads   one at a time.
// Source    NVM Express Base, "Fabrics Command Set", "Admin Command Set"; NVM Command Set.
#ifndef CONFORMANCE_SCRIPT_HONEST_CONTROLLER_H_
#define CONFORMANCE_SCRIPT_HONEST_CONTROLLER_H_

#include <cstdint>

#include "conformance/script/device.h"
#include "conformance/wire/octets.h"
#include "nvmf/nvme/nqn.h"
#include "nvmf/nvme/property.h"
#include "nvmf/nvme/sqe.h"

namespace nvmf::conformance {

class HonestController {
 public:
  static constexpr std::uint16_t kCntlid = 1;
  static constexpr std::uint32_t kBlock = 512;
  static constexpr std::uint64_t kBlocks = 4096;
  static constexpr std::uint32_t kInCapsule = 8192;

  struct Reply {
    Cqe cqe;
    Bytes data = {};          // For the host.
    bool keep_quiet = false;  // Not to be answered: an event that never comes.
  };

  HonestController() : media_(kBlock * kBlocks) {}

  // Answer carries out a command; `data` is what the host sent along. `admin` names the queue.
  Reply Answer(const Sqe& sqe, ByteView data, bool admin);

  // Set before the host asks: what the scripted controller claims.
  std::uint32_t in_capsule = kInCapsule;
  std::uint8_t mdts = 0;
  std::uint16_t max_entries = 128;
  std::uint16_t cntlid = kCntlid;
  std::uint16_t kas = 10;  // 100 ms units.
  std::uint32_t ctratt = 0;
  bool discovery = false;  // It is a discovery controller, with this log.
  Bytes discovery_log = {};
  bool grants_no_flow_control = true;  // To a Connect that asks for it.

  MutableBytes media() { return media_; }
  MutableBytes media_of_errand() { return media().subspan(HostErrand::kFirstBlock * kBlock); }

 private:
  Reply Fabrics(const Sqe& sqe, ByteView data);
  Reply Admin(const Sqe& sqe);
  Reply Io(const Sqe& sqe, ByteView data);
  Bytes IdentifyPage(const Sqe& sqe) const;
  Bytes LogPart(const Sqe& sqe) const;

  NqnField subnqn_{};  // As the last Connect named it.
  std::uint32_t cc_ = 0;
  Bytes media_;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_HONEST_CONTROLLER_H_
