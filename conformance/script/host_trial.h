// HostTrial: a case under way with a host on trial.
//
// Lifetime  borrows the device. Ending the trial stops the host.
// Threads   one at a time.
#ifndef CONFORMANCE_SCRIPT_HOST_TRIAL_H_
#define CONFORMANCE_SCRIPT_HOST_TRIAL_H_

#include "conformance/script/device.h"
#include "conformance/script/honest_controller.h"
#include "conformance/script/trial.h"

namespace nvmf::conformance {

class HostTrial : public Trial {
 public:
  HostTrial(const Limits& limits, HostDut& dut) : Trial(limits), dut_(dut) {}
  ~HostTrial() { dut_.Stop(); }
  HostTrial(const HostTrial&) = delete;
  HostTrial& operator=(const HostTrial&) = delete;

  HostDut& dut() const { return dut_; }
  // honest is the controller behind all connections of the case.
  HonestController& honest() { return honest_; }

 private:
  HostDut& dut_;
  HonestController honest_;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_HOST_TRIAL_H_
