// R2Ts that ask for what they may not, host on trial. (NVMe/TCP, "R2T", "Transport Error Handling")
#include <vector>

#include "conformance/cases/cases.h"
#include "conformance/script/host_scene.h"

namespace nvmf::conformance {
namespace {

using tcp::R2T;

constexpr std::uint32_t kWritten = 16384;

// What the text leaves open is which error an R2T past the data is. That no octet of the host's
// memory comes in answer is not.
constexpr std::initializer_list<Violation> kPastTheData = {{Fes::kDataTransferOutOfRange},
                                                           {Fes::kInvalidPduHeaderField, 12},
                                                           {Fes::kInvalidPduHeaderField, 16}};

R2T Range(const HostScene& scene, std::uint32_t r2to, std::uint32_t r2tl, std::uint16_t ttag = 1) {
  return {.cccid = scene.cid(), .ttag = ttag, .r2to = r2to, .r2tl = r2tl};
}

// Serve asks for the first kOctets of the write and takes them.
template <std::uint32_t kOctets>
void Serve(HostScene& scene) {
  const R2T r2t = Range(scene, 0, kOctets, 7);
  scene.io.Send(r2t);
  (void)scene.io.TakeRange(r2t);
}

// The first R2T of a write, which it must not be.
template <std::uint32_t kR2to, std::uint32_t kR2tl>
Verdict ExpectNotFirst(HostTrial& trial, std::initializer_list<Violation> legal) {
  HostScene scene = MeetWrite(trial, Writes(kWritten));
  scene.io.Send(Range(scene, kR2to, kR2tl));
  return scene.io.ExpectFatal(legal);
}

Verdict ExpectOutOfSequence(ControllerPeer& io) {
  return io.ExpectFatal({{Fes::kPduSequenceError}})
      .Or(TermReq({{Fes::kInvalidPduHeaderField, 12}}), kNonStrict,
          "FES 01h, where the text names 02h");
}

Verdict GapIsASequenceError(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, Writes(kWritten));
  scene.io.Send(Range(scene, 4096, 4096));
  return ExpectOutOfSequence(scene.io);
}

// After 8192 octets were served, the next R2T begins somewhere else.
template <std::uint32_t kR2to>
Verdict WrongNextIsASequenceError(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, Writes(kWritten));
  Serve<8192>(scene);
  scene.io.Send(Range(scene, kR2to, 4096));
  return ExpectOutOfSequence(scene.io);
}

Verdict PastTheEndIsFatal(HostTrial& trial) {
  return ExpectNotFirst<0, kWritten + 4>(trial, kPastTheData);
}

Verdict MoreThanIsLeftIsFatal(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, Writes(kWritten));
  Serve<8192>(scene);
  scene.io.Send(Range(scene, 8192, 8192 + 4));
  return scene.io.ExpectFatal(kPastTheData);
}

// R2TO + R2TL wraps to 1000h. Its R2TO is not the next one, either.
Verdict WrappingRangeIsFatal(HostTrial& trial) {
  return ExpectNotFirst<0xFFFFF000, 0x2000>(trial, {{Fes::kDataTransferOutOfRange},
                                                    {Fes::kInvalidPduHeaderField, 12},
                                                    {Fes::kInvalidPduHeaderField, 16},
                                                    {Fes::kPduSequenceError}});
}

// R2TO is right, and R2TO + R2TL wraps to 0.
Verdict WrappingSumIsFatal(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, Writes(kWritten));
  Serve<4096>(scene);
  scene.io.Send(Range(scene, 4096, 0xFFFFF000));
  return scene.io.ExpectFatal(kPastTheData);
}

Verdict ExpectNothingToAskFor(HostScene& scene) {
  scene.io.Send(Range(scene, 0, scene.length()));
  return scene.io.ExpectFatal({{Fes::kPduSequenceError},
                               {Fes::kDataTransferOutOfRange},
                               {Fes::kInvalidPduHeaderField, 8},
                               {Fes::kInvalidPduHeaderField, 12},
                               {Fes::kInvalidPduHeaderField, 16}});
}

Verdict R2TForAReadIsFatal(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  return ExpectNothingToAskFor(scene);
}

Verdict R2TForDataInTheCapsuleIsFatal(HostTrial& trial) {
  ControllerPeer admin = ControllerPeer::Meet(trial, Writes(512));
  ControllerPeer io = admin.ServeUntilIoQueue();
  Capsule write = io.ServeUntil(IsWrite, &admin);
  Require(write.sqe.sgl1.type == Sgl::kInCapsule, "the host sends no data in I/O capsules");
  HostScene scene{.admin = std::move(admin), .io = std::move(io), .command = write};
  return ExpectNothingToAskFor(scene);
}

template <std::uint16_t kXor>
Verdict UnknownCommandIsFatal(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, Writes(kWritten));
  R2T r2t = Range(scene, 0, kWritten);
  r2t.cccid ^= kXor;
  scene.io.Send(r2t);
  return scene.io.ExpectFatal({{Fes::kInvalidPduHeaderField, 8}});
}

Verdict CompletedCommandIsFatal(HostTrial& trial) {
  HostScene scene = MeetWrite(trial, Writes(kWritten, 2));
  scene.io.Answer(scene.command);
  if (scene.Next(IsWrite).sqe.cid == scene.cid()) {
    return {kInfo, "the host uses the CID again at once: the R2T would be good"};
  }
  scene.io.Send(Range(scene, 0, kWritten));
  return scene.io.ExpectFatal({{Fes::kInvalidPduHeaderField, 8}});
}

// All R2Ts arrive together and the first asks for more than the socket takes while nobody reads,
// so that it is still open when the host comes to the last.
Verdict OneR2TTooMany(HostTrial& trial) {
  constexpr std::uint32_t kEach = 4096;
  HostScene scene = MeetWrite(trial, Writes(512 * 1024));
  const std::uint64_t most = scene.io.negotiated().max_r2t;
  Require(most <= 16, "the host takes more R2Ts than one write can have here");
  const auto more = static_cast<std::uint32_t>(most);
  const std::uint32_t first = scene.length() - more * kEach;
  Bytes together = scene.io.Frame(Range(scene, 0, first, 1));
  for (std::uint32_t i = 0; i < more; ++i) {
    const auto ttag = static_cast<std::uint16_t>(2 + i);
    together = Join(together, scene.io.Frame(Range(scene, first + i * kEach, kEach, ttag)));
  }
  scene.io.SendRaw(together);
  Event event = scene.io.Next();
  while (event.Is(tcp::PduType::kH2CData) && event.pdu.As<tcp::H2CData>().ttag == 1) {
    event = scene.io.Next();
  }
  if (event.ended()) return {kNonStrict, "closed without H2CTermReq"};  // Perhaps amid a PDU.
  return Outcome(event).Or(TermReq({{Fes::kLimitExceeded}}), kPass);
}

template <std::uint32_t kR2to, std::uint32_t kR2tl>
Verdict OddRangeIsFatal(HostTrial& trial) {
  return ExpectNotFirst<kR2to, kR2tl>(trial, {{Fes::kInvalidPduHeaderField, 12},
                                              {Fes::kInvalidPduHeaderField, 16},
                                              {Fes::kPduSequenceError}});
}

constexpr Case kCases[] = {
    {.id = "TCP-R2TH-04/gap",
     .title = "A first R2T whose R2TO is not 0 is a sequence error",
     .script = GapIsASequenceError},
    {.id = "TCP-R2TH-04/again",
     .title = "An R2T for data that were served is a sequence error",
     .script = WrongNextIsASequenceError<0>},
    {.id = "TCP-R2TH-04/overlap",
     .title = "An R2T that overlaps data that were served is a sequence error",
     .script = WrongNextIsASequenceError<6144>},
    {.id = "TCP-R2TH-04/later-gap",
     .title = "An R2T that leaves out data is a sequence error",
     .script = WrongNextIsASequenceError<12288>},
    {.id = "TCP-R2TH-05/past-end",
     .title = "An R2T for four octets more than the write has is fatal",
     .script = PastTheEndIsFatal},
    {.id = "TCP-R2TH-05/past-end-later",
     .title = "An R2T for four octets more than are left of the write is fatal",
     .script = MoreThanIsLeftIsFatal},
    {.id = "TCP-R2TH-05/wrap",
     .title = "An R2T whose range wraps past 2^32 is fatal",
     .script = WrappingRangeIsFatal},
    {.id = "TCP-R2TH-05/sum-wraps-to-0",
     .title = "An R2T whose R2TO is right and whose end wraps to 0 is fatal",
     .script = WrappingSumIsFatal},
    {.id = "TCP-R2TH-05/of-a-read",
     .title = "An R2T for a read, which has nothing to send, is fatal",
     .script = R2TForAReadIsFatal},
    {.id = "TCP-R2TH-05/of-data-in-capsule",
     .title = "An R2T for data that went in the capsule is fatal",
     .script = R2TForDataInTheCapsuleIsFatal},
    {.id = "TCP-R2TH-06/unknown-cccid",
     .title = "An R2T for a command that is not outstanding is fatal",
     .script = UnknownCommandIsFatal<0x4000>},
    {.id = "TCP-R2TH-06/cccid-past-any-queue",
     .title = "An R2T whose CCCID differs in every bit from an outstanding one is fatal",
     .script = UnknownCommandIsFatal<0xFFFF>},
    {.id = "TCP-R2TH-06/completed",
     .title = "An R2T for a command that was completed is fatal",
     .script = CompletedCommandIsFatal},
    {.id = "TCP-R2TH-08/one-too-many",
     .title = "One R2T more than MAXR2T allows for a command is R2T Limit Exceeded",
     .script = OneR2TTooMany},
    {.id = "TCP-R2TH-09/r2tl-0",
     .title = "An R2T for nothing is fatal",
     .script = OddRangeIsFatal<0, 0>},
    {.id = "TCP-R2TH-09/r2to-2",
     .title = "An R2T whose R2TO is not a multiple of 4 is fatal",
     .script = OddRangeIsFatal<2, 512>},
    {.id = "TCP-R2TH-09/r2tl-510",
     .title = "An R2T whose R2TL is not a multiple of 4 is fatal",
     .script = OddRangeIsFatal<0, 510>},
};

}  // namespace

std::span<const Case> TcpR2thWrongCases() { return kCases; }

}  // namespace nvmf::conformance
