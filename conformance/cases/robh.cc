// What hosts can bear, host on trial.
#include <algorithm>
#include <functional>
#include <string>

#include "conformance/cases/cases.h"
#include "conformance/cases/robust.h"
#include "conformance/script/host_scene.h"

namespace nvmf::conformance {
namespace {

using tcp::R2T;

// GoodErrand: a host that was ill-treated is sent on another errand, and does that well.
Verdict GoodErrand(HostTrial& trial) {
  trial.dut().Stop();
  HostScene scene = MeetRead(trial);
  scene.io.Answer(scene.command);
  return ExpectGoodEnd(scene);
}

// Two R2Ts in one segment. A host that said it takes one at a time may refuse the second; one that
// serves both does so in order.
Verdict TwoR2Ts(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, Writes(131'072), {.dgst = 0xFF, .maxh2cdata = 16'384});
  const std::uint32_t half = scene.length() / 2;
  const R2T first{.cccid = scene.cid(), .ttag = 1, .r2tl = half};
  const R2T second{.cccid = scene.cid(), .ttag = 2, .r2to = half, .r2tl = half};
  scene.io.SendRaw(Join(scene.io.Frame(first), scene.io.Frame(second)));
  std::uint64_t served = 0;
  while (served < scene.length()) {
    const Event event = scene.io.Next();
    if (event.ended() || event.Is(tcp::PduType::kH2CTermReq)) return GoodErrand(trial);
    if (!event.Is(tcp::PduType::kH2CData)) scene.io.Miss("H2CData, or the end", event);
    const auto h2c = event.pdu.As<tcp::H2CData>();
    const R2T& asked = served < half ? first : second;
    const bool right = h2c.ttag == asked.ttag && h2c.cccid == asked.cccid && h2c.datao == served &&
                       h2c.datal == event.pdu.payload().size();
    if (!right || h2c.datal == 0) return {kFail, "not what was asked for: " + event.Text()};
    served += h2c.datal;
  }
  scene.io.Complete(scene.cid());
  if (auto bad = Bad(ExpectGoodEnd(scene))) return *bad;
  return GoodErrand(trial);
}

// Of a read's C2HData several are damaged, and still it is said to have succeeded.
Verdict DamagedPieces(HostTrial& trial) {
  constexpr std::uint32_t kPieces = 8;
  HostErrand errand = Reads(32'768);
  errand.data_digest = true;
  HostScene scene = MeetRead(trial, errand);
  Require((scene.io.negotiated().asked_dgst & tcp::kDgstData) != 0,
          "the host does not ask for data digests");
  const Bytes truth = scene.Truth();
  const std::uint32_t piece = scene.length() / kPieces;
  for (std::uint32_t i = 0; i < kPieces; ++i) {
    const tcp::C2HData pdu{.cccid = scene.cid(), .datao = i * piece, .datal = piece};
    Bytes frame = scene.io.Frame(pdu, ByteView(truth).subspan(i * piece, piece), {},
                                 i + 1 == kPieces ? tcp::kLastPdu : std::uint8_t{0});
    if (i % 2 == 0) frame[frame.size() - tcp::kDigestBytes - 1] ^= std::byte{0xFF};
    scene.io.SendRaw(frame);
  }
  scene.io.Complete(scene.cid());
  if (auto bad = Bad(ExpectNoFalseData(scene))) return *bad;
  return GoodErrand(trial);
}

// Each ends the set-up of an association in its own way.
using Step = void (*)(HostTrial& trial, ControllerPeer& admin);

void CloseAtOnce(HostTrial&, ControllerPeer& admin) { admin.Close(); }
void BadIcResp(HostTrial&, ControllerPeer& admin) {
  admin.Take<tcp::IcReq>();
  admin.Send(tcp::IcResp{.pfv = 7, .maxh2cdata = 4096});
}
void HalfAnIcResp(HostTrial&, ControllerPeer& admin) {
  admin.Take<tcp::IcReq>();
  admin.SendRaw(ByteView(admin.Frame(tcp::IcResp{.maxh2cdata = 4096})).first(64));
  admin.Reset();
}
void CloseForConnect(HostTrial&, ControllerPeer& admin) {
  admin.ServeUntil(IsConnect);
  admin.Close();
}
void RefuseConnect(HostTrial&, ControllerPeer& admin) {
  const Sqe connect = admin.ServeUntil(IsConnect).sqe;
  admin.Complete(connect.cid, {StatusCode::kConnectInvalidHost, true});
}
void CloseAfterConnect(HostTrial&, ControllerPeer& admin) {
  admin.AnswerConnect(admin.ServeUntil(IsConnect));
  admin.Close();
}
void CloseForIdentify(HostTrial&, ControllerPeer& admin) {
  admin.ServeUntil(IsIdentify);
  admin.Reset();
}
void FailIdentify(HostTrial&, ControllerPeer& admin) {
  const Sqe identify = admin.ServeUntil(IsIdentify).sqe;
  admin.Complete(identify.cid, StatusCode::kInternalError);
}
void CloseIoConnection(HostTrial&, ControllerPeer& admin) {
  ControllerPeer io = admin.NextIoConnection();
  io.Reset();
}
void RefuseIoConnect(HostTrial&, ControllerPeer& admin) {
  ControllerPeer io = admin.NextIoConnection();
  const Sqe connect = io.ServeUntil(IsConnect).sqe;
  io.Complete(connect.cid, {StatusCode::kConnectInvalidParameters, true});
}

// The host gives its errand up, tells its user so, and is as good as before.
Verdict SetUpsThatFail(HostTrial& trial) {
  const unsigned rounds = trial.limits().load;
  for (unsigned round = 0; round < rounds; ++round) {
    for (const Step step :
         {CloseAtOnce, BadIcResp, HalfAnIcResp, CloseForConnect, RefuseConnect, CloseAfterConnect,
          CloseForIdentify, FailIdentify, CloseIoConnection, RefuseIoConnect}) {
      trial.dut().Stop();
      ControllerPeer admin = ControllerPeer::Meet(trial, Reads(4096));
      step(trial, admin);
      admin.Close();
      const Result<HostOutcome> outcome = trial.dut().Finish(trial.Step());
      // A host that tries again by itself is not done; that it reads nothing is certain.
      if (outcome && outcome->success) return {kFail, "the host's user was told of a success"};
    }
  }
  return GoodErrand(trial);
}

Verdict TermReqsWithoutAName(HostTrial& trial) {
  for (const std::uint16_t fes : kNamelessFes) {
    trial.dut().Stop();
    HostScene scene = MeetRead(trial);
    scene.io.Send(tcp::C2HTermReq{{.fes = fes, .fei = 0xFFFFFFFF}}, Bytes(24));
    const Event event = scene.io.Next();
    if (!event.ended()) scene.io.Miss("a close", event);
  }
  return GoodErrand(trial);
}

constexpr Case kCases[] = {
    {.id = "ROB-H02/two-r2ts",
     .title = "Two R2Ts for one write are refused or served in order",
     .script = TwoR2Ts,
     .effects = Effects::kDestructive},
    {.id = "ROB-H03/damaged",
     .title = "Several damaged C2HData of one read hand nobody false data",
     .script = DamagedPieces},
    {.id = "ROB-H04/each-step",
     .title = "A set-up that fails at any step is given up, and leaves the host well",
     .script = SetUpsThatFail},
    {.id = "ROB-S02/host",
     .title = "C2HTermReqs of FES 06h and above leave the host well",
     .script = TermReqsWithoutAName},
};

}  // namespace

std::span<const Case> RobhCases() { return kCases; }

}  // namespace nvmf::conformance
