// Digests, host on trial. (NVMe/TCP, "Header Digest", "Data Digest")
#include "conformance/cases/cases.h"
#include "conformance/script/host_scene.h"

namespace nvmf::conformance {
namespace {

HostErrand With(HostErrand errand, std::uint8_t dgst) {
  errand.header_digest = (dgst & tcp::kDgstHeader) != 0;
  errand.data_digest = (dgst & tcp::kDgstData) != 0;
  return errand;
}

void RequireAsked(const HostScene& scene, std::uint8_t dgst) {
  Require((scene.io.negotiated().asked_dgst & dgst) == dgst, "the host does not ask for digests");
}

// The judge looks at every PDU: Connects with data in the capsule, commands without, H2CData.
template <std::uint8_t kDgst>
Verdict HostPdusCarryDigests(HostTrial& trial) {
  HostScene scene =
      MeetWrite(trial, With(Writes(16384), kDgst), {.dgst = 0xFF, .maxh2cdata = 4096});
  RequireAsked(scene, kDgst);
  scene.io.Answer(scene.command);
  return ExpectGoodEnd(scene);
}

template <std::uint8_t kDgst>
Verdict GoodDigestsAreTaken(HostTrial& trial) {
  HostScene scene = MeetRead(trial, With(Reads(16384), kDgst));
  RequireAsked(scene, kDgst);
  scene.io.Answer(scene.command);
  return ExpectGoodEnd(scene);
}

// SpoilHeader sends `frame`, a PDU with a header of 24 octets, with one bit of its digest flipped.
// The TermReq is to tell the digest that came.
Verdict SpoilHeader(ControllerPeer& io, Bytes frame) {
  frame[24] ^= std::byte{0x10};
  const auto came = LoadLittle<std::uint32_t>(ByteView(frame).subspan(24, 4));
  io.SendRaw(frame);
  return io.ExpectFatal({{Fes::kHeaderDigestError, came}});
}

Verdict BadHeaderDigestInResp(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, With(Writes(4096, 2), 1));
  RequireAsked(scene, 1);
  return SpoilHeader(scene.io,
                     scene.io.Frame(tcp::CapsuleResp{.cqe = {.sqhd = 2, .cid = scene.cid()}}));
}

Verdict BadHeaderDigestInData(HostTrial& trial) {
  HostScene scene = MeetRead(trial, With(Reads(4096), 3));
  RequireAsked(scene, 3);
  const tcp::C2HData pdu{.cccid = scene.cid(), .datal = scene.length()};
  return SpoilHeader(scene.io, scene.io.Frame(pdu, scene.Truth(), {}, tcp::kLastPdu));
}

Verdict BadHeaderDigestInR2T(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, With(Writes(4096), 1));
  RequireAsked(scene, 1);
  return SpoilHeader(scene.io,
                     scene.io.Frame(tcp::R2T{.cccid = scene.cid(), .ttag = 1, .r2tl = 4096}));
}

// A header that was damaged on the way, under a digest of what it was.
Verdict DamagedHeader(HostTrial& trial) {
  HostScene scene = MeetRead(trial, With(Reads(4096), 1));
  RequireAsked(scene, 1);
  const tcp::C2HData pdu{.cccid = scene.cid(), .datal = scene.length()};
  Bytes frame = scene.io.Frame(pdu, scene.Truth(), {}, tcp::kLastPdu);
  frame[8] ^= std::byte{1};  // CCCID: would be another command's.
  const auto came = LoadLittle<std::uint32_t>(ByteView(frame).subspan(24, 4));
  scene.io.SendRaw(frame);
  return scene.io.ExpectFatal({{Fes::kHeaderDigestError, came}});
}

// SendDamaged sends the read's data in `pieces` C2HData. In that numbered `bad` the last octet is
// wrong, under a digest of what it should be.
void SendDamaged(HostScene& scene, std::uint32_t pieces, std::uint32_t bad, std::uint8_t last) {
  const Bytes truth = scene.Truth();
  const std::uint32_t piece = scene.length() / pieces;
  for (std::uint32_t i = 0; i < pieces; ++i) {
    const tcp::C2HData pdu{.cccid = scene.cid(), .datao = i * piece, .datal = piece};
    Bytes frame = scene.io.Frame(pdu, ByteView(truth).subspan(i * piece, piece), {},
                                 i + 1 == pieces ? last : std::uint8_t{0});
    if (i == bad) frame[frame.size() - tcp::kDigestBytes - 1] ^= std::byte{0xFF};
    scene.io.SendRaw(frame);
  }
}

// ExpectOnlyTheCommandFails: another command comes on the same connection, be it a retry; and
// nobody is handed the damaged data.
Verdict ExpectOnlyTheCommandFails(HostScene& scene) {
  const Event event = scene.io.Next();
  if (!event.Is(tcp::PduType::kCapsuleCmd)) {
    return {kFail, "a wrong data digest ended the connection: came " + event.Text()};
  }
  scene.io.Answer(scene.io.AsCapsule(event));
  return ExpectNoFalseData(scene);
}

template <std::uint32_t kPieces, std::uint32_t kBad>
Verdict BadDataDigest(HostTrial& trial) {
  HostScene scene = MeetRead(trial, With(Reads(4096), 2));
  RequireAsked(scene, 2);
  SendDamaged(scene, kPieces, kBad, tcp::kLastPdu);
  scene.io.Complete(scene.cid());
  return ExpectOnlyTheCommandFails(scene);
}

Verdict BadDataDigestUnderSuccess(HostTrial& trial) {
  HostErrand errand = With(Reads(4096), 2);
  errand.no_flow_control = true;
  HostScene scene = MeetRead(trial, errand);
  RequireAsked(scene, 2);
  Require(!scene.io.negotiated().flow_control, "the host does not ask to disable flow control");
  SendDamaged(scene, 2, 1, tcp::kLastPdu | tcp::kSuccess);
  return ExpectOnlyTheCommandFails(scene);
}

constexpr Case kCases[] = {
    {.id = "DGH-01/none",
     .title = "Without negotiated digests the host's PDUs carry none",
     .script = HostPdusCarryDigests<0>,
     .effects = Effects::kDestructive,
     .set_up_on_trial = true},
    {.id = "DGH-01/header",
     .title = "With header digests every PDU of the host carries a right one",
     .script = HostPdusCarryDigests<1>,
     .effects = Effects::kDestructive,
     .set_up_on_trial = true},
    {.id = "DGH-01/data",
     .title = "With data digests every PDU of the host that has data carries a right one",
     .script = HostPdusCarryDigests<2>,
     .effects = Effects::kDestructive,
     .set_up_on_trial = true},
    {.id = "DGH-01/both",
     .title = "With both digests the host's PDUs carry both",
     .script = HostPdusCarryDigests<3>,
     .effects = Effects::kDestructive,
     .set_up_on_trial = true},
    {.id = "DGH-01/read",
     .title = "With both digests a read with right ones succeeds",
     .script = GoodDigestsAreTaken<3>,
     .effects = Effects::kSafe,
     .set_up_on_trial = true},
    {.id = "DGH-02/resp",
     .title = "A wrong header digest in a CapsuleResp is fatal",
     .script = BadHeaderDigestInResp},
    {.id = "DGH-02/c2hdata",
     .title = "A wrong header digest in a C2HData is fatal",
     .script = BadHeaderDigestInData},
    {.id = "DGH-02/r2t",
     .title = "A wrong header digest in an R2T is fatal",
     .script = BadHeaderDigestInR2T},
    {.id = "DGH-02/damaged-header",
     .title = "A damaged header is noticed by its digest before its fields are believed",
     .script = DamagedHeader},
    {.id = "DGH-03/only-pdu",
     .title = "A wrong data digest fails the read, not the connection",
     .script = BadDataDigest<1, 0>},
    {.id = "DGH-03/second-of-four",
     .title = "A wrong data digest amid a read fails it; the rest of its data are taken",
     .script = BadDataDigest<4, 1>},
    {.id = "DGH-03/last-of-four",
     .title = "A wrong data digest at the end of a read fails it, not the connection",
     .script = BadDataDigest<4, 3>},
    {.id = "DGH-03/under-success",
     .title = "A wrong data digest fails the read even if its C2HData says SUCCESS",
     .script = BadDataDigestUnderSuccess},
};

}  // namespace

std::span<const Case> DigestHostCases() { return kCases; }

}  // namespace nvmf::conformance
