// What all fabrics commands have in common, and Disconnect; controller on trial. (NVM Express Base,
// "Fabrics Command Set", "Disconnect Command and Response")
#include <algorithm>

#include "conformance/cases/cases.h"
#include "conformance/cases/connects.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

// Both property commands do their work.
Verdict PropertiesWork(HostPeer& host, Cc cc) {
  const Verdict get = host.Try(MakePropertyGet(Cap::kOffset, Cap::kWidth))
                          .Or(SaysWith(kSuccess, host.claims().cap), kPass);
  if (auto bad = Bad(get)) return *bad;
  return host.Try(MakePropertySet(Cc::kOffset, Cc::kWidth, cc.raw)).Or(SaysDone(), kPass);
}
Verdict BeforeEnable(HostPeer& host) {
  host.ConnectAdmin();
  return PropertiesWork(host, Cc::Enable().with_en(false));
}
Verdict AfterDisable(HostPeer& host) {
  host.Enable();
  host.Disable();
  return PropertiesWork(host, Cc::Enable().with_en(false));
}
Verdict DuringShutdown(HostPeer& host) {
  host.Enable();
  const Cc down = Cc::Enable().with_shn(Shn::kNormal);
  host.PropertySet(Cc::kOffset, Cc::kWidth, down.raw);
  return PropertiesWork(host, down);
}

template <std::uint8_t kFctype>
Verdict UnknownType(HostPeer& host) {
  host.ConnectAdmin();
  const Sqe sqe{
      .opc = kFabricsOpcode, .nsid = kFctype, .sgl1 = {.length = 0, .type = Sgl::kTransport}};
  if (auto bad = Bad(host.Try(sqe).Or(Says({kInvalidOpcode, kInvalidField}), kPass))) return *bad;
  return host.ExpectAlive();
}

Verdict NotOnAnIoQueue(HostPeer& admin, const Sqe& sqe) {
  HostPeer io = admin.OpenIo();
  return io.Try(sqe)
      .Or(Says({kInvalidField}), kPass)
      .Or(Says({kInvalidOpcode}), kNonStrict, "0/01h instead of 0/02h");
}
Verdict GetOnAnIoQueue(HostPeer& admin) {
  return NotOnAnIoQueue(admin, MakePropertyGet(Cap::kOffset, Cap::kWidth));
}
Verdict SetOnAnIoQueue(HostPeer& admin) {
  return NotOnAnIoQueue(admin, MakePropertySet(Cc::kOffset, Cc::kWidth, Cc::Enable().raw));
}

// A queue that says Disconnect is over, and its QID may be used again.
Verdict DisconnectEndsAQueue(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  if (admin.claims().Missing(Need::kDisconnect)) {
    return io.Try(MakeDisconnect()).Or(Says({kInvalidOpcode, kInvalidField}), kPass);
  }
  if (auto bad = Bad(io.Try(MakeDisconnect()).Or(SaysDone(), kPass))) return *bad;
  if (auto bad = Bad(EndOf(io))) return *bad;
  HostPeer again = admin.Another();
  again.IcExchange();
  const ConnectTry connect(again, {.qid = io.qid(), .cntlid = admin.cntlid()});
  return connect.Send().Or(SaysDone(), kPass);
}

Verdict DisconnectOfAnAdminQueue(HostPeer& host) {
  host.ConnectAdmin();
  const Verdict refused =
      host.Try(MakeDisconnect())
          .Or(Says({kDisconnectInvalidQueueType}), kPass)
          .Or(Says({kInvalidOpcode}), kNonStrict, "0/01h instead of 1/85h: not supported");
  if (refused.kind == kFail) return refused;
  if (auto bad = Bad(host.ExpectAlive())) return *bad;
  return refused;
}

Verdict DisconnectOfAnotherFormat(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const Sqe sqe = ViewAs<Sqe>(DisconnectCmd{.recfmt = 1});
  if (auto bad = Bad(io.Try(sqe).Or(Says({kIncompatibleFormat}), kPass))) return *bad;
  return io.ExpectAlive();
}

// Each Read ends, in whatever way, before the Disconnect does; nothing comes behind that.
Verdict DisconnectIsTheLastToEnd(HostPeer& admin) {
  constexpr unsigned kReads = 16;
  HostPeer io = admin.OpenIo();
  io.Hold();
  for (unsigned i = 0; i < kReads; ++i) io.Start(io.ReadCommand(io.claims().block));
  const std::uint16_t last = io.Start(MakeDisconnect());
  io.Release();
  for (unsigned done = 0; done <= kReads;) {
    const Event event = io.Next();
    if (event.Is(tcp::PduType::kC2HData)) continue;
    if (!event.Is(tcp::PduType::kCapsuleResp)) io.Miss("the completion of a Read", event);
    const Cqe cqe = event.pdu.As<tcp::CapsuleResp>().cqe;
    const StatusCode code = cqe.status().code();
    if (cqe.cid == last) {
      if (auto bad = Bad(Holds(done == kReads, "a Read was still open"))) return *bad;
    } else if (code != kSuccess && code != kAbortedSqDeletion) {
      return {kFail, "a Read ended with " + cqe.status().Text()};
    }
    ++done;
  }
  return EndOf(io);
}

constexpr Case kCases[] = {
    {"FAB-GEN-01/before-enable", "Property commands are processed before CC.EN", BeforeEnable,
     kSafe},
    {"FAB-GEN-01/after-disable", "Property commands are processed after CC.EN was cleared",
     AfterDisable, kSafe},
    {"FAB-GEN-01/shutdown", "Property commands are processed during and after a shutdown",
     DuringShutdown, kSafe},
    {"FAB-GEN-02/fctype-02", "A fabrics command of FCTYPE 02h is refused", UnknownType<0x02>},
    {"FAB-GEN-02/fctype-07", "A fabrics command of FCTYPE 07h is refused", UnknownType<0x07>},
    {"FAB-GEN-02/fctype-7f", "A fabrics command of FCTYPE 7Fh is refused", UnknownType<0x7F>},
    {"FAB-GEN-02/fctype-c0", "A fabrics command of FCTYPE C0h is refused", UnknownType<0xC0>},
    {"FAB-GEN-02/fctype-ff", "A fabrics command of FCTYPE FFh is refused", UnknownType<0xFF>},
    {"FAB-GEN-03/get", "Property Get on an I/O queue is refused", GetOnAnIoQueue, kSafe,
     Need::kIoQueue},
    {"FAB-GEN-03/set", "Property Set on an I/O queue is refused", SetOnAnIoQueue, kSafe,
     Need::kIoQueue},
    {"FAB-DISC-01/io",
     "Disconnect ends an I/O queue where OFCS claims it, and is refused where not",
     DisconnectEndsAQueue, kSafe, Need::kIoQueue},
    {"FAB-DISC-02/admin", "Disconnect on an admin queue is refused, and the queue goes on",
     DisconnectOfAnAdminQueue, kSafe},
    {"FAB-DISC-03/recfmt-1", "A Disconnect of RECFMT 1 has an incompatible format",
     DisconnectOfAnotherFormat, kSafe, Need::kIoQueue | Need::kDisconnect},
    {"FAB-DISC-04/reads-outstanding", "The completion of Disconnect comes behind all others",
     DisconnectIsTheLastToEnd, kSafe, Need::kIoQueue | Need::kDisconnect},
};

}  // namespace

std::span<const Case> FabGenCases() { return kCases; }

}  // namespace nvmf::conformance
