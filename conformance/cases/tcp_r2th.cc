// How a host serves R2Ts, host on trial. (NVMe/TCP, "R2T", "H2CData")
#include <algorithm>
#include <vector>

#include "conformance/cases/cases.h"
#include "conformance/script/host_scene.h"

namespace nvmf::conformance {
namespace {

using tcp::R2T;

constexpr tcp::IcResp kSmallPdus = {.dgst = 0xFF, .maxh2cdata = 4096};

// ExpectWritten completes the write, whose data came as `data`, and sees the errand to its end.
Verdict ExpectWritten(HostScene& scene, ByteView data) {
  const Bytes told = Writes(scene.length()).data;
  if (!std::ranges::equal(data, told)) return {kFail, "the data are not what was to be written"};
  scene.io.Complete(scene.cid());
  return ExpectGoodEnd(scene);
}

Verdict NothingUntilR2T(HostTrial& trial) {
  HostScene scene = MeetWrite(trial);
  if (Verdict quiet = scene.io.ExpectQuiet(); quiet.kind != kPass) return quiet;
  return ExpectWritten(scene, scene.io.TakeData(scene.command.sqe));
}

// In `kPieces` R2Ts, each after the one before was served.
template <std::uint32_t kPieces>
Verdict ServedPieceByPiece(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, Writes(16384), kSmallPdus);
  const std::uint32_t piece = scene.length() / kPieces;
  Bytes data;
  for (std::uint32_t i = 0; i < kPieces; ++i) {
    const R2T r2t{.cccid = scene.cid(),
                  .ttag = static_cast<std::uint16_t>(i),
                  .r2to = i * piece,
                  .r2tl = piece};
    scene.io.Send(r2t);
    data = Join(data, scene.io.TakeRange(r2t));
  }
  return ExpectWritten(scene, data);
}

// A write of four blocks' worth of H2CData under one R2T.
template <std::uint16_t kTtag>
Verdict SplitByMaxH2CData(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, Writes(16384), kSmallPdus);
  const R2T r2t{.cccid = scene.cid(), .ttag = kTtag, .r2tl = scene.length()};
  scene.io.Send(r2t);
  return ExpectWritten(scene, scene.io.TakeRange(r2t));
}

// MAXH2CDATA does not divide what is asked for: the last H2CData is shorter.
Verdict LastPduMayBeShort(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, Writes(12'288), {.dgst = 0xFF, .maxh2cdata = 5000});
  const R2T r2t{.cccid = scene.cid(), .ttag = 9, .r2tl = scene.length()};
  scene.io.Send(r2t);
  return ExpectWritten(scene, scene.io.TakeRange(r2t));
}

Verdict R2TsMayComeInOctets(HostTrial& trial) {
  HostScene scene = MeetWrite(trial);
  const R2T r2t{.cccid = scene.cid(), .ttag = 3, .r2tl = scene.length()};
  scene.io.SendInPieces(scene.io.Frame(r2t), 1);
  return ExpectWritten(scene, scene.io.TakeRange(r2t));
}

Verdict CompareWaitsForR2T(HostTrial& trial) {
  HostErrand errand = Writes(16384);
  errand.kind = HostErrand::Kind::kCompare;
  trial.honest().in_capsule = 0;
  std::ranges::copy(errand.data, trial.honest().media_of_errand().begin());
  ControllerPeer admin = ControllerPeer::Meet(trial, errand);
  ControllerPeer io = admin.ServeUntilIoQueue();
  Capsule compare = io.ServeUntil(IsCompare, &admin);
  HostScene scene{.admin = std::move(admin), .io = std::move(io), .command = compare};
  if (Verdict quiet = scene.io.ExpectQuiet(); quiet.kind != kPass) return quiet;
  scene.io.Answer(compare);
  return ExpectGoodEnd(scene);
}

Verdict R2TsAreServedInOrder(HostTrial& trial) {
  HostErrand errand = Writes(16384);
  errand.r2ts = 4;
  HostScene scene = MeetWrite(trial, errand, kSmallPdus);
  const std::uint64_t most = scene.io.negotiated().max_r2t;
  Require(most > 1, "the host takes one R2T at a time");
  const auto pieces = static_cast<std::uint32_t>(most >= 4 ? 4 : 2);
  const std::uint32_t piece = scene.length() / pieces;
  std::vector<R2T> asked;
  Bytes together;
  for (std::uint32_t i = 0; i < pieces; ++i) {
    asked.push_back({.cccid = scene.cid(),
                     .ttag = static_cast<std::uint16_t>(0x8000 - i),  // No order of TTAGs.
                     .r2to = i * piece,
                     .r2tl = piece});
    together = Join(together, scene.io.Frame(asked.back()));
  }
  scene.io.SendRaw(together);
  Bytes data;
  for (const R2T& r2t : asked) data = Join(data, scene.io.TakeRange(r2t));
  return ExpectWritten(scene, data);
}

constexpr Case kCases[] = {
    {.id = "TCP-R2TH-01/waits",
     .title = "The host sends no H2CData before an R2T asks for it",
     .script = NothingUntilR2T,
     .effects = Effects::kDestructive},
    {.id = "TCP-R2TH-01/one-r2t",
     .title = "One R2T for all of a write is answered in full",
     .script = ServedPieceByPiece<1>,
     .effects = Effects::kDestructive},
    {.id = "TCP-R2TH-01/four-r2ts",
     .title = "Four R2Ts, one after the other, are each answered in full",
     .script = ServedPieceByPiece<4>,
     .effects = Effects::kDestructive},
    {.id = "TCP-R2TH-01/octet-by-octet",
     .title = "An R2T that comes octet by octet is answered as any other",
     .script = R2TsMayComeInOctets,
     .effects = Effects::kDestructive},
    {.id = "TCP-R2TH-01/compare",
     .title = "The data of a compare too wait for an R2T",
     .script = CompareWaitsForR2T,
     .effects = Effects::kSafe},
    {.id = "TCP-R2TH-02/ttag-0",
     .title = "H2CData split by MAXH2CDATA are contiguous and carry the R2T's TTAG, here 0",
     .script = SplitByMaxH2CData<0>,
     .effects = Effects::kDestructive,
     .also_shows = {"TCP-R2TH-03"}},
    {.id = "TCP-R2TH-02/ttag-1234",
     .title = "H2CData split by MAXH2CDATA are contiguous and carry the R2T's TTAG, here 1234h",
     .script = SplitByMaxH2CData<0x1234>,
     .effects = Effects::kDestructive,
     .also_shows = {"TCP-R2TH-03"}},
    {.id = "TCP-R2TH-02/ttag-ffff",
     .title = "H2CData split by MAXH2CDATA are contiguous and carry the R2T's TTAG, here FFFFh",
     .script = SplitByMaxH2CData<0xFFFF>,
     .effects = Effects::kDestructive,
     .also_shows = {"TCP-R2TH-03"}},
    {.id = "TCP-R2TH-02/uneven",
     .title = "A MAXH2CDATA that does not divide the data leaves a shorter last H2CData",
     .script = LastPduMayBeShort,
     .effects = Effects::kDestructive,
     .also_shows = {"TCP-R2TH-03"}},
    {.id = "TCP-R2TH-03/two-r2ts",
     .title = "LAST_PDU is on the last H2CData of each R2T and only there",
     .script = ServedPieceByPiece<2>,
     .effects = Effects::kDestructive,
     .also_shows = {"TCP-R2TH-02"}},
    {.id = "TCP-R2TH-10/in-order",
     .title = "R2Ts of one command that are open together are served in the order received",
     .script = R2TsAreServedInOrder,
     .effects = Effects::kDestructive,
     .also_shows = {"TCP-R2TH-02", "TCP-R2TH-03"}},
};

}  // namespace

std::span<const Case> TcpR2thCases() { return kCases; }

}  // namespace nvmf::conformance
