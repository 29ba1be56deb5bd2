// Connections and associations, controller on trial. (NVMe/TCP, "Transport Overview"; NVM Express
// Base, "Fabrics: associations")
#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

Verdict SecondQueueOnOneConnection(HostPeer& host) {
  host.Enable();
  const ConnectOptions options{.qid = 1, .cntlid = host.cntlid()};
  const std::uint16_t cid = host.Submit(host.ConnectCommand(options), host.ConnectPage(options));
  return host.Expect(Completion(cid, {StatusCode::kCommandSequenceError}), kPass)
      .Or(AnyError(cid), kNonStrict, "refused, but not with 0/0Ch Command Sequence Error")
      .Or(Closed(), kNonStrict, "refused by a close");
}

// The answers to a few requests, to be compared between ways of sending them.
struct Answers {
  std::uint64_t cap = 0;
  std::uint64_t vs = 0;
  Bytes page;
  bool operator==(const Answers&) const = default;
};

Answers AskOneByOne(HostPeer& host) {
  host.Enable();
  return {host.PropertyGet(Cap::kOffset, Cap::kWidth), host.PropertyGet(Vs::kOffset, Vs::kWidth),
          host.Identify(Cns::kActiveNsids)};
}

Verdict OctetByOctet(HostPeer& host) {
  HostPeer plain = host.Another();
  host.set_piece(1);
  if (AskOneByOne(host) == AskOneByOne(plain)) return Pass();
  return {kFail, "octet by octet the same requests are answered otherwise"};
}

Verdict ManyInOneWrite(HostPeer& host) {
  const Answers expected = AskOneByOne(host);
  host.Hold();
  const std::uint16_t cap = host.Start(MakePropertyGet(Cap::kOffset, Cap::kWidth));
  const std::uint16_t vs = host.Start(MakePropertyGet(Vs::kOffset, Vs::kWidth));
  const std::uint16_t page = host.Start(HostPeer::IdentifyCommand(Cns::kActiveNsids));
  host.Release();
  const Answers answers{host.Finish(cap).cqe.value(), host.Finish(vs).cqe.value(),
                        host.Finish(page).data};
  if (answers == expected) return Pass();
  return {kFail, "in one write the same requests are answered otherwise"};
}

Verdict CutInTheMiddleOfEachHeader(HostPeer& host) {
  HostPeer plain = host.Another();
  host.set_piece(5);
  if (AskOneByOne(host) == AskOneByOne(plain)) return Pass();
  return {kFail, "in pieces of 5 octets the same requests are answered otherwise"};
}

// How soon is not specified. Some controllers notice the loss only by the Keep Alive timer, so that
// is set short.
constexpr std::uint32_t kShortKatoMs = 1'000;
constexpr Duration kAssociationEnds = std::chrono::seconds(10);

Verdict ExpectEndOf(HostPeer& io) {
  return Outcome(io.NextWithin(kAssociationEnds)).Or(Closed(), kPass);
}

enum class Loss { kReset, kFin };

template <Loss kLoss>
Verdict AdminLossEndsIoQueues(HostPeer& admin) {
  admin.ConnectAdmin({}, {.kato_ms = kShortKatoMs});
  HostPeer first = admin.OpenIo();
  HostPeer second = admin.OpenIo();
  kLoss == Loss::kReset ? admin.Reset() : admin.Close();
  if (auto bad = Bad(ExpectEndOf(first))) return *bad;
  return ExpectEndOf(second);
}

Verdict CntlidIsGoneWithItsAdminQueue(HostPeer& admin) {
  admin.ConnectAdmin({}, {.kato_ms = kShortKatoMs});
  HostPeer first = admin.OpenIo();
  const ConnectOptions options{.qid = 2, .cntlid = admin.cntlid()};
  admin.Reset();
  if (auto bad = Bad(ExpectEndOf(first))) return *bad;
  constexpr int kAttempts = 20;  // How soon is not specified.
  for (int attempt = 1;; ++attempt) {
    HostPeer late = admin.Another();
    late.IcExchange();
    const std::uint16_t cid = late.Submit(late.ConnectCommand(options), late.ConnectPage(options));
    const Event answer = late.Next();
    if (Success(cid).fits(answer) && attempt < kAttempts) continue;
    return Outcome(answer)
        .Or(Completion(cid, {StatusCode::kConnectInvalidParameters}), kPass)
        .Or(AnyError(cid), kNonStrict, "refused, but not with 1/82h Connect Invalid Parameters")
        .Or(Closed(), kNonStrict, "refused by a close");
  }
}

Verdict IoLossEndsTheAssociation(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  io.Reset();
  const Event event = admin.NextWithin(admin.trial().limits().quiet);
  if (event.ended()) return Pass();
  if (auto bad = Bad(admin.ExpectBarrier().Or(Closed(), kPass))) return *bad;
  return {kInfo, "the association goes on without the lost queue"};
}

Verdict HalfCloseIsCleanedUp(HostPeer& host) {
  host.Enable();
  const std::uint16_t cid = host.Submit(HostPeer::IdentifyCommand());
  host.CloseWrite();
  while (true) {
    const Event event = host.Next();
    if (event.ended()) return Pass();
    const bool data = event.Is(tcp::PduType::kC2HData);
    if (data || AnyCompletion(cid).fits(event)) continue;
    return Outcome(event).Or(Closed(), kPass);
  }
}

Verdict ResetInTheMiddleOfH2CData(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const std::uint32_t octets = io.claims().solicited();
  const std::uint64_t beyond = octets / io.claims().block;  // The first block not written to.
  const Bytes before = io.Read(io.claims().block, beyond);
  const OpenWrite write = io.OpenAWrite();
  const tcp::H2CData pdu{.cccid = write.cid, .ttag = write.r2t.ttag, .datal = octets};
  io.SendRaw(ByteView(io.Frame(pdu, write.data)).first(octets / 2));
  io.Reset();
  HostPeer again = admin.Another();
  HostPeer reader = again.OpenIo();
  if (reader.Read(io.claims().block, beyond) == before) return Pass();
  return {kFail, "a block beyond the write has changed"};
}

Verdict StalledPeersDoNotStopOthers(HostPeer& healthy) {
  constexpr int kStalled = 16;
  healthy.ConnectAdmin();
  const Bytes ic = healthy.Frame(tcp::IcReq{});
  std::vector<HostPeer> stalled;
  for (int i = 0; i < kStalled; ++i) {
    stalled.push_back(healthy.Another());
    stalled.back().SendRaw(ByteView(ic).first(7));
  }
  if (auto bad = Bad(healthy.ExpectBarrier())) return *bad;
  HostPeer fresh = healthy.Another();
  fresh.ConnectAdmin();
  return fresh.ExpectAlive();
}

constexpr Case kCases[] = {
    {"TCP-CONN-01/connect-io-on-admin",
     "A connection carries one queue: no I/O Connect on the admin's", SecondQueueOnOneConnection},
    {"TCP-CONN-02/octet-by-octet", "A session sent octet by octet is answered like any other",
     OctetByOctet, kSafe, kNoNeeds, kSetUpOnTrial},
    {"TCP-CONN-02/pieces-of-5", "A session cut inside every header is answered like any other",
     CutInTheMiddleOfEachHeader, kSafe, kNoNeeds, kSetUpOnTrial},
    {"TCP-CONN-02/one-write", "Several capsules in one write are answered like any other",
     ManyInOneWrite, kSafe, kNoNeeds, kSetUpOnTrial},
    {"TCP-CONN-03/admin-reset", "When the admin connection is reset the I/O connections end",
     AdminLossEndsIoQueues<Loss::kReset>, kDisruptive, Need::kIoQueue},
    {"TCP-CONN-03/admin-closed", "When the admin connection is closed the I/O connections end",
     AdminLossEndsIoQueues<Loss::kFin>, kDisruptive, Need::kIoQueue},
    {"TCP-CONN-03/cntlid-gone", "The CNTLID of a lost association takes no further I/O Connect",
     CntlidIsGoneWithItsAdminQueue, kDisruptive, Need::kIoQueue},
    {"TCP-CONN-04/io-reset", "The loss of an I/O connection ends the association",
     IoLossEndsTheAssociation, kDisruptive, Need::kIoQueue},
    {"TCP-CONN-05/half-close", "A half-closed connection is answered or ended, and cleaned up",
     HalfCloseIsCleanedUp},
    {"TCP-CONN-06/reset-in-h2cdata", "A reset in the middle of H2CData touches no other block",
     ResetInTheMiddleOfH2CData, kDestructive, Need::kIoQueue},
    {"TCP-CONN-07/stalled-headers", "Peers that stall inside a header do not stop others",
     StalledPeersDoNotStopOthers},
};

}  // namespace

std::span<const Case> TcpConnCases() { return kCases; }

}  // namespace nvmf::conformance
