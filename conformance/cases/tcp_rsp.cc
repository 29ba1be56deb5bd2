// Response capsules, controller on trial. (NVMe/TCP, "Response Capsule PDU (CapsuleResp)")
#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

constexpr std::uint32_t kReservedProperty = 0x1004;

// Every kind of response there is: with and without data, successful and not. Each is judged as it
// comes.
Verdict Session(HostPeer& host, const tcp::IcReq& ic) {
  host.Enable(ic);
  host.PropertyGet(Cap::kOffset, Cap::kWidth);
  host.Identify();
  host.Run(MakePropertyGet(kReservedProperty, 4));
  host.Run(HostPeer::IdentifyCommand(static_cast<Cns>(0xFF)));
  host.Run(MakeKeepAlive());
  return host.ExpectAlive();
}

Verdict ResponsesAreWellFormed(HostPeer& host) { return Session(host, {}); }
Verdict ResponsesWithHeaderDigest(HostPeer& host) { return Session(host, {.dgst = 1}); }

Verdict IoResponsesAreWellFormed(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  io.Read(io.claims().block);
  Sqe nowhere = io.ReadCommand(io.claims().block);
  nowhere.cdw11 = 0xFFFFFFFF;  // An SLBA beyond any namespace.
  const Exchange refused = io.Run(nowhere);
  if (refused.ok()) return {kFail, "a read beyond the namespace succeeds"};
  return io.ExpectAlive();
}

Verdict OneCompletionEach(HostPeer& host) {
  constexpr int kRounds = 25;
  constexpr int kOpen = 8;
  host.Enable();
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::uint16_t> cids;
    for (int i = 0; i < kOpen; ++i) {
      cids.push_back(host.Start(i % 3 == 0   ? HostPeer::IdentifyCommand()
                                : i % 3 == 1 ? MakePropertyGet(Vs::kOffset, Vs::kWidth)
                                             : MakePropertyGet(kReservedProperty, 4)));
    }
    for (const std::uint16_t cid : cids) host.Finish(cid);
  }
  return host.ExpectBarrier();  // No completion was left over.
}

Verdict ManyCidsComeBack(HostPeer& host) {
  host.ConnectAdmin();
  for (const int cid : {0x0000, 0x0001, 0x00FF, 0x7FFF, 0x8000, 0xFFFE}) {
    Sqe sqe = MakePropertyGet(Vs::kOffset, Vs::kWidth);
    sqe.cid = static_cast<std::uint16_t>(cid);
    host.Send(tcp::CapsuleCmd{.sqe = sqe});
    if (auto bad = Bad(host.Expect(Success(sqe.cid), kPass))) return *bad;
  }
  return Pass();
}

constexpr Case kCases[] = {
    {"TCP-RSP-01/admin", "Every CapsuleResp of an admin queue has its form", ResponsesAreWellFormed,
     kSafe},
    {"TCP-RSP-01/header-digest", "With header digests a CapsuleResp is 28 octets long",
     ResponsesWithHeaderDigest, kSafe, Need::kHeaderDigest, kSetUpOnTrial},
    {"TCP-RSP-01/io", "Every CapsuleResp of an I/O queue has its form", IoResponsesAreWellFormed,
     kSafe, Need::kIoQueue},
    {"TCP-RSP-02/mixed-commands", "200 mixed commands have one completion each", OneCompletionEach,
     kSafe},
    {"TCP-RSP-03/admin", "SQID and Phase are zero in the responses of an admin queue",
     ResponsesAreWellFormed, kSafe},
    {"TCP-RSP-03/io", "SQID and Phase are zero in the responses of an I/O queue",
     IoResponsesAreWellFormed, kSafe, Need::kIoQueue},
    {"TCP-RSP-03/cids", "The CID of a response is that of the command, whatever its value",
     ManyCidsComeBack, kSafe},
};

}  // namespace

std::span<const Case> TcpRspCases() { return kCases; }

}  // namespace nvmf::conformance
