// HostPump moves the octets of one connection between a right host and the scripted controller,
// with a HostFault at work on them, until both ends have closed or it is stopped.
//
//   HostPump(fault, admin, std::move(host), std::move(trial), stop).Run();
//
// Threads   Run blocks; `stop` ends it from elsewhere, by the close of its other end.
// Lifetime  borrows the fault.
#ifndef CONFORMANCE_BUILTIN_HOST_PUMP_H_
#define CONFORMANCE_BUILTIN_HOST_PUMP_H_

#include <array>
#include <memory>

#include "conformance/builtin/alteration.h"
#include "conformance/builtin/host_fault.h"
#include "conformance/builtin/imagined_controller.h"
#include "conformance/wire/connection.h"
#include "conformance/wire/pdu_cutter.h"

namespace nvmf::conformance {

class HostPump {
 public:
  HostPump(const HostFault& fault, bool admin, Connection host, Connection trial,
           std::shared_ptr<const Connection> stop);

  void Run() {
    while (open_) Step();
  }

 private:
  void Step();
  void FromHost();
  void FromTrial();
  void Pass(Bytes pdu);
  void AtHostsEnd();
  bool deaf() const { return said_ >= deaf_from_; }

  const HostFault& fault_;
  const bool altered_;  // This connection is one of those on which it says what is wrong.
  const unsigned deaf_from_;
  const unsigned mute_from_;
  Alteration alteration_;
  ImaginedController imagined_{};
  Connection host_;
  Connection trial_;
  std::shared_ptr<const Connection> stop_;
  bool open_ = true;
  bool host_ended_ = false;
  bool trial_ended_ = false;
  bool welcomed_ = false;  // The ICResp has gone by.
  unsigned said_ = 0;
  PduCutter from_host_{};
  PduCutter from_trial_{};
  std::array<std::byte, 65536> room_{};
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_HOST_PUMP_H_
