// Keep Alive, host on trial. (NVM Express Base, "Keep Alive", "Traffic Based Keep Alive Support")
#include <algorithm>
#include <string>
#include <utility>

#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "conformance/script/host_scene.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/fabrics.h"

namespace nvmf::conformance {
namespace {

// The host is to have a KATO that can be watched, and to stay until the case is over.
HostErrand Stay() {
  return {.kind = HostErrand::Kind::kStay,
          .patience = Duration(1'000),
          .kato = Duration(600),
          .stay = Duration(20'000)};
}

bool IsKeepAlive(const Sqe& sqe) {
  return static_cast<AdminOpcode>(sqe.opc) == AdminOpcode::kKeepAlive;
}

// MeetIdle serves the host until it asks what the controller is, and says how long its KATO is.
std::pair<ControllerPeer, Duration> MeetIdle(HostTrial& trial, std::uint32_t ctratt) {
  constexpr Duration kMost{8'000};
  trial.honest().kas = 1;
  trial.honest().ctratt = ctratt;
  ControllerPeer admin = ControllerPeer::Meet(trial, Stay());
  const Capsule connect = admin.ServeUntil(IsConnect);
  const Duration kato(ViewAs<ConnectCmd>(connect.sqe).kato);
  Require(kato.count() != 0, "the host asks for no Keep Alive");
  Require(kato <= kMost, "the host's KATO is longer than a case");
  admin.Answer(connect);
  admin.Answer(admin.ServeUntil(IsIdentify));
  return {std::move(admin), kato};
}

// IsHeardFrom: no KATO passes without a sign of life.
Verdict IsHeardFrom(HostTrial& trial, std::uint32_t ctratt) {
  auto [admin, kato] = MeetIdle(trial, ctratt);
  const Clock::time_point until = Clock::now() + 3 * kato;
  Clock::time_point heard = Clock::now();
  Others others(trial);
  while (heard < until) {
    const auto left = std::chrono::ceil<Duration>(heard + kato - Clock::now());
    const Event event = others.Next(admin, std::max(left, Duration(0)));
    if (event.kind == Event::Kind::kSilence) {
      return {kFail, "no sign of life for a KATO of " + std::to_string(kato.count()) + " ms"};
    }
    const Capsule capsule = admin.AsCapsule(event);
    admin.Answer(capsule);
    if (ctratt != 0 || IsKeepAlive(capsule.sqe)) heard = Clock::now();
  }
  return Pass();
}
Verdict KeepAliveInTime(HostTrial& trial) { return IsHeardFrom(trial, 0); }
Verdict AnythingInTime(HostTrial& trial) { return IsHeardFrom(trial, kCtrattTbkas); }

Verdict UnansweredIsTheEnd(HostTrial& trial) {
  auto [admin, kato] = MeetIdle(trial, 0);
  Others others(trial);
  while (true) {
    const Capsule capsule = admin.AsCapsule(others.Next(admin, trial.limits().step));
    if (IsKeepAlive(capsule.sqe)) break;
    admin.Answer(capsule);
  }
  const Deadline deadline = trial.Within(3 * kato + trial.limits().step);
  while (!deadline.passed()) {
    const Event event = others.Next(admin, kato);
    if (event.ended()) {
      const HostOutcome outcome = admin.FinishErrand();
      return Holds(!outcome.success, "the host's user was told that all went well");
    }
    // Whatever else it says is answered.
    if (event.kind == Event::Kind::kSilence) continue;
    const Capsule capsule = admin.AsCapsule(event);
    if (!IsKeepAlive(capsule.sqe)) admin.Answer(capsule);
  }
  return {kNonStrict, "the host keeps a controller that does not answer Keep Alive"};
}

constexpr Case kCases[] = {
    {.id = "KAH-01/keep-alive",
     .title = "A host that has nothing to do sends Keep Alive within each KATO",
     .script = KeepAliveInTime,
     .effects = Effects::kSafe},
    {.id = "KAH-01/traffic-counts",
     .title = "A host is heard from within each KATO where any command counts",
     .script = AnythingInTime,
     .effects = Effects::kSafe},
    {.id = "KAH-02/unanswered",
     .title = "A Keep Alive that is not answered ends the association",
     .script = UnansweredIsTheEnd},
};

}  // namespace

std::span<const Case> KahCases() { return kCases; }

}  // namespace nvmf::conformance
