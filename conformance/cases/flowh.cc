// Submission queue flow control, host on trial. (NVM Express Base, "Submission Queue Flow Control")
#include <vector>

#include "conformance/cases/cases.h"
#include "conformance/script/host_scene.h"
#include "nvmf/nvme/fabrics.h"

namespace nvmf::conformance {
namespace {

// A host that has more to do than a queue of eight entries takes.
HostErrand Crowd(bool no_flow_control) {
  HostErrand errand = Reads(512, 40);
  errand.entries = 8;
  errand.at_once = true;
  errand.no_flow_control = no_flow_control;
  return errand;
}

// HoldBack lets commands come until no more come, and only then answers. A host that never fills
// the queue shows little.
Verdict HoldBack(HostScene& scene, std::uint32_t most) {
  std::vector<Capsule> held = {scene.command};
  while (true) {
    const Event event = scene.io.NextWithin(scene.io.trial().limits().quiet);
    if (event.kind == Event::Kind::kSilence) break;
    held.push_back(scene.io.AsCapsule(event));
  }
  const std::string count = std::to_string(held.size()) + " commands outstanding";
  if (held.size() > most) return {kFail, count + ", SQSIZE is " + std::to_string(most)};
  for (const Capsule& capsule : held) scene.io.Answer(capsule);
  if (Verdict end = ExpectGoodEnd(scene); end.kind != kPass) return end;
  if (held.size() < scene.io.sqsize()) return {kInfo, "the host had no more than " + count};
  return Pass();
}

Verdict OneSlotStaysFree(HostTrial& trial) {
  HostScene scene = MeetRead(trial, Crowd(false));
  return HoldBack(scene, scene.io.sqsize());
}

// MeetWithSqhd accepts the I/O Connect with this SQHD. A host may leave because of it.
HostScene MeetWithSqhd(HostTrial& trial, const HostErrand& errand, std::uint16_t sqhd) {
  ControllerPeer admin = ControllerPeer::Meet(trial, errand);
  ControllerPeer io = admin.NextIoConnection();
  io.IcExchange();
  const Capsule connect = io.TakeCapsule();
  const bool asks = ViewAs<ConnectCmd>(connect.sqe).disables_flow_control();
  Require(asks == errand.no_flow_control, "the host decides about flow control by itself");
  io.AnswerConnect(connect, sqhd);
  return {.admin = std::move(admin), .io = std::move(io), .command = {}};
}

Verdict UnaskedIsNoAgreement(HostTrial& trial) {
  HostScene scene = MeetWithSqhd(trial, Crowd(false), Cqe::kNoFlowControl);
  scene.io.AwaitBeside(scene.admin);
  const Event event = scene.io.Next();
  if (event.ended()) return {kPass, "the host fails the Connect"};
  scene.command = scene.io.AsCapsule(event);
  if (!IsRead(scene.command.sqe)) {
    scene.io.Answer(scene.command);
    scene.command = scene.Next(IsRead);
  }
  return HoldBack(scene, scene.io.sqsize());
}

Verdict NotGrantedIsObeyed(HostTrial& trial) {
  trial.honest().grants_no_flow_control = false;
  HostScene scene = MeetWithSqhd(trial, Crowd(true), 1);
  scene.command = scene.Next(IsRead);
  return HoldBack(scene, scene.io.sqsize());
}

// Without flow control SQHD stays 0, and the host goes on all the same.
Verdict GrantedIsUsed(HostTrial& trial) {
  HostScene scene = MeetWithSqhd(trial, Crowd(true), Cqe::kNoFlowControl);
  scene.command = scene.Next(IsRead);
  return HoldBack(scene, scene.io.sqsize() + 1);
}

constexpr Case kCases[] = {
    {.id = "FLOWH-01/one-slot-free",
     .title = "The host never has more than SQSIZE commands outstanding",
     .script = OneSlotStaysFree,
     .effects = Effects::kSafe},
    {.id = "FLOWH-02/unasked",
     .title = "An SQHD of FFFFh that the host did not ask for does not end flow control",
     .script = UnaskedIsNoAgreement},
    {.id = "FLOWH-02/not-granted",
     .title = "A host whose wish to disable flow control is not granted keeps to it",
     .script = NotGrantedIsObeyed,
     .effects = Effects::kSafe},
    {.id = "FLOWH-02/granted",
     .title = "A host whose wish is granted works on with SQHD 0 in every completion",
     .script = GrantedIsUsed,
     .effects = Effects::kSafe},
};

}  // namespace

std::span<const Case> FlowhCases() { return kCases; }

}  // namespace nvmf::conformance
