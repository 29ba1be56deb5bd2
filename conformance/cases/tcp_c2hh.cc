// Data that a host takes, and data that it must refuse. (NVMe/TCP, "C2HData")
#include "conformance/cases/cases.h"
#include "conformance/script/host_scene.h"

namespace nvmf::conformance {
namespace {

using tcp::C2HData;

// Part is a stretch of a read's data.
struct Part {
  std::uint32_t at = 0;
  std::uint32_t size = 0;
};

// SendParts sends each stretch of the truth as one C2HData, LAST_PDU on the last.
void SendParts(HostScene& scene, std::initializer_list<Part> parts) {
  const Bytes truth = scene.Truth();
  for (const Part& part : parts) {
    const bool last = &part == parts.end() - 1;
    scene.io.SendData(scene.cid(), ByteView(truth).subspan(part.at, part.size), part.at, last);
  }
}

// ExpectRefused says what an honest controller says next: a host that overlooked the fault takes
// the read for done and goes on to the next one.
Outcome ExpectRefused(HostScene& scene, std::initializer_list<Violation> legal) {
  scene.io.Complete(scene.cid());
  return scene.io.ExpectFatal(legal);
}

Verdict ExpectOutOfSequence(HostScene& scene) {
  return ExpectRefused(scene, {{Fes::kPduSequenceError}})
      .Or(TermReq({{Fes::kInvalidPduHeaderField, 12}}), kNonStrict,
          "FES 01h, where the text names 02h");
}

Verdict PiecesAreJoined(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  SendParts(scene, {{0, 512}, {512, 4}, {516, 3000}, {3516, 580}});
  scene.io.Complete(scene.cid());
  return ExpectGoodEnd(scene);
}

Verdict DataMayComeInOctets(HostTrial& trial) {
  HostScene scene = MeetRead(trial, Reads(512));
  const C2HData pdu{.cccid = scene.cid(), .datal = scene.length()};
  scene.io.SendInPieces(scene.io.Frame(pdu, scene.Truth(), {}, tcp::kLastPdu), 1);
  scene.io.Complete(scene.cid());
  return ExpectGoodEnd(scene);
}

template <std::uint16_t kXor>
Verdict UnknownCommandIsFatal(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  scene.io.SendData(scene.cid() ^ kXor, scene.Truth(), 0, true);
  return ExpectRefused(scene, {{Fes::kInvalidPduHeaderField, 8}});
}

Verdict CompletedCommandIsFatal(HostTrial& trial) {
  HostScene scene = MeetRead(trial, Reads(4096, 3));
  scene.io.Answer(scene.command);
  const Sqe next = scene.Next(IsRead).sqe;
  if (next.cid == scene.cid()) return {kInfo, "the host uses the CID again at once"};
  scene.io.SendData(scene.cid(), scene.Truth(), 0, true);
  scene.io.Complete(next.cid);
  return scene.io.ExpectFatal({{Fes::kInvalidPduHeaderField, 8}});
}

Verdict GapIsASequenceError(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  SendParts(scene, {{512, 3584}});
  return ExpectOutOfSequence(scene);
}

Verdict RepeatIsASequenceError(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  SendParts(scene, {{0, 1024}, {0, 1024}, {2048, 2048}});
  return ExpectOutOfSequence(scene);
}

Verdict OverlapIsASequenceError(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  SendParts(scene, {{0, 1024}, {512, 3584}});
  return ExpectOutOfSequence(scene);
}

Verdict SwappedPiecesAreASequenceError(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  SendParts(scene, {{2048, 2048}, {0, 2048}});
  return ExpectOutOfSequence(scene);
}

Verdict DataAfterLastAreASequenceError(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  SendParts(scene, {{0, 2048}});
  SendParts(scene, {{2048, 2048}});
  return ExpectOutOfSequence(scene);
}

Verdict DataForAWriteAreASequenceError(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, Writes(4096, 2));
  scene.io.SendData(scene.cid(), Fill(4096, 0), 0, true);
  return ExpectOutOfSequence(scene);
}

// After kFirst octets come kSize more, which is more than there is room for.
template <std::uint32_t kFirst, std::uint32_t kSize>
Verdict PastTheEndIsOutOfRange(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  if (kFirst != 0) {
    scene.io.SendData(scene.cid(), ByteView(scene.Truth()).first(kFirst), 0, false);
  }
  scene.io.SendData(scene.cid(), Fill(kSize, 0xEE), kFirst, true);
  return ExpectRefused(scene, {{Fes::kDataTransferOutOfRange}});
}

// DATAO is not where the data go on, either.
template <std::uint32_t kDatao, std::uint32_t kSize>
Verdict FarDataoIsOutOfRange(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  scene.io.SendData(scene.cid(), Fill(kSize, 0xEE), kDatao, true);
  return ExpectRefused(scene, {{Fes::kDataTransferOutOfRange}, {Fes::kPduSequenceError}});
}

// DATAL says kDatal while kCarried octets are there.
template <std::uint32_t kDatal, std::uint32_t kCarried>
Verdict DatalAgainstPlen(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  const C2HData pdu{.cccid = scene.cid(), .datal = kDatal};
  scene.io.Send(pdu, ByteView(scene.Truth()).first(kCarried), {}, tcp::kLastPdu);
  return ExpectRefused(scene,
                       {{Fes::kInvalidPduHeaderField, 16}, {Fes::kInvalidPduHeaderField, 4}});
}

constexpr Case kCases[] = {
    {.id = "TCP-C2HH-02/pieces",
     .title = "Contiguous C2HData of any size are joined to what the host asked for",
     .script = PiecesAreJoined,
     .effects = Effects::kSafe},
    {.id = "TCP-C2HH-02/octet-by-octet",
     .title = "C2HData that comes octet by octet is taken as any other",
     .script = DataMayComeInOctets,
     .effects = Effects::kSafe},
    {.id = "TCP-C2HH-01/unknown-cccid",
     .title = "C2HData for a command that is not outstanding is fatal",
     .script = UnknownCommandIsFatal<0x4000>},
    {.id = "TCP-C2HH-01/cccid-past-any-queue",
     .title = "C2HData whose CCCID differs in every bit from an outstanding one is fatal",
     .script = UnknownCommandIsFatal<0xFFFF>},
    {.id = "TCP-C2HH-01/completed",
     .title = "C2HData for a command that was completed is fatal",
     .script = CompletedCommandIsFatal},
    {.id = "TCP-C2HH-02/gap",
     .title = "A first C2HData whose DATAO is not 0 is a sequence error",
     .script = GapIsASequenceError},
    {.id = "TCP-C2HH-02/repeat",
     .title = "C2HData for octets that have come is a sequence error",
     .script = RepeatIsASequenceError},
    {.id = "TCP-C2HH-02/overlap",
     .title = "C2HData that overlaps octets that have come is a sequence error",
     .script = OverlapIsASequenceError},
    {.id = "TCP-C2HH-02/swapped",
     .title = "Two C2HData in the wrong order are a sequence error",
     .script = SwappedPiecesAreASequenceError},
    {.id = "TCP-C2HH-02/after-last",
     .title = "C2HData after the one with LAST_PDU is a sequence error",
     .script = DataAfterLastAreASequenceError},
    {.id = "TCP-C2HH-02/of-a-write",
     .title = "C2HData for a write is a sequence error",
     .script = DataForAWriteAreASequenceError},
    {.id = "TCP-C2HH-03/past-end",
     .title = "Four octets more than the read asked for are out of range",
     .script = PastTheEndIsOutOfRange<0, 4100>},
    {.id = "TCP-C2HH-03/past-end-later",
     .title = "Four octets more than are left of the read are out of range",
     .script = PastTheEndIsOutOfRange<2048, 2052>},
    {.id = "TCP-C2HH-03/far-past-end",
     .title = "32 KiB for a read of 4096 octets are out of range",
     .script = PastTheEndIsOutOfRange<0, 32768>},
    {.id = "TCP-C2HH-03/datao-near-2-32",
     .title = "A DATAO near 2^32 is out of range",
     .script = FarDataoIsOutOfRange<0xFFFFF000, 2048>},
    {.id = "TCP-C2HH-03/wrap",
     .title = "A range that wraps past 2^32 into the read is out of range",
     .script = FarDataoIsOutOfRange<0xFFFFFFFC, 8>},
    {.id = "TCP-C2HH-09/datal-below-plen",
     .title = "A DATAL of 512 on 1024 octets is a fatal header error",
     .script = DatalAgainstPlen<512, 1024>},
    {.id = "TCP-C2HH-09/datal-above-plen",
     .title = "A DATAL of 1024 on 512 octets is a fatal header error",
     .script = DatalAgainstPlen<1024, 512>},
    {.id = "TCP-C2HH-09/datal-0",
     .title = "A DATAL of 0 on 512 octets is a fatal header error",
     .script = DatalAgainstPlen<0, 512>},
    {.id = "TCP-C2HH-09/no-data",
     .title = "A C2HData without data is a fatal header error",
     .script = DatalAgainstPlen<0, 0>},
};

}  // namespace

std::span<const Case> TcpC2hhCases() { return kCases; }

}  // namespace nvmf::conformance
