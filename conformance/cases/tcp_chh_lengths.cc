// The common header, host on trial: PLEN and PDO. (NVMe/TCP, "PDU Structure")
#include "conformance/cases/cases.h"
#include "conformance/script/host_scene.h"

namespace nvmf::conformance {
namespace {

// As many octets follow as a PLEN above the truth promises, so that nobody has to wait for them.
template <std::uint32_t kPlen>
Verdict CapsuleRespPlen(HostTrial& trial) {
  ControllerPeer admin = ControllerPeer::Meet(trial, {});
  const Sqe connect = admin.ServeUntil(IsConnect).sqe;
  admin.Complete(connect.cid, {}, 1, {.plen = kPlen});
  if (kPlen > 24) admin.SendRaw(Fill(kPlen - 24, 0));
  return admin.ExpectFatal({{Fes::kInvalidPduHeaderField, 4}});
}

template <std::uint32_t kPlen>
Verdict R2TPlen(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, Writes(4096));
  scene.io.Send(tcp::R2T{.cccid = scene.cid(), .ttag = 1, .r2tl = 4096}, {}, {.plen = kPlen});
  if (kPlen > 24) scene.io.SendRaw(Fill(kPlen - 24, 0));
  return scene.io.ExpectFatal({{Fes::kInvalidPduHeaderField, 4}});
}

// What follows is what an honest controller says next: a host that overlooks the fault takes the
// read for done and goes on to the next command.
Verdict ExpectRefused(HostScene& scene, std::initializer_list<Violation> legal) {
  scene.io.Complete(scene.cid());
  return scene.io.ExpectFatal(legal);
}

// A PLEN that leaves no room for DATAL octets puts DATAL in the wrong as much as PLEN.
template <std::uint32_t kPlen>
Verdict C2HDataPlen(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  scene.io.SendData(scene.cid(), scene.Truth(), 0, true, {.plen = kPlen});
  return ExpectRefused(scene,
                       {{Fes::kInvalidPduHeaderField, 4}, {Fes::kInvalidPduHeaderField, 16}});
}

// The data stand where PDO says, and PLEN counts them from there.
template <std::uint8_t kPdo>
Verdict C2HDataPdo(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  const std::size_t at = std::max<std::size_t>(kPdo, 24);
  scene.io.SendData(
      scene.cid(), scene.Truth(), 0, true,
      {.pdo = kPdo, .plen = static_cast<std::uint32_t>(at + scene.length()), .data_at = at});
  return ExpectRefused(scene, {{Fes::kInvalidPduHeaderField, 3}});
}

Verdict PdoAgainstHpda(HostTrial& trial) {
  HostErrand errand = Reads(4096);
  errand.hpda = 31;
  HostScene scene = MeetRead(trial, errand);
  Require(scene.io.negotiated().hpda != 0, "the host's HPDA is 0");
  scene.io.SendData(scene.cid(), scene.Truth(), 0, true,
                    {.pdo = 24, .plen = 24 + scene.length(), .data_at = 24});
  return ExpectRefused(scene, {{Fes::kInvalidPduHeaderField, 3}});
}

// The honest controller puts data where HPDA wants them.
template <std::uint8_t kHpda>
Verdict DataAtHpdaAreTaken(HostTrial& trial) {
  HostErrand errand = Reads(4096);
  errand.hpda = kHpda;
  HostScene scene = MeetRead(trial, errand);
  Require(scene.io.negotiated().hpda != 0, "the host's HPDA is 0");
  scene.io.Answer(scene.command);
  return ExpectGoodEnd(scene);
}

Verdict PdoPastPlen(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  scene.io.Send(tcp::C2HData{.cccid = scene.cid(), .datal = 4}, Fill(4, 0), {.pdo = 32},
                tcp::kLastPdu);
  return ExpectRefused(scene, {{Fes::kInvalidPduHeaderField, 3}});
}

constexpr Case kCases[] = {
    {.id = "TCP-CHH-03/resp-16",
     .title = "A CapsuleResp whose PLEN is 16 is a fatal header error",
     .script = CapsuleRespPlen<16>},
    {.id = "TCP-CHH-03/resp-25",
     .title = "A CapsuleResp whose PLEN is 25 is a fatal header error",
     .script = CapsuleRespPlen<25>},
    {.id = "TCP-CHH-03/resp-72",
     .title = "A CapsuleResp whose PLEN is 72 is a fatal header error",
     .script = CapsuleRespPlen<72>},
    {.id = "TCP-CHH-03/r2t-20",
     .title = "An R2T whose PLEN is 20 is a fatal header error",
     .script = R2TPlen<20>},
    {.id = "TCP-CHH-03/r2t-40",
     .title = "An R2T whose PLEN is 40 is a fatal header error",
     .script = R2TPlen<40>},
    {.id = "TCP-CHH-03/c2hdata-8",
     .title = "A C2HData whose PLEN is 8 is a fatal header error",
     .script = C2HDataPlen<8>},
    {.id = "TCP-CHH-03/c2hdata-23",
     .title = "A C2HData whose PLEN is 23 is a fatal header error",
     .script = C2HDataPlen<23>},
    {.id = "TCP-CHH-03/c2hdata-ffffffff",
     .title = "A C2HData whose PLEN is FFFFFFFFh is a fatal header error",
     .script = C2HDataPlen<0xFFFFFFFF>},
    {.id = "TCP-CHH-04/pdo-0",
     .title = "A C2HData with data whose PDO is 0 is a fatal header error",
     .script = C2HDataPdo<0>},
    {.id = "TCP-CHH-04/pdo-20",
     .title = "A C2HData whose PDO points into its header is a fatal header error",
     .script = C2HDataPdo<20>},
    {.id = "TCP-CHH-04/pdo-25",
     .title = "A C2HData whose PDO is not a multiple of 4 is a fatal header error",
     .script = C2HDataPdo<25>},
    {.id = "TCP-CHH-04/pdo-255",
     .title = "A C2HData whose PDO is 255 is a fatal header error",
     .script = C2HDataPdo<255>},
    {.id = "TCP-CHH-04/pdo-past-plen",
     .title = "A C2HData whose PDO lies past its PLEN is a fatal header error",
     .script = PdoPastPlen},
    {.id = "TCP-CHH-04/against-hpda",
     .title = "A C2HData whose PDO is not a multiple of the host's alignment is refused",
     .script = PdoAgainstHpda},
    {.id = "TCP-CHH-04/hpda-4",
     .title = "Data on the multiples of 20 that the host asked for are taken",
     .script = DataAtHpdaAreTaken<4>,
     .effects = Effects::kSafe},
    {.id = "TCP-CHH-04/hpda-31",
     .title = "Data on the multiples of 128 that the host asked for are taken",
     .script = DataAtHpdaAreTaken<31>,
     .effects = Effects::kSafe},
};

}  // namespace

std::span<const Case> TcpChhLengthsCases() { return kCases; }

}  // namespace nvmf::conformance
