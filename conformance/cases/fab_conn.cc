// Connect on an admin queue, controller on trial. (NVM Express Base, "Connect Command and
// Response")
#include "conformance/cases/cases.h"
#include "conformance/cases/connects.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/nvm.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

Verdict ConnectSucceeds(HostPeer& host) {
  host.IcExchange();
  const Outcome outcome = ConnectTry(host, {}).Send().Or(SaysDone(), kPass);
  if (auto bad = Bad(outcome)) return *bad;
  const Cqe cqe = outcome.event().pdu.As<tcp::CapsuleResp>().cqe;
  const std::uint16_t cntlid = ConnectAccepted::FromDw0(cqe.dw0).cntlid;
  if (auto bad = Bad(Holds(cntlid <= kCntlidMax, "CNTLID " + std::to_string(cntlid)))) return *bad;
  return host.ExpectAlive();
}

Verdict RefusedBeforeConnect(HostPeer& host, const Sqe& sqe) {
  host.IcExchange();
  return host.Try(sqe)
      .Or(Says({kCommandSequenceError, kInvalidOpcode}), kPass)
      .Or(SaysAnyError(), kNonStrict)
      .Or(AnyTermReq(), kNonStrict, "ended the connection")
      .Or(Closed(), kNonStrict, "closed");
}

Verdict PropertyGetBeforeConnect(HostPeer& host) {
  return RefusedBeforeConnect(host, host.BarrierCommand());
}
Verdict IdentifyBeforeConnect(HostPeer& host) {
  return RefusedBeforeConnect(host, HostPeer::IdentifyCommand());
}
Verdict KeepAliveBeforeConnect(HostPeer& host) {
  return RefusedBeforeConnect(host, MakeKeepAlive());
}
Verdict ReadBeforeConnect(HostPeer& host) {
  Sqe read = MakeRead(1, 0, 8);
  read.sgl1 = {.length = 4096, .type = Sgl::kTransport};
  return RefusedBeforeConnect(host, read);
}
Verdict DisconnectBeforeConnect(HostPeer& host) {
  return RefusedBeforeConnect(host, MakeDisconnect());
}

// A second Connect is refused, and the queue goes on.
Verdict RefusesASecond(HostPeer& queue, const ConnectOptions& options) {
  const Verdict refused = ConnectTry(queue, options)
                              .Send()
                              .Or(Says({kCommandSequenceError}), kPass)
                              .Or(Says({kInvalidOpcode}), kNonStrict, "0/01h instead of 0/0Ch");
  if (refused.kind != kPass && refused.kind != kNonStrict) return refused;
  if (auto bad = Bad(queue.ExpectAlive())) return *bad;
  return refused;
}
Verdict SecondAdminConnect(HostPeer& host) {
  host.ConnectAdmin();
  return RefusesASecond(host, {});
}
Verdict SecondIoConnect(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const bool fits = io.claims().in_capsule >= ConnectData::kSize;
  return RefusesASecond(io, {.qid = io.qid(),
                             .cntlid = admin.cntlid(),
                             .sgl_type = fits ? Sgl::kInCapsule : Sgl::kTransport});
}

template <std::uint16_t kRecfmt>
Verdict UnknownFormat(HostPeer& host) {
  host.IcExchange();
  ConnectTry connect(host, {});
  connect.cmd.recfmt = kRecfmt;
  return connect.Send().Or(Says({kIncompatibleFormat}), kPass);
}

template <std::uint16_t kSqsize>
Verdict AdminSqsize(HostPeer& host) {
  host.IcExchange();
  ConnectTry connect(host, {});
  connect.cmd.sqsize = kSqsize;
  return connect.Send().Or(InvalidSqsize(), kPass);
}

template <std::uint8_t kCattr>
Verdict OddAttributes(HostPeer& host) {
  host.IcExchange();
  ConnectTry connect(host, {});
  connect.cmd.cattr = kCattr;
  return connect.Send()
      .Or(SaysDone(), kPass)
      .Or(InvalidParameterAt(InvalidConnectCmd("cattr")), kPass);
}

// Every octet of the command that has no meaning, but for the SGL's.
Verdict ReservedOctetsOfTheCommand(HostPeer& host) {
  host.IcExchange();
  const ConnectTry connect(host, {});
  Sqe sqe = ViewAs<Sqe>(connect.cmd);
  sqe.nsid |= 0xFFFFFF00;
  sqe.cdw2 = sqe.cdw3 = 0xFFFFFFFF;
  sqe.mptr = ~std::uint64_t{0};
  sqe.cdw11 |= 0xFF000000;  // Octet 47.
  sqe.cdw13 = sqe.cdw14 = sqe.cdw15 = 0xFFFFFFFF;
  return connect.SendAs(sqe).Or(SaysDone(), kPass).Or(Says({kConnectInvalidParameters}), kPass);
}
Verdict ReservedOctetsOfTheData(HostPeer& host) {
  host.IcExchange();
  ConnectTry connect(host, {});
  connect.Blank(18, kSubnqnAt - 18, 0xFF);
  connect.Blank(768, 256, 0xFF);
  return connect.Send().Or(SaysDone(), kPass).Or(Says({kConnectInvalidParameters}), kPass);
}

Verdict ManyCntlids(HostPeer& first) {
  constexpr int kRounds = 200;
  for (int i = 0; i < kRounds; ++i) {
    HostPeer host = first.Another();
    host.IcExchange();
    const Outcome outcome = ConnectTry(host, {}).Send();
    const Event& event = outcome.event();
    if (!event.Is(tcp::PduType::kCapsuleResp)) host.Miss("the response to Connect", event);
    const Cqe cqe = event.pdu.As<tcp::CapsuleResp>().cqe;
    if (!cqe.status().ok())
      return {kInfo, "after " + std::to_string(i) + " Connects: " + event.Text()};
    const std::uint16_t cntlid = ConnectAccepted::FromDw0(cqe.dw0).cntlid;
    if (cntlid > kCntlidMax) return {kFail, "CNTLID " + std::to_string(cntlid) + " is reserved"};
    if (auto bad = Bad(EndOf(host))) return *bad;
  }
  return Pass();
}

constexpr Case kCases[] = {
    {"FAB-CONN-01/admin", "A right admin Connect succeeds and tells the controller's id",
     ConnectSucceeds, kSafe},
    {"FAB-CONN-02/property-get", "Property Get before Connect is refused", PropertyGetBeforeConnect,
     kSafe},
    {"FAB-CONN-02/identify", "Identify before Connect is refused", IdentifyBeforeConnect, kSafe},
    {"FAB-CONN-02/keep-alive", "Keep Alive before Connect is refused", KeepAliveBeforeConnect,
     kSafe},
    {"FAB-CONN-02/read", "A Read before Connect is refused", ReadBeforeConnect, kSafe},
    {"FAB-CONN-02/disconnect", "Disconnect before Connect is refused", DisconnectBeforeConnect,
     kSafe},
    {"FAB-CONN-03/admin", "A second Connect on an admin queue is refused; the queue goes on",
     SecondAdminConnect, kSafe},
    {"FAB-CONN-03/io", "A second Connect on an I/O queue is refused; the queue goes on",
     SecondIoConnect, kSafe, Need::kIoQueue},
    {"FAB-CONN-10/recfmt-1", "A Connect of RECFMT 1 has an incompatible format", UnknownFormat<1>,
     kSafe},
    {"FAB-CONN-10/recfmt-ffff", "A Connect of RECFMT FFFFh has an incompatible format",
     UnknownFormat<0xFFFF>, kSafe},
    {"FAB-CONN-11/admin", "An admin Connect of SQSIZE 0 is refused, naming SQSIZE", AdminSqsize<0>,
     kSafe},
    {"FAB-CONN-12/admin-4096", "An admin queue of 4097 entries is refused, naming SQSIZE",
     AdminSqsize<4096>},
    {"FAB-CONN-12/admin-ffff", "An admin queue of 65536 entries is refused, naming SQSIZE",
     AdminSqsize<0xFFFF>},
    {"FAB-CONN-29/reserved-bits", "Reserved bits of CATTR do not break an admin Connect",
     OddAttributes<0xF0>, kSafe},
    {"FAB-CONN-29/priority", "A priority class does not break an admin Connect",
     OddAttributes<0x03>, kSafe},
    {"FAB-CONN-31/command", "Reserved octets of a Connect command do no harm",
     ReservedOctetsOfTheCommand},
    {"FAB-CONN-31/data", "Reserved octets of the Connect data do no harm", ReservedOctetsOfTheData},
    {"FAB-CONN-33/200-connects", "No CNTLID from FFF0h on is ever handed out", ManyCntlids},
};

}  // namespace

std::span<const Case> FabConnCases() { return kCases; }

}  // namespace nvmf::conformance
