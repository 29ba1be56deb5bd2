// SUCCESS and LAST_PDU at the end of a read, host on trial. (NVMe/TCP, "C2HData")
#include "conformance/cases/cases.h"
#include "conformance/script/host_scene.h"

namespace nvmf::conformance {
namespace {

using tcp::C2HData;
using tcp::kLastPdu;
using tcp::kSuccess;

// MeetFreeRead is MeetRead on a queue without SQ flow control.
HostScene MeetFreeRead(HostTrial& trial, std::uint32_t commands = 2, std::uint32_t octets = 4096) {
  HostErrand errand = Reads(octets, commands);
  errand.no_flow_control = true;
  HostScene scene = MeetRead(trial, errand);
  Require(!scene.io.negotiated().flow_control, "the host does not ask to disable flow control");
  return scene;
}

// SendFront sends the first `octets` of the read in one C2HData with these flags.
void SendFront(HostScene& scene, std::uint32_t octets, std::uint8_t flags) {
  const Bytes truth = scene.Truth();
  scene.io.Send(C2HData{.cccid = scene.cid(), .datal = octets}, ByteView(truth).first(octets), {},
                flags);
}

Verdict SuccessCompletes(HostTrial& trial) {
  HostScene scene = MeetFreeRead(trial);
  SendFront(scene, scene.length(), kLastPdu | kSuccess);
  scene.io.Answer(scene.Next(IsRead));
  return ExpectGoodEnd(scene);
}

// All reads are completed by SUCCESS: CIDs come to be used again.
Verdict CidsAreUsedAgain(HostTrial& trial) {
  constexpr std::uint32_t kReads = 100;
  HostScene scene = MeetFreeRead(trial, kReads);
  for (std::uint32_t i = 0; i < kReads; ++i) {
    if (i != 0) scene.command = scene.Next(IsRead);
    SendFront(scene, scene.length(), kLastPdu | kSuccess);
  }
  const std::optional<HostOutcome> outcome = scene.Finish();
  if (!outcome || !outcome->success) return {kFail, "not all reads succeeded"};
  return Pass();
}

Verdict SuccessOnTheLastPieceOnly(HostTrial& trial) {
  HostScene scene = MeetFreeRead(trial);
  const Bytes truth = scene.Truth();
  SendFront(scene, 1024, 0);
  scene.io.Send(C2HData{.cccid = scene.cid(), .datao = 1024, .datal = scene.length() - 1024},
                ByteView(truth).subspan(1024), {}, kLastPdu | kSuccess);
  return ExpectGoodEnd(scene);
}

Verdict ExpectSuccessRefused(HostScene& scene) {
  scene.io.Complete(scene.cid());
  return scene.io.ExpectFatal({{Fes::kInvalidPduHeaderField, 1}})
      .Or(TermReq({{Fes::kInvalidPduHeaderField, 0}}), kNonStrict, "FEI 0, where FLAGS is at 1");
}

Verdict SuccessWithoutLast(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  SendFront(scene, scene.length(), kSuccess);
  return ExpectSuccessRefused(scene);
}

Verdict SuccessWithoutLastUnsolicited(HostTrial& trial) {
  HostScene scene = MeetFreeRead(trial);
  SendFront(scene, 1024, kSuccess);
  return ExpectSuccessRefused(scene);
}

Verdict CompletionAfterSuccess(HostTrial& trial) {
  HostScene scene = MeetFreeRead(trial, 2, 512);
  const Bytes data = scene.io.Frame(C2HData{.cccid = scene.cid(), .datal = scene.length()},
                                    scene.Truth(), {}, kLastPdu | kSuccess);
  const Bytes completion = scene.io.Frame(tcp::CapsuleResp{.cqe = {.cid = scene.cid()}});
  scene.io.SendRaw(Join(data, completion));  // Together: the host cannot use the CID again.
  return scene.io.ExpectFatal({{Fes::kInvalidPduHeaderField, 20}, {Fes::kInvalidPduHeaderField, 8}})
      .Or(OfType(tcp::PduType::kCapsuleCmd), kInfo, "the second completion is overlooked");
}

Verdict SuccessUnderFlowControl(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  Require(scene.io.negotiated().flow_control, "the host disables flow control");
  SendFront(scene, scene.length(), kLastPdu | kSuccess);
  return scene.io.Expect(OfType(tcp::PduType::kCapsuleCmd), kPass)
      .Or(TermReq({{Fes::kInvalidPduHeaderField, 1}}), kPass)
      .Or(Closed(), kPass);
}

Verdict ShortWithLast(HostTrial& trial) {
  HostScene scene = MeetRead(trial, Reads(4096, 1));
  SendFront(scene, 512, kLastPdu);
  scene.io.Complete(scene.cid());
  return ExpectNoFalseData(scene);
}

Verdict ShortWithSuccess(HostTrial& trial) {
  HostScene scene = MeetFreeRead(trial, 1);
  SendFront(scene, 512, kLastPdu | kSuccess);
  return ExpectNoFalseData(scene);
}

constexpr Case kCases[] = {
    {.id = "TCP-C2HH-04/whole",
     .title = "SUCCESS without LAST_PDU is a fatal header error",
     .script = SuccessWithoutLast},
    {.id = "TCP-C2HH-04/first-piece",
     .title = "SUCCESS on a C2HData that is not the last is a fatal header error",
     .script = SuccessWithoutLastUnsolicited},
    {.id = "TCP-C2HH-06/completes",
     .title = "The last C2HData with SUCCESS completes a read; no CapsuleResp is waited for",
     .script = SuccessCompletes,
     .effects = Effects::kSafe},
    {.id = "TCP-C2HH-06/last-piece",
     .title = "SUCCESS on the last of two C2HData completes the read",
     .script = SuccessOnTheLastPieceOnly,
     .effects = Effects::kSafe},
    {.id = "TCP-C2HH-06/cids-again",
     .title = "A hundred reads completed by SUCCESS leave the queue as it was",
     .script = CidsAreUsedAgain,
     .effects = Effects::kSafe},
    {.id = "TCP-C2HH-07/success-then-resp",
     .title = "A CapsuleResp after SUCCESS is a completion of no command",
     .script = CompletionAfterSuccess},
    {.id = "TCP-C2HH-08/flow-control",
     .title = "SUCCESS on a queue with SQ flow control is accepted, or refused",
     .script = SuccessUnderFlowControl},
    {.id = "TCP-C2HH-10/last",
     .title = "A read that ends with LAST_PDU after 512 octets is no success to the host's user",
     .script = ShortWithLast},
    {.id = "TCP-C2HH-10/success",
     .title = "A read that ends with SUCCESS after 512 octets is no success to the host's user",
     .script = ShortWithSuccess},
};

}  // namespace

std::span<const Case> TcpC2hhSuccessCases() { return kCases; }

}  // namespace nvmf::conformance
