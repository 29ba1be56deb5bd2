// ControllerTrial: a case under way with a controller on trial.
//
// Lifetime  borrows the device.
// Threads   one at a time.
#ifndef CONFORMANCE_SCRIPT_CONTROLLER_TRIAL_H_
#define CONFORMANCE_SCRIPT_CONTROLLER_TRIAL_H_

#include <string>

#include "conformance/script/claims.h"
#include "conformance/script/device.h"
#include "conformance/script/guard.h"
#include "conformance/script/trial.h"
#include "nvmf/nvme/nqn.h"

namespace nvmf::conformance {

// HostIdentity is who the scripted host says it is.
struct HostIdentity {
  std::string hostnqn = "nqn.2014-08.org.nvmexpress:uuid:9f3c1b52-6a0e-4d6c-8b57-c0f0a7e1d001";
  HostId hostid = {std::byte{0x9f}, std::byte{0x3c}, std::byte{0x1b}, std::byte{0x52}};
};

// Bench is what all trials of one controller share.
struct Bench {
  ControllerDut& dut;
  HostIdentity identity = {};
  Grant grant = {};
  ControllerClaims claims = {};
  Limits limits = {};
};

class ControllerTrial : public Trial {
 public:
  explicit ControllerTrial(const Bench& bench) : Trial(bench.limits), bench_(bench) {}

  ControllerDut& dut() const { return bench_.dut; }
  const ControllerClaims& claims() const { return bench_.claims; }
  const Grant& grant() const { return bench_.grant; }
  const HostIdentity& identity() const { return bench_.identity; }

 private:
  const Bench& bench_;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_CONTROLLER_TRIAL_H_
