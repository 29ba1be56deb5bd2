// What an admin Connect asks for and who asks: CNTLID, SUBNQN, HOSTNQN; controller on trial. (NVM
// Express Base, "Connect Command and Response", "NVMe Qualified Names")
#include "conformance/cases/cases.h"
#include "conformance/cases/connects.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

template <std::uint16_t kCntlid>
Verdict CntlidIsRefused(HostPeer& host) {
  host.IcExchange();
  return ConnectTry(host, {.cntlid = kCntlid}).Send().Or(InvalidCntlid(), kPass);
}

Verdict AnyStaticController(HostPeer& host) {
  host.IcExchange();
  const ConnectTry connect(host, {.cntlid = kCntlidStaticAny});
  return connect.Send()
      .Or(SaysDone(), kPass)
      .Or(Says({kControllerBusy}), kInfo, "all controllers are in use");
}

Verdict UnknownSubsystem(HostPeer& host) {
  host.IcExchange();
  return ConnectTry(host, {.subnqn = "nqn.2014-08.org.example:none"})
      .Send()
      .Or(InvalidSubnqn(), kPass);
}

// Names that are none.
constexpr std::string_view kNoPrefix = "iqn.2014-08.org.example:none";
constexpr std::string_view kNoDate = "nqn.2014-13.org.example:none";
constexpr std::string_view kControls = "nqn.2014-08.org.example:a\x01\x1B\x7F";

// BadName replaces the name at `at`; `fill` stands behind it, to the end of the field.
Outcome BadName(HostPeer& host, std::size_t at, std::string_view name, std::uint8_t fill = 0) {
  host.IcExchange();
  ConnectTry connect(host, {});
  connect.Blank(at, kNqnFieldSize, fill);
  connect.Put(at, name);
  return connect.Send();
}

// Longest returns a name of `octets` octets, right but for its length.
std::string Longest(std::size_t octets) {
  std::string name = "nqn.2014-08.org.example:";
  name.resize(octets, 'x');
  return name;
}

Verdict EmptySubnqn(HostPeer& host) {
  return BadName(host, kSubnqnAt, "").Or(InvalidSubnqn(), kPass);
}
Verdict EndlessSubnqn(HostPeer& host) {
  return BadName(host, kSubnqnAt, Longest(256)).Or(InvalidSubnqn(), kPass);
}
Verdict LongSubnqn(HostPeer& host) {
  return BadName(host, kSubnqnAt, Longest(224)).Or(InvalidSubnqn(), kPass);
}
template <const std::string_view& kName>
Verdict MisshapenSubnqn(HostPeer& host) {
  return BadName(host, kSubnqnAt, kName).Or(InvalidSubnqn(), kPass);
}
Verdict EmptyHostnqn(HostPeer& host) {
  return BadName(host, kHostnqnAt, "").Or(InvalidHostnqn(), kPass);
}
Verdict EndlessHostnqn(HostPeer& host) {
  return BadName(host, kHostnqnAt, Longest(256)).Or(InvalidHostnqn(), kPass);
}
Verdict LongHostnqn(HostPeer& host) {
  return BadName(host, kHostnqnAt, Longest(224)).Or(InvalidHostnqn(), kPass);
}
template <const std::string_view& kName>
Verdict MisshapenHostnqn(HostPeer& host) {
  return BadName(host, kHostnqnAt, kName)
      .Or(InvalidHostnqn(), kPass)
      .Or(Says({kConnectInvalidHost}), kNonStrict, "an unknown host, not a wrong name")
      .Or(SaysDone(), kNonStrict, "the form of HOSTNQN is not looked at");
}

Verdict AnotherHost(HostPeer& host) {
  host.IcExchange();
  ConnectTry connect(host, {});
  connect.Blank(kHostnqnAt, kNqnFieldSize, 0);
  connect.Put(kHostnqnAt, "nqn.2014-08.org.example:nobody-of-this-name");
  return connect.Send()
      .Or(Says({kConnectInvalidHost}), kPass)
      .Or(SaysDone(), kInfo, "any host may connect");
}

Verdict HostNamedLikeTheSubsystem(HostPeer& host) {
  host.IcExchange();
  ConnectTry connect(host, {});
  std::copy_n(connect.page.begin() + kSubnqnAt, kNqnFieldSize, connect.page.begin() + kHostnqnAt);
  return connect.Send()
      .Or(Says({kConnectInvalidHost}), kPass)
      .Or(SaysDone(), kInfo, "taken: right where DH-HMAC-CHAP is not supported");
}

constexpr Case kCases[] = {
    {"FAB-CONN-04/0000", "A dynamic controller is not to be had as CNTLID 0000h",
     CntlidIsRefused<0x0000>, kSafe, Need::kDynamicModel},
    {"FAB-CONN-04/0001", "A dynamic controller is not to be had as CNTLID 0001h",
     CntlidIsRefused<0x0001>, kSafe, Need::kDynamicModel},
    {"FAB-CONN-04/ffef", "A dynamic controller is not to be had as CNTLID FFEFh",
     CntlidIsRefused<0xFFEF>, kSafe, Need::kDynamicModel},
    {"FAB-CONN-04/fff0", "A dynamic controller is not to be had as CNTLID FFF0h",
     CntlidIsRefused<0xFFF0>, kSafe, Need::kDynamicModel},
    {"FAB-CONN-04/fffd", "A dynamic controller is not to be had as CNTLID FFFDh",
     CntlidIsRefused<0xFFFD>, kSafe, Need::kDynamicModel},
    {"FAB-CONN-04/fffe", "A dynamic controller is not to be had as CNTLID FFFEh",
     CntlidIsRefused<0xFFFE>, kSafe, Need::kDynamicModel},
    {"FAB-CONN-05/any", "CNTLID FFFEh asks for any of the static controllers", AnyStaticController,
     kSafe, Need::kStaticModel},
    {"FAB-CONN-05/ffff", "CNTLID FFFFh asks for what static controllers are not",
     CntlidIsRefused<0xFFFF>, kSafe, Need::kStaticModel},
    {"FAB-CONN-05/fff0", "CNTLID FFF0h names no static controller", CntlidIsRefused<0xFFF0>, kSafe,
     Need::kStaticModel},
    {"FAB-CONN-05/fffd", "CNTLID FFFDh names no static controller", CntlidIsRefused<0xFFFD>, kSafe,
     Need::kStaticModel},
    {"FAB-CONN-06/unknown", "A SUBNQN that nobody has is refused, naming SUBNQN", UnknownSubsystem,
     kSafe},
    {"FAB-CONN-07/subnqn-empty", "An empty SUBNQN is refused", EmptySubnqn},
    {"FAB-CONN-07/subnqn-endless", "A SUBNQN of 256 octets without an end is refused",
     EndlessSubnqn},
    {"FAB-CONN-07/subnqn-224", "A SUBNQN of 224 octets is refused", LongSubnqn},
    {"FAB-CONN-07/subnqn-prefix", "A SUBNQN that does not begin with nqn. is refused",
     MisshapenSubnqn<kNoPrefix>},
    {"FAB-CONN-07/subnqn-date", "A SUBNQN of month 13 is refused", MisshapenSubnqn<kNoDate>},
    {"FAB-CONN-07/subnqn-controls", "A SUBNQN with control characters is refused",
     MisshapenSubnqn<kControls>},
    {"FAB-CONN-07/hostnqn-empty", "An empty HOSTNQN is refused", EmptyHostnqn},
    {"FAB-CONN-07/hostnqn-endless", "A HOSTNQN of 256 octets without an end is refused",
     EndlessHostnqn},
    {"FAB-CONN-07/hostnqn-224", "A HOSTNQN of 224 octets is refused", LongHostnqn},
    {"FAB-CONN-07/hostnqn-prefix", "A HOSTNQN that does not begin with nqn. is refused",
     MisshapenHostnqn<kNoPrefix>},
    {"FAB-CONN-07/hostnqn-date", "A HOSTNQN of month 13 is refused", MisshapenHostnqn<kNoDate>},
    {"FAB-CONN-07/hostnqn-controls", "A HOSTNQN with control characters is refused",
     MisshapenHostnqn<kControls>},
    {"FAB-CONN-09/stranger", "A host that is not on the subsystem's list is refused", AnotherHost,
     kSafe},
    {"FAB-CONN-35/same-name",
     "A host named like the subsystem is refused where hosts prove "
     "themselves",
     HostNamedLikeTheSubsystem, kSafe},
};

}  // namespace

std::span<const Case> FabConnNamesCases() { return kCases; }

}  // namespace nvmf::conformance
