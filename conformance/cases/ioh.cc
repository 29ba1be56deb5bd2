// Commands on blocks and what becomes of those that fail, host on trial. (NVMe/TCP, "Data
// Transfer"; NVM Express Base, "Completion Queue Entry: Status Field")
#include <algorithm>
#include <string>

#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "conformance/script/host_scene.h"
#include "nvmf/nvme/nvm.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

// FaultOf tells what is wrong with a command on blocks and its descriptor.
std::optional<std::string> FaultOf(HostTrial& trial, const Sqe& sqe, std::uint64_t most) {
  const bool write = IsWrite(sqe);
  const Sgl& sgl = sqe.sgl1;
  const std::uint64_t octets = NvmCmd(sqe).bytes(HonestController::kBlock);
  const bool in_capsule = sgl.type == Sgl::kInCapsule;
  if (sqe.psdt() != 1) return "PSDT is not 01b";
  if (sqe.mptr != 0) return "MPTR is not 0";
  if (sgl.length != octets) return "the SGL is not of the length of the blocks";
  if (sgl.address != 0) return "the SGL address is not 0";
  if (octets > most) return "more is asked for than MDTS allows";
  if (!in_capsule && sgl.type != Sgl::kTransport) return "the SGL is of another type";
  if (in_capsule && !write) return "a Read has its data in the capsule";
  if (in_capsule && octets > trial.honest().in_capsule) {
    return "the capsule is larger than IOCCSZ";
  }
  return std::nullopt;
}

// InForm judges all commands on blocks of an errand. `may_refuse`: the host may also do none.
Verdict InForm(HostTrial& trial, const HostErrand& errand, std::uint64_t most,
               bool may_refuse = false) {
  ControllerPeer admin = ControllerPeer::Meet(trial, errand);
  ControllerPeer io = admin.ServeUntilIoQueue();
  HostScene scene{.admin = std::move(admin), .io = std::move(io), .command = {}};
  const std::optional<HostOutcome> outcome = scene.Finish();
  bool any = false;
  for (const Capsule& capsule : scene.io.heard()) {
    if (!IsRead(capsule.sqe) && !IsWrite(capsule.sqe)) continue;
    any = true;
    if (const auto fault = FaultOf(trial, capsule.sqe, most)) return {kFail, *fault};
  }
  const bool refused = may_refuse && outcome && !outcome->success;
  return Holds(any || refused, "no command on blocks came");
}
constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

Verdict ReadsAreInForm(HostTrial& trial) { return InForm(trial, Reads(16384), kNoLimit); }
Verdict WritesInCapsuleAreInForm(HostTrial& trial) {
  return InForm(trial, Writes(HonestController::kInCapsule), kNoLimit);
}
Verdict SolicitedWritesAreInForm(HostTrial& trial) {
  return InForm(trial, Writes(2 * HonestController::kInCapsule), kNoLimit);
}
// A capsule takes 4 KiB only.
Verdict SmallCapsules(HostTrial& trial) {
  trial.honest().in_capsule = 4096;
  return InForm(trial, Writes(8192), kNoLimit);
}
Verdict KeepsToMdts(HostTrial& trial) {
  trial.honest().mdts = 1;
  return InForm(trial, Reads(65536, 1), 2 * 4096, true);
}

// --- Failed commands ---

// Reported: the host's user hears that the command failed.
Verdict Reported(HostScene& scene) {
  const std::optional<HostOutcome> outcome = scene.Finish();
  return Holds(!outcome || !outcome->success, "the host's user was told that all went well");
}
template <StatusCode kCode>
Verdict NotRetried(HostTrial& trial) {
  HostScene scene = MeetRead(trial, Reads(4096, 1));
  const std::size_t before = scene.io.heard().size();
  scene.io.Complete(scene.cid(), Status(kCode, true));
  if (auto bad = Bad(Reported(scene))) return *bad;
  const auto& heard = scene.io.heard();
  const bool again = std::any_of(heard.begin() + static_cast<std::ptrdiff_t>(before), heard.end(),
                                 [](const Capsule& capsule) { return IsRead(capsule.sqe); });
  return again ? Verdict{kNonStrict, "the host tries again what it should not"} : Pass();
}
template <StatusCode kCode>
Verdict MayBeRetried(HostTrial& trial) {
  HostScene scene = MeetRead(trial, Reads(4096, 1));
  const std::size_t before = scene.io.heard().size();
  scene.io.Complete(scene.cid(), Status(kCode));
  const std::optional<HostOutcome> outcome = scene.Finish();
  if (!outcome) return {kNonStrict, "the host gives up the connection"};
  const bool again = scene.io.heard().size() > before;
  if (!again) {
    if (outcome->success) return {kFail, "the host's user was told that all went well"};
    return {kNonStrict, "the host leaves it to its user to try again"};
  }
  if (!outcome->success)
    return {kFail, "the second try succeeded, and the user was told of failure"};
  return Holds(outcome->data == scene.Truth(), "the user got other octets");
}

// The host is told nothing until its patience is over; what is said after that is late.
Verdict UnansweredIsGivenUp(HostTrial& trial) {
  Require(trial.dut().obeys_patience(), "the host waits longer than a case lasts");
  HostErrand errand = Reads(4096, 1);
  errand.patience = Duration(200);
  HostScene scene = MeetRead(trial, errand);
  if (!scene.io.NextWithin(trial.limits().step).ended()) {
    return {kNonStrict, "the host does not give up"};
  }
  const std::string late(4096, 'L');
  scene.io.SendData(scene.cid(), std::as_bytes(std::span(late)), 0, true);
  scene.io.Complete(scene.cid());
  return Reported(scene);
}

constexpr Case kCases[] = {
    {.id = "IOH-01/read",
     .title = "Reads name their blocks and the room for them alike",
     .script = ReadsAreInForm,
     .effects = Effects::kSafe},
    {.id = "IOH-01/write-in-capsule",
     .title = "Writes that fit in a capsule describe their data as they stand there",
     .script = WritesInCapsuleAreInForm,
     .effects = Effects::kSafe},
    {.id = "IOH-01/write-solicited",
     .title = "Writes that fit in no capsule describe data that are to be asked for",
     .script = SolicitedWritesAreInForm,
     .effects = Effects::kSafe},
    {.id = "IOH-01/ioccsz",
     .title = "A capsule does not exceed what IOCCSZ allows",
     .script = SmallCapsules,
     .effects = Effects::kSafe},
    {.id = "IOH-01/mdts",
     .title = "No command asks for more than MDTS allows",
     .script = KeepsToMdts,
     .effects = Effects::kSafe},
    {.id = "IOH-02/out-of-range",
     .title = "A Read that is out of range for good is not tried again",
     .script = NotRetried<kLbaOutOfRange>},
    {.id = "IOH-02/ana-transition-dnr",
     .title = "A Read that a path refuses for good is not tried again there",
     .script = NotRetried<kAnaTransition>},
    {.id = "IOH-02/transport-error",
     .title = "A Read that met a transient transport error may be tried again",
     .script = MayBeRetried<kTransientTransportError>},
    {.id = "IOH-02/interrupted",
     .title = "A Read that was interrupted may be tried again",
     .script = MayBeRetried<kCommandInterrupted>},
    {.id = "IOH-03/unanswered",
     .title = "A Read that is not answered is given up, and a late answer does no harm",
     .script = UnansweredIsGivenUp},
};

}  // namespace

std::span<const Case> IohCases() { return kCases; }

}  // namespace nvmf::conformance
