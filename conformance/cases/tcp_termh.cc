// Ending a connection, host on trial. (NVMe/TCP, "Transport Error Handling", "H2CTermReq")
#include "conformance/cases/cases.h"
#include "conformance/script/host_scene.h"

namespace nvmf::conformance {
namespace {

using tcp::C2HTermReq;

// A PDU of unassigned type. The judge looks at the TermReq that answers it.
template <std::uint8_t kDgst>
Verdict FatalErrorIsToldInForm(HostTrial& trial) {
  ControllerPeer admin = ControllerPeer::Meet(
      trial, {.header_digest = (kDgst & 1) != 0, .data_digest = (kDgst & 2) != 0});
  const tcp::IcReq asked = admin.IcExchange();
  Require((asked.dgst & kDgst) == kDgst, "the host does not ask for digests");
  const Sqe connect = admin.TakeCapsule().sqe;
  admin.Complete(connect.cid, {}, 1, {.type = 0x0A});
  return admin.ExpectFatal({{Fes::kInvalidPduHeaderField, 0}, {Fes::kPduSequenceError}});
}

// Whatever else arrived with the PDU in error is not looked at any more.
Verdict NothingIsDoneAfterAFatalError(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  const Bytes wrong = scene.io.Frame(tcp::CapsuleResp{}, {}, {.type = 0x0A});
  const Bytes data = scene.io.Frame(tcp::C2HData{.cccid = scene.cid(), .datal = scene.length()},
                                    scene.Truth(), {}, tcp::kLastPdu);
  const Bytes done = scene.io.Frame(tcp::CapsuleResp{.cqe = {.sqhd = 2, .cid = scene.cid()}});
  scene.io.SendRaw(Join(wrong, Join(data, done)));
  return scene.io.ExpectFatal({{Fes::kInvalidPduHeaderField, 0}, {Fes::kPduSequenceError}});
}

template <std::size_t kErrorData>
Verdict TermReqEndsTheConnection(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  scene.io.Send(C2HTermReq{{.fes = 2}}, Fill(kErrorData, 0));
  return scene.io.Expect(Closed(), kPass);
}

Verdict TermReqWithReservedFes(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  scene.io.Send(C2HTermReq{{.fes = 0xFFFF, .fei = 0xFFFFFFFF}}, Fill(24, 0));
  return scene.io.Expect(Closed(), kPass);
}

Verdict TermReqForIcResp(HostTrial& trial) {
  ControllerPeer controller = ControllerPeer::Meet(trial, {});
  controller.Take<tcp::IcReq>();
  controller.Send(C2HTermReq{{.fes = 6, .fei = 8}}, Fill(128, 0));
  return controller.Expect(Closed(), kPass);
}

Verdict TermReqInPieces(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  scene.io.SendInPieces(scene.io.Frame(C2HTermReq{{.fes = 2}}, Fill(24, 0)), 5);
  return scene.io.Expect(Closed(), kPass);
}

template <std::uint32_t kPlen>
Verdict MalformedTermReq(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  scene.io.Send(C2HTermReq{{.fes = 2}}, {}, {.plen = kPlen});
  return scene.io.Expect(Closed(), kPass)
      .Or(TermReq({{Fes::kInvalidPduHeaderField, 4}}), kNonStrict,
          "answered with a TermReq; such a PDU is to be ignored");
}

constexpr Case kCases[] = {
    {.id = "TCP-TERMH-01/form",
     .title = "A host that detects a fatal error says so in a well-formed H2CTermReq and closes",
     .script = FatalErrorIsToldInForm<0>},
    {.id = "TCP-TERMH-01/no-digests",
     .title = "An H2CTermReq carries no digests, whatever was negotiated",
     .script = FatalErrorIsToldInForm<3>},
    {.id = "TCP-TERMH-01/stops",
     .title = "After a fatal error the host takes nothing more, not even what came along",
     .script = NothingIsDoneAfterAFatalError},
    {.id = "TCP-TERMH-02/plen-24",
     .title = "On a C2HTermReq without error data the host closes without a TermReq",
     .script = TermReqEndsTheConnection<0>},
    {.id = "TCP-TERMH-02/plen-96",
     .title = "On a C2HTermReq with error data the host closes without a TermReq",
     .script = TermReqEndsTheConnection<72>},
    {.id = "TCP-TERMH-02/plen-152",
     .title = "On a C2HTermReq of the greatest length the host closes without a TermReq",
     .script = TermReqEndsTheConnection<128>},
    {.id = "TCP-TERMH-02/reserved-fes",
     .title = "On a C2HTermReq with a reserved FES the host closes all the same",
     .script = TermReqWithReservedFes},
    {.id = "TCP-TERMH-02/for-icresp",
     .title = "On a C2HTermReq in place of ICResp the host closes without a TermReq",
     .script = TermReqForIcResp},
    {.id = "TCP-TERMH-02/in-pieces",
     .title = "A C2HTermReq that comes in pieces ends the connection as any other",
     .script = TermReqInPieces},
    {.id = "TCP-TERMH-03/plen-8",
     .title = "A C2HTermReq whose PLEN is 8 is ignored and the connection ended",
     .script = MalformedTermReq<8>},
    {.id = "TCP-TERMH-03/plen-23",
     .title = "A C2HTermReq whose PLEN is 23 is ignored and the connection ended",
     .script = MalformedTermReq<23>},
    {.id = "TCP-TERMH-03/plen-153",
     .title = "A C2HTermReq whose PLEN is 153 is ignored and the connection ended",
     .script = MalformedTermReq<153>},
    {.id = "TCP-TERMH-03/plen-ffffffff",
     .title = "A C2HTermReq whose PLEN is FFFFFFFFh is ignored and the connection ended",
     .script = MalformedTermReq<0xFFFFFFFF>},
};

}  // namespace

std::span<const Case> TcpTermhCases() { return kCases; }

}  // namespace nvmf::conformance
