// The common header, host on trial: type, FLAGS, HLEN. (NVMe/TCP, "PDU Structure")
#include "conformance/cases/cases.h"
#include "conformance/script/host_scene.h"

namespace nvmf::conformance {
namespace {

constexpr std::initializer_list<Violation> kWrongType = {{Fes::kInvalidPduHeaderField, 0},
                                                         {Fes::kPduSequenceError}};

template <std::uint8_t kType>
Verdict TypeIsNotForHosts(HostTrial& trial) {
  ControllerPeer admin = ControllerPeer::Meet(trial, {});
  const Sqe connect = admin.ServeUntil(IsConnect).sqe;
  admin.Complete(connect.cid, {}, 1, {.type = kType});
  return admin.ExpectFatal(kWrongType);
}

Verdict TypeIsJudgedDuringIo(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  scene.io.SendData(scene.cid(), scene.Truth(), 0, true, {.type = 0x08});
  return scene.io.ExpectFatal(kWrongType);
}

// Digests returns the errand with digests; RequireDigests makes sure that the host asked for them.
HostErrand Digests(HostErrand errand, bool header, bool data) {
  errand.header_digest = header;
  errand.data_digest = data;
  return errand;
}
void RequireDigests(const ControllerPeer& peer, bool header, bool data) {
  Require(!header || peer.negotiated().header_digest, "the host does not ask for header digests");
  Require(!data || peer.negotiated().data_digest, "the host does not ask for data digests");
}

template <std::uint8_t kHlen, bool kHdgst>
Verdict CapsuleRespHlen(HostTrial& trial) {
  ControllerPeer admin = ControllerPeer::Meet(trial, Digests({}, kHdgst, false));
  const Sqe connect = admin.ServeUntil(IsConnect).sqe;
  RequireDigests(admin, kHdgst, false);
  admin.Complete(connect.cid, {}, 1, {.hlen = kHlen});
  return admin.ExpectFatal({{Fes::kInvalidPduHeaderField, 2}});
}

template <std::uint8_t kHlen, bool kHdgst>
Verdict C2HDataHlen(HostTrial& trial) {
  HostScene scene = MeetRead(trial, Digests(Reads(4096), kHdgst, false));
  RequireDigests(scene.io, kHdgst, false);
  scene.io.SendData(scene.cid(), scene.Truth(), 0, true, {.hlen = kHlen});
  return scene.io.ExpectFatal({{Fes::kInvalidPduHeaderField, 2}});
}

template <std::uint8_t kHlen, bool kHdgst>
Verdict R2THlen(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, Digests(Writes(4096), kHdgst, false));
  RequireDigests(scene.io, kHdgst, false);
  scene.io.Send(tcp::R2T{.cccid = scene.cid(), .ttag = 1, .r2tl = 4096}, {}, {.hlen = kHlen});
  return scene.io.ExpectFatal({{Fes::kInvalidPduHeaderField, 2}});
}

Verdict HdgstfMissingInResp(HostTrial& trial) {
  ControllerPeer admin = ControllerPeer::Meet(trial, Digests({}, true, false));
  const Sqe connect = admin.ServeUntil(IsConnect).sqe;
  RequireDigests(admin, true, false);
  admin.Complete(connect.cid, {}, 1, {.flags = 0});
  return admin.ExpectFatal({{Fes::kInvalidPduHeaderField, 1}});
}

Verdict HdgstfMissingInR2T(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, Digests(Writes(4096), true, false));
  RequireDigests(scene.io, true, false);
  scene.io.Send(tcp::R2T{.cccid = scene.cid(), .ttag = 1, .r2tl = 4096}, {}, {.flags = 0});
  return scene.io.ExpectFatal({{Fes::kInvalidPduHeaderField, 1}});
}

Verdict DdgstfMissing(HostTrial& trial) {
  HostScene scene = MeetRead(trial, Digests(Reads(4096), false, true));
  RequireDigests(scene.io, false, true);
  scene.io.SendData(scene.cid(), scene.Truth(), 0, true, {.flags = tcp::kLastPdu});
  scene.io.Complete(scene.cid());
  return scene.io.ExpectFatal({{Fes::kInvalidPduHeaderField, 1}});
}

// Where no digest was negotiated a host may overlook the flag: its next command shows it.
Verdict HdgstfNotNegotiated(HostTrial& trial) {
  ControllerPeer admin = ControllerPeer::Meet(trial, {});
  const Sqe connect = admin.ServeUntil(IsConnect).sqe;
  Require(!admin.negotiated().header_digest, "the host asks for header digests");
  admin.Complete(connect.cid, {}, 1, {.flags = tcp::kHdgstf});
  return admin.ExpectFatal({{Fes::kInvalidPduHeaderField, 1}})
      .Or(OfType(tcp::PduType::kCapsuleCmd), kNonStrict, "HDGSTF is overlooked");
}

Verdict DdgstfNotNegotiated(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  Require(!scene.io.negotiated().data_digest, "the host asks for data digests");
  scene.io.SendData(scene.cid(), scene.Truth(), 0, true, {.flags = tcp::kLastPdu | tcp::kDdgstf});
  scene.io.Complete(scene.cid());
  return scene.io.ExpectFatal({{Fes::kInvalidPduHeaderField, 1}})
      .Or(OfType(tcp::PduType::kCapsuleCmd), kNonStrict, "DDGSTF is overlooked");
}

constexpr Case kCases[] = {
    {.id = "TCP-CHH-01/type-08",
     .title = "A PDU of the unassigned type 08h is fatal",
     .script = TypeIsNotForHosts<0x08>},
    {.id = "TCP-CHH-01/type-0a",
     .title = "A PDU of the unassigned type 0Ah is fatal",
     .script = TypeIsNotForHosts<0x0A>},
    {.id = "TCP-CHH-01/type-ff",
     .title = "A PDU of the unassigned type FFh is fatal",
     .script = TypeIsNotForHosts<0xFF>},
    {.id = "TCP-CHH-01/icreq",
     .title = "An ICReq sent to a host is fatal",
     .script = TypeIsNotForHosts<0x00>},
    {.id = "TCP-CHH-01/h2ctermreq",
     .title = "An H2CTermReq sent to a host is fatal",
     .script = TypeIsNotForHosts<0x02>},
    {.id = "TCP-CHH-01/capsulecmd",
     .title = "A CapsuleCmd sent to a host is fatal",
     .script = TypeIsNotForHosts<0x04>},
    {.id = "TCP-CHH-01/h2cdata",
     .title = "An H2CData sent to a host is fatal",
     .script = TypeIsNotForHosts<0x06>},
    {.id = "TCP-CHH-01/type-08-io",
     .title = "A PDU of unassigned type in place of C2HData is fatal",
     .script = TypeIsJudgedDuringIo},
    {.id = "TCP-CHH-02/resp-8",
     .title = "A CapsuleResp whose HLEN is 8 is a fatal header error",
     .script = CapsuleRespHlen<8, false>},
    {.id = "TCP-CHH-02/resp-23",
     .title = "A CapsuleResp whose HLEN is 23 is a fatal header error",
     .script = CapsuleRespHlen<23, false>},
    {.id = "TCP-CHH-02/resp-128",
     .title = "A CapsuleResp whose HLEN is 128 is a fatal header error",
     .script = CapsuleRespHlen<128, false>},
    {.id = "TCP-CHH-02/resp-255-hdgst",
     .title = "A CapsuleResp whose HLEN is 255 is a fatal header error with header digests too",
     .script = CapsuleRespHlen<255, true>},
    {.id = "TCP-CHH-02/c2hdata-25",
     .title = "A C2HData whose HLEN is 25 is a fatal header error",
     .script = C2HDataHlen<25, false>},
    {.id = "TCP-CHH-02/c2hdata-255-hdgst",
     .title = "A C2HData whose HLEN is 255 is a fatal header error with header digests too",
     .script = C2HDataHlen<255, true>},
    {.id = "TCP-CHH-02/r2t-0",
     .title = "An R2T whose HLEN is 0 is a fatal header error",
     .script = R2THlen<0, false>},
    {.id = "TCP-CHH-02/r2t-23",
     .title = "An R2T whose HLEN is 23 is a fatal header error",
     .script = R2THlen<23, false>},
    {.id = "TCP-CHH-02/r2t-255-hdgst",
     .title = "An R2T whose HLEN is 255 is a fatal header error with header digests too",
     .script = R2THlen<255, true>},
    {.id = "TCP-CHH-05/resp-without-hdgstf",
     .title = "With header digests a CapsuleResp without HDGSTF is a fatal header error",
     .script = HdgstfMissingInResp},
    {.id = "TCP-CHH-05/r2t-without-hdgstf",
     .title = "With header digests an R2T without HDGSTF is a fatal header error",
     .script = HdgstfMissingInR2T},
    {.id = "TCP-CHH-05/c2hdata-without-ddgstf",
     .title = "With data digests a C2HData without DDGSTF is a fatal header error",
     .script = DdgstfMissing},
    {.id = "TCP-CHH-05/hdgstf-not-negotiated",
     .title = "HDGSTF without negotiated header digests is a fatal header error",
     .script = HdgstfNotNegotiated},
    {.id = "TCP-CHH-05/ddgstf-not-negotiated",
     .title = "DDGSTF without negotiated data digests is a fatal header error",
     .script = DdgstfNotNegotiated},
};

}  // namespace

std::span<const Case> TcpChhCases() { return kCases; }

}  // namespace nvmf::conformance
