// What ICResp grants and limits, host on trial. (NVMe/TCP, "ICResp")
#include <algorithm>

#include "conformance/cases/cases.h"
#include "conformance/script/host_scene.h"

namespace nvmf::conformance {
namespace {

using tcp::IcReq;
using tcp::IcResp;

constexpr std::uint32_t kRoom = 131'072;

template <std::uint8_t kCpda>
Verdict CpdaAbove31IsRefused(HostTrial& trial) {
  ControllerPeer controller = ControllerPeer::Meet(trial, {});
  controller.Take<IcReq>();
  controller.Send(IcResp{.cpda = kCpda, .maxh2cdata = kRoom});
  return controller.ExpectFatal({{Fes::kInvalidPduHeaderField, 10}});
}

// The Connects bring their data in the capsule, the write by H2CData: the judge looks at both.
// Headers of 72 and 24 octets lie on multiples of 8 by themselves; a header digest moves their end.
template <std::uint8_t kCpda>
Verdict CpdaIsHonoured(HostTrial& trial) {
  HostErrand errand = Writes(16384);
  errand.header_digest = kCpda == 1;
  HostScene scene = MeetWrite(trial, errand, {.cpda = kCpda, .dgst = 0xFF, .maxh2cdata = 4096});
  scene.io.Answer(scene.command);
  return ExpectGoodEnd(scene);
}

template <std::uint8_t kDgst>
Verdict UnaskedDigestIsRefused(HostTrial& trial) {
  ControllerPeer controller = ControllerPeer::Meet(trial, {});
  const auto asked = controller.Take<IcReq>();
  Require((asked.dgst & kDgst) == 0, "the host asks for digests");
  controller.Send(IcResp{.dgst = kDgst, .maxh2cdata = kRoom});
  return controller.ExpectFatal({{Fes::kInvalidPduHeaderField, 11}})
      .Or(TermReq({{Fes::kUnsupportedParameter, 11}}), kNonStrict,
          "FES 06h, where the text names 01h");
}

// A host whose wish is declined may leave or go on; if it goes on, then without that digest.
template <std::uint8_t kGranted>
Verdict DeclinedDigest(HostTrial& trial) {
  ControllerPeer controller =
      ControllerPeer::Meet(trial, {.header_digest = true, .data_digest = true});
  const auto asked = controller.Take<IcReq>();
  Require(asked.dgst == 3, "the host does not ask for both digests");
  const IcResp granted{.dgst = kGranted, .maxh2cdata = kRoom};
  controller.Send(granted);
  controller.negotiated().Settle(asked, granted);
  return controller.Expect(Closed(), kPass)
      .Or(OfType(tcp::PduType::kCapsuleCmd), kPass)
      .Or(TermReqFes({Fes::kInvalidPduHeaderField, Fes::kUnsupportedParameter}), kNonStrict,
          "ended with H2CTermReq, though nothing was wrong with the ICResp");
}

Verdict MaxH2CDataNotX4(HostTrial& trial) {
  ControllerPeer controller = ControllerPeer::Meet(trial, {});
  controller.Take<IcReq>();
  controller.Send(IcResp{.maxh2cdata = 4097});
  return controller.ExpectFatal({{Fes::kInvalidPduHeaderField, 12}});
}

// A small MAXH2CDATA may be refused; a host that goes on is served, and the judge sees to it that
// no H2CData is larger.
template <std::uint32_t kMaxH2CData>
Verdict SmallMaxH2CData(HostTrial& trial) {
  const HostErrand errand = Writes(4096);
  trial.honest().in_capsule = 0;
  ControllerPeer admin = ControllerPeer::Meet(trial, errand);
  ControllerPeer io = admin.NextIoConnection();
  const auto asked = io.Take<IcReq>();
  const IcResp granted{.dgst = asked.dgst, .maxh2cdata = kMaxH2CData};
  io.Send(granted);
  io.negotiated().Settle(asked, granted);
  Outcome first = io.Expect(TermReq({{Fes::kInvalidPduHeaderField, 12}}), kPass);
  first.Or(Closed(), kPass).Or(OfType(tcp::PduType::kCapsuleCmd), kPass);
  if (!first.event().Is(tcp::PduType::kCapsuleCmd)) return first;
  io.Answer(io.AsCapsule(first.event()));
  HostScene scene{.admin = std::move(admin), .io = std::move(io), .command = {}};
  scene.command = scene.Next(IsWrite);
  if (kMaxH2CData == 0) return {kInfo, "the host goes on with a MAXH2CDATA of 0"};
  if (!std::ranges::equal(scene.io.TakeData(scene.command.sqe), errand.data)) {
    return {kFail, "the data of the write are not what the host was told to write"};
  }
  return Pass();
}

constexpr Case kCases[] = {
    {.id = "TCP-ICH-06/cpda-32",
     .title = "An ICResp whose CPDA is 32 is refused with a fatal error",
     .script = CpdaAbove31IsRefused<32>},
    {.id = "TCP-ICH-06/cpda-255",
     .title = "An ICResp whose CPDA is 255 is refused with a fatal error",
     .script = CpdaAbove31IsRefused<255>},
    {.id = "TCP-ICH-06/cpda-1",
     .title = "With a CPDA of 1 data to the controller begin on multiples of 8",
     .script = CpdaIsHonoured<1>,
     .effects = Effects::kDestructive,
     .set_up_on_trial = true,
     .also_shows = {"TCP-R2TH-02"}},
    {.id = "TCP-ICH-06/cpda-4",
     .title = "With a CPDA of 4 data to the controller begin on multiples of 20",
     .script = CpdaIsHonoured<4>,
     .effects = Effects::kDestructive,
     .set_up_on_trial = true,
     .also_shows = {"TCP-R2TH-02"}},
    {.id = "TCP-ICH-06/cpda-31",
     .title = "With a CPDA of 31 data to the controller begin on multiples of 128",
     .script = CpdaIsHonoured<31>,
     .effects = Effects::kDestructive,
     .set_up_on_trial = true,
     .also_shows = {"TCP-R2TH-02"}},
    {.id = "TCP-ICH-07/header-digest",
     .title = "A header digest that the host did not ask for is refused with a fatal error",
     .script = UnaskedDigestIsRefused<1>},
    {.id = "TCP-ICH-07/data-digest",
     .title = "A data digest that the host did not ask for is refused with a fatal error",
     .script = UnaskedDigestIsRefused<2>},
    {.id = "TCP-ICH-07/both",
     .title = "Two digests that the host did not ask for are refused with a fatal error",
     .script = UnaskedDigestIsRefused<3>},
    {.id = "TCP-ICH-08/both-declined",
     .title = "A host whose digests are declined leaves, or goes on without them",
     .script = DeclinedDigest<0>,
     .effects = Effects::kSafe,
     .also_shows = {"DGH-01"}},
    {.id = "TCP-ICH-08/data-declined",
     .title = "A host whose data digest is declined leaves, or goes on with header digests only",
     .script = DeclinedDigest<1>,
     .effects = Effects::kSafe,
     .also_shows = {"DGH-01"}},
    {.id = "TCP-ICH-09/maxh2cdata-4097",
     .title = "A MAXH2CDATA that is not a multiple of 4 is refused with a fatal error",
     .script = MaxH2CDataNotX4},
    {.id = "TCP-ICH-10/maxh2cdata-512",
     .title = "A MAXH2CDATA of 512 is refused, or obeyed",
     .script = SmallMaxH2CData<512>,
     .effects = Effects::kDestructive,
     .also_shows = {"TCP-R2TH-02"}},
    {.id = "TCP-ICH-10/maxh2cdata-4",
     .title = "A MAXH2CDATA of 4 is refused, or obeyed",
     .script = SmallMaxH2CData<4>,
     .effects = Effects::kDestructive,
     .also_shows = {"TCP-R2TH-02"}},
    {.id = "TCP-ICH-10/maxh2cdata-0",
     .title = "A MAXH2CDATA of 0, with which nothing can be written, is refused",
     .script = SmallMaxH2CData<0>},
};

}  // namespace

std::span<const Case> TcpIchParamsCases() { return kCases; }

}  // namespace nvmf::conformance
