// Interposer: a right controller made wrong on the wire. It stands between a scripted host and a
// controller, passes on what the host says, and lets a Fault at every PDU of the controller.
//
//   Interposer wrong(right, {.name = "no LAST_PDU", .alter = ClearLast});
//
// The header digest is made right again after a fault, unless the fault forbids it, so that a fault
// in a field is not just a digest error.
//
// Threads   one per connection. The destructor waits for them; each ends when the host closes.
#ifndef CONFORMANCE_BUILTIN_INTERPOSER_H_
#define CONFORMANCE_BUILTIN_INTERPOSER_H_

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "conformance/builtin/epidemic.h"
#include "conformance/builtin/fault.h"
#include "conformance/script/device.h"

namespace nvmf::conformance {

class Interposer : public ControllerDut {
 public:
  Interposer(ControllerDut& right, Fault fault) : right_(right), fault_(std::move(fault)) {}

  Result<int> Dial(Deadline deadline) override;
  std::string name() const override { return fault_.name; }
  std::string subnqn() const override { return right_.subnqn(); }
  Result<> Make(Change change) override { return right_.Make(change); }
  bool changeable() const override { return right_.changeable(); }

 private:
  ControllerDut& right_;
  Fault fault_;
  Epidemic epidemic_;  // Outlives the threads.
  std::vector<std::jthread> threads_;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_INTERPOSER_H_
