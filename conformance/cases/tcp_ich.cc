// Connection establishment, host on trial. (NVMe/TCP, "Connection Establishment", "ICResp")
#include "conformance/cases/cases.h"

namespace nvmf::conformance {
namespace {

using tcp::IcReq;
using tcp::IcResp;
using Kind = HostErrand::Kind;

constexpr IcResp kPlain = {.maxh2cdata = 131'072};

// Offer answers the host's ICReq with `answer`, framed by `lies`.
ControllerPeer Offer(HostTrial& trial, const IcResp& answer, const Lies& lies = {}) {
  ControllerPeer controller = ControllerPeer::Meet(trial, {.kind = Kind::kConnect});
  controller.Take<IcReq>();
  controller.Send(answer, {}, lies);
  return controller;
}

template <std::uint8_t kDgst>
Verdict FirstIsIcReq(HostTrial& trial) {
  ControllerPeer controller = ControllerPeer::Meet(
      trial, {.header_digest = (kDgst & 1) != 0, .data_digest = (kDgst & 2) != 0});
  controller.Take<IcReq>();  // Its form is judged as it comes.
  return Pass();
}

Verdict NothingUntilIcResp(HostTrial& trial) {
  ControllerPeer controller = ControllerPeer::Meet(trial, {.kind = Kind::kConnect});
  controller.Take<IcReq>();
  return controller.ExpectQuiet();
}

// FirstCapsule hears the first capsule, which must connect the admin queue.
Verdict FirstCapsule(ControllerPeer& controller) {
  const Sqe sqe = controller.TakeCapsule().sqe;
  if (!IsConnect(sqe)) return {kFail, "the first capsule is not a Connect"};
  if (sqe.cdw10 >> 16 != 0) return {kFail, "the first Connect is not for QID 0"};
  return Pass();
}

Verdict ConnectComesFirst(HostTrial& trial) {
  ControllerPeer controller = Offer(trial, kPlain);
  return FirstCapsule(controller);
}

Verdict IcRespMayComeInOctets(HostTrial& trial) {
  ControllerPeer controller = ControllerPeer::Meet(trial, {.kind = Kind::kConnect});
  controller.Take<IcReq>();
  controller.SendInPieces(controller.Frame(kPlain), 1);
  return FirstCapsule(controller);
}

// AwaitGivingUp: how long a host waits is its own choice, unless it takes the errand's word for it;
// two minutes are borne with.
Verdict AwaitGivingUp(ControllerPeer& controller) {
  const Limits& limits = controller.trial().limits();
  const bool told = controller.host_trial().dut().obeys_patience();
  const Duration wait = told ? limits.step : limits.whole_case;
  const Event event = controller.NextWithin(wait);
  if (event.ended()) return Pass();
  if (event.kind != Event::Kind::kSilence) return {kFail, "came " + event.Text()};
  if (told || wait >= std::chrono::minutes(2)) return {kHang, "it does not give up"};
  return {kInfo, "it still waits at the end of the case; 120 s would be too long"};
}

template <std::size_t kOctets>
Verdict GivesUpWithoutIcResp(HostTrial& trial) {
  ControllerPeer controller = ControllerPeer::Meet(trial, {.patience = Duration(200)});
  controller.Take<IcReq>();
  controller.SendRaw(ByteView(controller.Frame(kPlain)).first(kOctets));
  return AwaitGivingUp(controller);
}

Verdict CloseInsteadOfIcResp(HostTrial& trial) {
  ControllerPeer controller = ControllerPeer::Meet(trial, {.kind = Kind::kConnect});
  controller.Take<IcReq>();
  controller.CloseWrite();
  return controller.Expect(Closed(), kPass);
}

Verdict CapsuleRespForIcResp(HostTrial& trial) {
  ControllerPeer controller = ControllerPeer::Meet(trial, {.kind = Kind::kConnect});
  controller.Take<IcReq>();
  controller.Complete(0);
  return controller.ExpectFatal({{Fes::kPduSequenceError}, {Fes::kInvalidPduHeaderField, 0}});
}

Verdict UnassignedTypeForIcResp(HostTrial& trial) {
  return Offer(trial, kPlain, {.type = 0xFF})
      .ExpectFatal({{Fes::kPduSequenceError}, {Fes::kInvalidPduHeaderField, 0}});
}

template <std::uint8_t kHlen>
Verdict HlenIsJudged(HostTrial& trial) {
  return Offer(trial, kPlain, {.hlen = kHlen}).ExpectFatal({{Fes::kInvalidPduHeaderField, 2}});
}

template <std::uint32_t kPlen>
Verdict PlenIsJudged(HostTrial& trial) {
  ControllerPeer controller = Offer(trial, kPlain, {.plen = kPlen});
  if (kPlen > 128) controller.SendRaw(Fill(kPlen - 128, 0));
  return controller.ExpectFatal({{Fes::kInvalidPduHeaderField, 4}});
}

template <std::uint16_t kPfv>
Verdict UnknownPfvIsRefused(HostTrial& trial) {
  return Offer(trial, {.pfv = kPfv, .maxh2cdata = 4096})
      .ExpectFatal({{Fes::kInvalidPduHeaderField, 8}, {Fes::kUnsupportedParameter, 8}});
}

Verdict SecondIcRespIsFatal(HostTrial& trial) {
  ControllerPeer admin = ControllerPeer::Meet(trial, {.kind = Kind::kConnect});
  admin.ServeUntil(IsIdentify);
  admin.Send(kPlain);
  return admin.ExpectFatal({{Fes::kPduSequenceError}, {Fes::kInvalidPduHeaderField, 0}});
}

constexpr Case kCases[] = {
    {.id = "TCP-ICH-01/icreq",
     .title = "The host's first octets are a well-formed ICReq",
     .script = FirstIsIcReq<0>,
     .effects = Effects::kSafe},
    {.id = "TCP-ICH-01/icreq-digests",
     .title = "The ICReq of a host that is to use digests is well-formed too",
     .script = FirstIsIcReq<3>,
     .effects = Effects::kSafe},
    {.id = "TCP-ICH-02/quiet-until-icresp",
     .title = "The host sends nothing after ICReq until ICResp arrives",
     .script = NothingUntilIcResp,
     .effects = Effects::kSafe},
    {.id = "TCP-ICH-02/connect-first",
     .title = "The host's first capsule is a Connect for the admin queue",
     .script = ConnectComesFirst,
     .effects = Effects::kSafe},
    {.id = "TCP-ICH-02/octet-by-octet",
     .title = "An ICResp that comes octet by octet is an ICResp",
     .script = IcRespMayComeInOctets,
     .effects = Effects::kSafe},
    {.id = "TCP-ICH-03/no-icresp",
     .title = "A host gives up when no ICResp comes",
     .script = GivesUpWithoutIcResp<0>},
    {.id = "TCP-ICH-03/half-an-icresp",
     .title = "A host gives up when only half of an ICResp comes",
     .script = GivesUpWithoutIcResp<64>},
    {.id = "TCP-ICH-03/close",
     .title = "A host gives up when the controller closes instead of answering ICReq",
     .script = CloseInsteadOfIcResp},
    {.id = "TCP-ICH-04/type-05",
     .title = "A CapsuleResp in place of ICResp is fatal",
     .script = CapsuleRespForIcResp},
    {.id = "TCP-ICH-04/type-ff",
     .title = "A PDU of unassigned type in place of ICResp is fatal",
     .script = UnassignedTypeForIcResp},
    {.id = "TCP-ICH-04/hlen-127",
     .title = "An ICResp whose HLEN is 127 is a fatal header error",
     .script = HlenIsJudged<127>},
    {.id = "TCP-ICH-04/hlen-24",
     .title = "An ICResp whose HLEN is 24 is a fatal header error",
     .script = HlenIsJudged<24>},
    {.id = "TCP-ICH-04/plen-132",
     .title = "An ICResp whose PLEN is 132 is a fatal header error",
     .script = PlenIsJudged<132>},
    {.id = "TCP-ICH-04/plen-124",
     .title = "An ICResp whose PLEN is 124 is a fatal header error",
     .script = PlenIsJudged<124>},
    {.id = "TCP-ICH-05/pfv-1",
     .title = "An ICResp of PDU Format Version 1 is refused with a fatal error",
     .script = UnknownPfvIsRefused<1>},
    {.id = "TCP-ICH-05/pfv-0100",
     .title = "An ICResp whose PFV differs from 0 in its high octet only is refused",
     .script = UnknownPfvIsRefused<0x0100>},
    {.id = "TCP-ICH-11/second-icresp",
     .title = "A second ICResp later in the connection is fatal",
     .script = SecondIcRespIsFatal},
};

}  // namespace

std::span<const Case> TcpIchCases() { return kCases; }

}  // namespace nvmf::conformance
