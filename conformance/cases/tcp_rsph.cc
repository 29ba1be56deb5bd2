// Completions that fit no command, host on trial. (NVMe/TCP, "CapsuleResp", "Transport Error
// Handling")
#include "conformance/cases/cases.h"
#include "conformance/script/host_scene.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;

// ExpectNoSuchCommand: a completion came that is nobody's. No FES is defined for that; either field
// that names a CID will do. A host that overlooks it goes on with the next command, and must not
// have taken it for another's.
Verdict ExpectNoSuchCommand(HostScene& scene) {
  const Event event = scene.io.Next();
  if (event.Is(PduType::kCapsuleCmd)) {
    scene.io.Answer(scene.io.AsCapsule(event));
    if (Verdict end = ExpectGoodEnd(scene); end.kind != kPass) return end;
    return {kInfo, "the stray completion is overlooked"};
  }
  return Outcome(event)
      .Or(TermReq({{Fes::kInvalidPduHeaderField, 20}, {Fes::kInvalidPduHeaderField, 8}}), kPass)
      .Or(Closed(), kNonStrict, "closed without H2CTermReq");
}

template <std::uint16_t kXor>
Verdict CompletionOfNoCommand(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  scene.io.Complete(scene.cid() ^ kXor);
  scene.io.Answer(scene.command);
  return ExpectNoSuchCommand(scene);
}

Bytes CompletionOf(const HostScene& scene) {
  return scene.io.Frame(tcp::CapsuleResp{.cqe = {.sqhd = 2, .cid = scene.cid()}});
}

Verdict CompletedTwice(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  scene.io.SendData(scene.cid(), scene.Truth(), 0, true);
  const Bytes completion = CompletionOf(scene);
  scene.io.SendRaw(Join(completion, completion));  // Together: the host cannot use the CID again.
  return ExpectNoSuchCommand(scene);
}

Verdict CompletedByHalf(HostTrial& trial) {
  HostScene scene = MeetRead(trial, Reads(4096, 1));
  const Bytes truth = scene.Truth();
  scene.io.SendData(scene.cid(), ByteView(truth).first(2048), 0, false);
  scene.io.Complete(scene.cid());
  return ExpectNoFalseData(scene);
}

Verdict CompletedWithoutData(HostTrial& trial) {
  HostScene scene = MeetRead(trial, Reads(4096, 1));
  scene.io.Complete(scene.cid());
  return ExpectNoFalseData(scene);
}

// A controller may need none of a write's data to carry it out, or to fail it.
Verdict WriteCompletedBeforeR2T(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, Writes(16384, 2));
  scene.io.Complete(scene.cid());
  return scene.io.Expect(OfType(PduType::kCapsuleCmd), kPass)
      .Or(TermReqFes({Fes::kPduSequenceError, Fes::kInvalidPduHeaderField}), kInfo)
      .Or(Closed(), kInfo);
}

// A failed read needs no data, and fails alone.
Verdict FailedReadIsReported(HostTrial& trial) {
  HostScene scene = MeetRead(trial, Reads(4096, 1));
  scene.io.Complete(scene.cid(), Status(StatusCode::kUnrecoveredReadError, true));
  const std::optional<HostOutcome> outcome = scene.Finish();
  if (outcome && outcome->success) return {kFail, "the user of a failed read was told of success"};
  return Pass();
}

Verdict FailedCompareIsReported(HostTrial& trial) {
  HostErrand errand = Writes(4096);
  errand.kind = HostErrand::Kind::kCompare;
  ControllerPeer admin = ControllerPeer::Meet(trial, errand);
  ControllerPeer io = admin.ServeUntilIoQueue();
  Capsule compare = io.ServeUntil(IsCompare, &admin);
  HostScene scene{.admin = std::move(admin), .io = std::move(io), .command = compare};
  scene.io.Answer(compare);  // The blocks hold zeros: the comparison fails.
  const std::optional<HostOutcome> outcome = scene.Finish();
  if (outcome && outcome->success) return {kFail, "the user of a failed compare heard of success"};
  return Pass();
}

constexpr Case kCases[] = {
    {.id = "TCP-RSPH-01/unknown-cid",
     .title = "A completion for a CID that is not outstanding does not pass for another's",
     .script = CompletionOfNoCommand<0x4000>},
    {.id = "TCP-RSPH-01/neighbour-cid",
     .title = "A completion for the CID beside the outstanding one does not pass for its",
     .script = CompletionOfNoCommand<1>},
    {.id = "TCP-RSPH-01/cid-ffff",
     .title = "A completion whose CID lies past any queue does not harm the host",
     .script = CompletionOfNoCommand<0xFFFF>},
    {.id = "TCP-RSPH-01/twice",
     .title = "A second completion of a command is that of no command",
     .script = CompletedTwice},
    {.id = "TCP-RSPH-02/read-by-half",
     .title = "A read that succeeds after half of its data is no success to the host's user",
     .script = CompletedByHalf},
    {.id = "TCP-RSPH-02/read-without-data",
     .title = "A read that succeeds without data is no success to the host's user",
     .script = CompletedWithoutData},
    {.id = "TCP-RSPH-02/write-before-r2t",
     .title = "A write that succeeds before its data were asked for is taken for done",
     .script = WriteCompletedBeforeR2T},
    {.id = "TCP-RSPH-02/failed-read",
     .title = "A read that fails without data is reported as failed",
     .script = FailedReadIsReported},
    {.id = "TCP-RSPH-02/failed-compare",
     .title = "A compare that fails is reported as failed",
     .script = FailedCompareIsReported},
};

}  // namespace

std::span<const Case> TcpRsphCases() { return kCases; }

}  // namespace nvmf::conformance
