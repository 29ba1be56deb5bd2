// Interposer: a right controller made wrong on the wire. It stands between a scripted host and a
// controller, passes on what the host says, and lets a Fault at every PDU of the controller.
//
//   Interposer wrong(right, {.name = "no LAST_PDU", .alter = ClearLast});
//
// The header digest is made right again after a fault, unless the fault forbids it, so that a fault
// in a field is not just a digest error.
//
// Threads   one per connection. The destructor waits for them; each ends when the host closes.
#ifndef CONFORMANCE_TESTING_INTERPOSER_H_
#define CONFORMANCE_TESTING_INTERPOSER_H_

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "conformance/script/device.h"
#include "conformance/wire/connection.h"
#include "nvmf/nvme/sqe.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::conformance {

struct Fault {
  // Alter changes a PDU, and may put more behind it or leave nothing of it.
  using Alter = std::function<void(Bytes& pdu)>;

  std::string name;
  tcp::PduType type = tcp::PduType::kCapsuleResp;  // The PDUs that it alters,
  // of commands like this (null: of all); C2HData, R2T and CapsuleResp belong to one,
  std::function<bool(const Sqe& sqe)> of = nullptr;
  unsigned from = 1;  // from so many of a connection on.
  Alter alter = nullptr;
  bool mend_digest = true;
  bool speaks_first = false;     // Says an ICResp before it is asked.
  bool swallows_end = false;     // The controller's close never reaches the host.
  bool term_req_at_end = false;  // A C2HTermReq comes before the close.
};

class Interposer : public ControllerDut {
 public:
  Interposer(ControllerDut& right, Fault fault) : right_(right), fault_(std::move(fault)) {}

  Result<int> Dial(Deadline deadline) override;
  std::string name() const override { return fault_.name; }
  std::string subnqn() const override { return right_.subnqn(); }

 private:
  ControllerDut& right_;
  Fault fault_;
  std::vector<std::jthread> threads_;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_TESTING_INTERPOSER_H_
