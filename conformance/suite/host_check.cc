#include "conformance/suite/host_check.h"

#include <string>

#include "conformance/script/controller_peer.h"
#include "nvmf/nvme/connect_response.h"

namespace nvmf::conformance {
namespace {

Verdict Check(const Limits& limits, HostDut& dut, Verdict (*check)(HostTrial&)) {
  HostTrial trial(limits, dut);
  try {
    return check(trial);
  } catch (const Unmet& unmet) {
    return {kDown, unmet.verdict.message};
  }
}

}  // namespace

Verdict CheckHostAlive(const Limits& limits, HostDut& dut) {
  return Check(limits, dut, [](HostTrial& trial) -> Verdict {
    ControllerPeer admin = ControllerPeer::Meet(trial, {});
    admin.IcExchange();
    (void)admin.ServeToEnd();
    const HostOutcome outcome = admin.FinishErrand();
    if (!outcome.success) return {kDown, "an honest controller does not suit it: " + outcome.text};
    return Pass();
  });
}

Verdict CheckHostTells(const Limits& limits, HostDut& dut) {
  return Check(limits, dut, [](HostTrial& trial) -> Verdict {
    ControllerPeer admin = ControllerPeer::Meet(trial, {});
    const Capsule connect = admin.ServeUntil(IsConnect);
    admin.Complete(connect.sqe.cid, Status(StatusCode::kConnectInvalidParameters, true),
                   InvalidConnectData("subnqn"));
    (void)admin.ServeToEnd();
    if (!admin.FinishErrand().success) return Pass();
    return {kBlocked, "it tells of a success although its Connect was refused"};
  });
}

}  // namespace nvmf::conformance
