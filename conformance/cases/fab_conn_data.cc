// Connects that fail: their data, their responses, what they leave behind; controller on trial.
// (NVM Express Base, "Connect Command and Response")
#include "conformance/cases/cases.h"
#include "conformance/cases/connects.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

// DataOf answers a Connect whose descriptor, and whose data, are of that length.
Outcome DataOf(HostPeer& host, std::uint32_t octets, std::uint8_t sgl_type) {
  host.IcExchange();
  ConnectTry connect(host, {.sgl_type = sgl_type});
  connect.cmd.sgl1.length = octets;
  connect.page.resize(octets);
  return connect.Send();
}

template <std::uint32_t kOctets, std::uint8_t kSglType>
Verdict ShortDataAreRefused(HostPeer& host) {
  return DataOf(host, kOctets, kSglType)
      .Or(Says({kSglDataLengthInvalid, kConnectInvalidParameters}), kPass);
}

template <std::uint32_t kOctets>
Verdict LongDataMayBeTaken(HostPeer& host) {
  return DataOf(host, kOctets, Sgl::kInCapsule)
      .Or(Says({kSuccess, kSglDataLengthInvalid, kConnectInvalidParameters}), kPass);
}

// Wrongs are Connects that fail, each for a cause of its own.
using Bend = void (*)(ConnectTry&);
constexpr Bend kWrongs[] = {
    [](ConnectTry& connect) { connect.cmd.recfmt = 1; },
    [](ConnectTry& connect) { connect.cmd.sqsize = 0; },
    [](ConnectTry& connect) { connect.cmd.qid = 1; },
    [](ConnectTry& connect) { connect.Put(kSubnqnAt, "nqn.2014-08.org.example:none"); },
    [](ConnectTry& connect) { connect.Blank(kSubnqnAt, kNqnFieldSize, 0); },
    [](ConnectTry& connect) { connect.cmd.sgl1.length = 512, connect.page.resize(512); },
};

// All tries each of them on a connection of its own; none may succeed.
Verdict All(HostPeer& first, const Answer& right) {
  for (const Bend bend : kWrongs) {
    HostPeer host = first.Another();
    host.IcExchange();
    ConnectTry connect(host, {});
    bend(connect);
    if (auto bad = Bad(connect.Send().Or(right, kPass))) return *bad;
  }
  return Pass();
}
Verdict NeverInvalidField(HostPeer& first) { return All(first, SaysAnyError()); }

Verdict ResponseToSuccess(HostPeer& host) {
  host.IcExchange();
  return ConnectTry(host, {}).Send().Or(SaysDone(), kPass);
}

// What the newest entry of the log says, before and after.
Verdict NoEntryInTheErrorLog(HostPeer& admin) {
  admin.Enable();
  const Bytes before = admin.Log(LogPage::kErrorInformation, ErrorLogEntry::kSize);
  if (auto bad = Bad(All(admin, SaysAnyError()))) return *bad;
  HostPeer io = admin.Another();
  io.IcExchange();
  ConnectTry connect(io, {.qid = 1, .cntlid = admin.cntlid()});
  connect.cmd.sqsize = 0;
  if (auto bad = Bad(connect.Send().Or(SaysAnyError(), kPass))) return *bad;
  const Bytes after = admin.Log(LogPage::kErrorInformation, ErrorLogEntry::kSize);
  return Holds(before == after, "a Connect that failed has made an entry");
}

Verdict AnotherAttempt(HostPeer& host) {
  host.IcExchange();
  const Verdict refused = ConnectTry(host, {.subnqn = "nqn.2014-08.org.example:none"})
                              .Send()
                              .Or(InvalidSubnqn(), kPass);
  if (auto bad = Bad(refused)) return *bad;
  return ConnectTry(host, {})
      .Send()
      .Or(SaysDone(), kPass)
      .Or(Closed(), kPass)
      .Or(AnyTermReq(), kNonStrict, "ended with a TermReq");
}

Verdict ManyAttempts(HostPeer& host) {
  constexpr int kAttempts = 100;
  host.IcExchange();
  for (int i = 0; i < kAttempts; ++i) {
    const Outcome outcome = ConnectTry(host, {.cntlid = 0xFFFD}).Send();
    if (outcome.event().ended() && i > 0) return Pass();
    if (auto bad = Bad(Outcome(outcome).Or(InvalidCntlid(), kPass))) return *bad;
  }
  return ConnectTry(host, {}).Send().Or(SaysDone(), kPass).Or(Closed(), kPass);
}

constexpr Case kCases[] = {
    {"FAB-CONN-22/capsule-1020", "Connect data of 1020 octets in the capsule are refused",
     ShortDataAreRefused<1020, Sgl::kInCapsule>},
    {"FAB-CONN-22/capsule-512", "Connect data of 512 octets in the capsule are refused",
     ShortDataAreRefused<512, Sgl::kInCapsule>},
    {"FAB-CONN-22/capsule-0", "A Connect without data in the capsule is refused",
     ShortDataAreRefused<0, Sgl::kInCapsule>},
    {"FAB-CONN-22/r2t-1020", "Connect data of 1020 octets to be asked for are refused",
     ShortDataAreRefused<1020, Sgl::kTransport>},
    {"FAB-CONN-22/r2t-512", "Connect data of 512 octets to be asked for are refused",
     ShortDataAreRefused<512, Sgl::kTransport>},
    {"FAB-CONN-22/r2t-0", "A Connect without data to ask for is refused",
     ShortDataAreRefused<0, Sgl::kTransport>},
    {"FAB-CONN-23/1028", "Connect data of 1028 octets are cut or refused",
     LongDataMayBeTaken<1028>},
    {"FAB-CONN-23/4096", "Connect data of 4096 octets are cut or refused",
     LongDataMayBeTaken<4096>},
    {"FAB-CONN-24/all-causes", "No Connect fails with Invalid Field in Command", NeverInvalidField},
    {"FAB-CONN-25/error-log", "Connects that fail leave no entry in the Error Information log",
     NoEntryInTheErrorLog, kDisruptive, Need::kIoController},
    {"FAB-CONN-26/success", "DW0 of a Connect that succeeds is CNTLID and AUTHREQ",
     ResponseToSuccess, kSafe},
    {"FAB-CONN-26/failure", "DW0 of a Connect that fails is IPO and IATTR, or 0",
     NeverInvalidField},
    {"FAB-CONN-27/again", "A host that was refused may try again, or finds the connection closed",
     AnotherAttempt, kSafe},
    {"FAB-CONN-27/100-times", "A hundred refused Connects on one connection do no harm",
     ManyAttempts},
};

}  // namespace

std::span<const Case> FabConnDataCases() { return kCases; }

}  // namespace nvmf::conformance
