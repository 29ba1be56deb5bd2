// Connect on I/O queues, controller on trial. (NVM Express Base, "Connect Command and Response")
#include "conformance/cases/cases.h"
#include "conformance/cases/connects.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

// IoTry is a right Connect for I/O queue `qid` of an enabled controller, on a connection of its
// own.
struct IoTry {
  explicit IoTry(HostPeer& admin, std::uint16_t qid = 1)
      : io(Ready(admin)), connect(io, {.qid = qid, .cntlid = admin.cntlid()}) {}

  static HostPeer Ready(HostPeer& admin) {
    admin.AskForQueues();
    HostPeer io = admin.Another();
    io.IcExchange();
    return io;
  }

  HostPeer io;
  ConnectTry connect;
};

Verdict SqsizeIsRefused(HostPeer& admin, std::uint32_t sqsize) {
  IoTry attempt(admin);
  attempt.connect.cmd.sqsize = static_cast<std::uint16_t>(sqsize);
  return attempt.connect.Send().Or(InvalidSqsize(), kPass);
}
Verdict SqsizeOfZero(HostPeer& admin) { return SqsizeIsRefused(admin, 0); }
// One above CAP.MQES, or as large as can be said.
template <bool kLargest>
Verdict SqsizeAboveMqes(HostPeer& admin) {
  const std::uint32_t most = Cap{.raw = admin.claims().cap}.max_entries();
  if (most == 65536) return {kSkip, "CAP.MQES allows every SQSIZE"};
  return SqsizeIsRefused(admin, kLargest ? 0xFFFF : most);
}
Verdict SqsizeOfMqes(HostPeer& admin) {
  IoTry attempt(admin);
  const std::uint32_t most = Cap{.raw = admin.claims().cap}.max_entries();
  attempt.connect.cmd.sqsize = static_cast<std::uint16_t>(most - 1);
  return attempt.connect.Send().Or(SaysDone(), kPass);
}
Verdict SqsizeOfTwo(HostPeer& admin) {
  IoTry attempt(admin);
  attempt.connect.cmd.sqsize = 1;
  return attempt.connect.Send().Or(SaysDone(), kPass);
}

// IoConnect answers for queue 1 of a controller that need not be enabled.
Outcome IoConnect(HostPeer& admin) {
  HostPeer io = admin.Another();
  io.IcExchange();
  return ConnectTry(io, {.qid = 1, .cntlid = admin.cntlid()}).Send();
}
Verdict BeforeEnable(HostPeer& admin) {
  admin.ConnectAdmin();
  return IoConnect(admin)
      .Or(Says({kConnectInvalidParameters}), kPass)
      .Or(Says({kCommandSequenceError}), kNonStrict, "0/0Ch instead of 1/82h");
}
Verdict AfterDisable(HostPeer& admin) {
  admin.Enable();
  admin.Disable();
  return IoConnect(admin)
      .Or(Says({kConnectInvalidParameters}), kPass)
      .Or(Says({kCommandSequenceError}), kNonStrict, "0/0Ch instead of 1/82h");
}
Verdict WithoutAskingForQueues(HostPeer& admin) {
  admin.Enable();
  return IoConnect(admin)
      .Or(SaysDone(), kPass)
      .Or(Says({kCommandSequenceError}), kNonStrict, "wants to be asked for queues first");
}

// The controller named may exist, and belong to another host.
template <std::uint16_t kCntlid>
Verdict NoSuchController(HostPeer& admin) {
  IoTry attempt(admin);
  attempt.connect.page = attempt.io.ConnectPage({.cntlid = kCntlid});
  return attempt.connect.Send().Or(InvalidCntlid(), kPass);
}
Verdict AFarController(HostPeer& admin) {
  IoTry attempt(admin);
  const auto other = static_cast<std::uint16_t>((admin.cntlid() + 0x4000) % kCntlidMax);
  attempt.connect.page = attempt.io.ConnectPage({.cntlid = other});
  return attempt.connect.Send().Or(InvalidCntlid(), kPass).Or(InvalidHostnqn(), kPass);
}
Verdict ControllerOfADeadAssociation(HostPeer& admin) {
  admin.Enable();  // Before the other, so that it is not given what that one leaves.
  HostPeer dead = admin.Another();
  dead.Enable();
  if (auto bad = Bad(EndOf(dead))) return *bad;
  // How soon a controller notices that its host has gone is its own affair, within reason.
  const Deadline deadline = admin.trial().Within(admin.trial().limits().fatal);
  while (true) {
    IoTry attempt(admin);
    attempt.connect.page = attempt.io.ConnectPage({.cntlid = dead.cntlid()});
    const Verdict verdict = attempt.connect.Send().Or(InvalidCntlid(), kPass);
    if (verdict.kind == kPass || deadline.passed()) return verdict;
    const Event event = admin.NextWithin(Duration(50));
    if (event.kind != Event::Kind::kSilence) admin.Miss("a while to rest", event);
  }
}

Verdict AnotherHostnqn(HostPeer& admin) {
  IoTry attempt(admin);
  attempt.connect.Blank(kHostnqnAt, kNqnFieldSize, 0);
  attempt.connect.Put(kHostnqnAt, "nqn.2014-08.org.example:somebody-else");
  return attempt.connect.Send()
      .Or(InvalidHostnqn(), kPass)
      .Or(InvalidCntlid(), kNonStrict, "names CNTLID instead of HOSTNQN");
}
Verdict AnotherSubnqn(HostPeer& admin) {
  IoTry attempt(admin);
  attempt.connect.Blank(kSubnqnAt, kNqnFieldSize, 0);
  attempt.connect.Put(kSubnqnAt, "nqn.2014-08.org.example:none");
  return attempt.connect.Send()
      .Or(InvalidSubnqn(), kPass)
      .Or(InvalidCntlid(), kNonStrict, "names CNTLID instead of SUBNQN");
}
Verdict AnotherHostid(HostPeer& admin) {
  IoTry attempt(admin);
  attempt.connect.page[0] ^= std::byte{1};
  return attempt.connect.Send().Or(InvalidHostid(), kPass);
}
Verdict HostidOfZero(HostPeer& admin) {
  IoTry attempt(admin);
  attempt.connect.Blank(0, sizeof(HostId), 0);
  return attempt.connect.Send().Or(SaysDone(), kPass);
}

Verdict QidInUse(HostPeer& admin) {
  HostPeer first = admin.OpenIo();
  const IoTry attempt(admin, first.qid());
  const Verdict refused =
      attempt.connect.Send().Or(Says({kCommandSequenceError, kInvalidQueueIdentifier}), kPass);
  if (auto bad = Bad(refused)) return *bad;
  return first.ExpectAlive();
}

Outcome QidIsTooLarge(HostPeer& admin, std::uint32_t qid) {
  const IoTry attempt(admin, static_cast<std::uint16_t>(qid));
  return attempt.connect.Send().Or(InvalidQid(), kPass).Or(Says({kInvalidQueueIdentifier}), kPass);
}
Verdict QidPastTheGrant(HostPeer& admin) { return QidIsTooLarge(admin, admin.AskForQueues() + 1); }
Verdict QidOfFfff(HostPeer& admin) { return QidIsTooLarge(admin, 0xFFFF); }

template <std::uint32_t kKato>
Verdict KatoIsIgnored(HostPeer& admin) {
  IoTry attempt(admin);
  attempt.connect.cmd.kato = kKato;
  return attempt.connect.Send().Or(SaysDone(), kPass);
}

constexpr Case kCases[] = {
    {"FAB-CONN-11/io", "An I/O Connect of SQSIZE 0 is refused, naming SQSIZE", SqsizeOfZero, kSafe,
     Need::kIoController},
    {"FAB-CONN-12/io-mqes", "An I/O queue of more entries than CAP.MQES tells is refused",
     SqsizeAboveMqes<false>, kSafe, Need::kIoController},
    {"FAB-CONN-12/io-ffff", "An I/O queue of 65536 entries is refused where CAP.MQES tells fewer",
     SqsizeAboveMqes<true>, kSafe, Need::kIoController},
    {"FAB-CONN-13/mqes", "An I/O queue of as many entries as CAP.MQES tells is made", SqsizeOfMqes,
     kSafe, Need::kIoController},
    {"FAB-CONN-13/two", "An I/O queue of two entries is made", SqsizeOfTwo, kSafe,
     Need::kIoController},
    {"FAB-CONN-14/before-enable", "An I/O Connect before CC.EN is refused", BeforeEnable, kSafe,
     Need::kIoController},
    {"FAB-CONN-14/after-disable", "An I/O Connect after CC.EN was cleared is refused", AfterDisable,
     kSafe, Need::kIoController},
    {"FAB-CONN-15/far", "An I/O Connect for a controller that is not there is refused",
     AFarController, kSafe, Need::kIoController},
    {"FAB-CONN-15/ffff", "An I/O Connect for CNTLID FFFFh is refused", NoSuchController<0xFFFF>,
     kSafe, Need::kIoController},
    {"FAB-CONN-15/fffe", "An I/O Connect for CNTLID FFFEh is refused", NoSuchController<0xFFFE>,
     kSafe, Need::kIoController},
    {"FAB-CONN-15/dead", "An I/O Connect for a controller that has ended is refused",
     ControllerOfADeadAssociation, kSafe, Need::kIoController},
    {"FAB-CONN-16/hostnqn", "An I/O Connect under another HOSTNQN is refused", AnotherHostnqn,
     kSafe, Need::kIoController},
    {"FAB-CONN-16/subnqn", "An I/O Connect to another SUBNQN is refused", AnotherSubnqn, kSafe,
     Need::kIoController},
    {"FAB-CONN-17/one-bit", "An I/O Connect under another HOSTID is refused", AnotherHostid, kSafe,
     Need::kIoController},
    {"FAB-CONN-18/zero", "A HOSTID of zero in an I/O Connect is not compared", HostidOfZero, kSafe,
     Need::kIoController},
    {"FAB-CONN-19/in-use", "A QID in use is refused; the queue that has it goes on", QidInUse,
     kSafe, Need::kIoController},
    {"FAB-CONN-20/past-the-grant", "A QID above the number of queues granted is refused",
     QidPastTheGrant, kSafe, Need::kIoController},
    {"FAB-CONN-20/ffff", "QID FFFFh is refused", QidOfFfff, kSafe, Need::kIoController},
    {"FAB-CONN-21/at-once", "An I/O Connect may come without asking for queues before",
     WithoutAskingForQueues, kSafe, Need::kIoController},
    {"FAB-CONN-28/kato-1", "KATO 1 in an I/O Connect is ignored", KatoIsIgnored<1>, kSafe,
     Need::kIoController},
    {"FAB-CONN-28/kato-ffffffff", "KATO FFFFFFFFh in an I/O Connect is ignored",
     KatoIsIgnored<0xFFFFFFFF>, kSafe, Need::kIoController},
};

}  // namespace

std::span<const Case> FabConnIoCases() { return kCases; }

}  // namespace nvmf::conformance
