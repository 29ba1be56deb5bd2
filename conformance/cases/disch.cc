// How a host reads the discovery log, host on trial. (NVM Express Base, "Discovery Log Page")
#include <algorithm>
#include <string>
#include <vector>

#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "conformance/script/host_scene.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/discovery.h"

namespace nvmf::conformance {
namespace {

using Subnqns = std::vector<std::string>;

std::string Named(const char* name) { return std::string("nqn.2014-08.org.example:") + name; }

DiscoveryEntry Good(const char* name) {
  DiscoveryEntry entry = MakeTcpEntry(SubType::kNvm, Named(name), "192.0.2.1", kNvmePort).value();
  entry.asqsz = 32;
  entry.portid = 1;
  return entry;
}

Bytes LogOf(DiscoveryHeader header, const std::vector<DiscoveryEntry>& entries) {
  header.numrec = entries.size();
  const auto head = Encode(header);
  Bytes log(head.begin(), head.end());
  for (const DiscoveryEntry& entry : entries) log = Join(log, Encode(entry));
  return log;
}

bool IsLogRead(const Sqe& sqe) {
  return static_cast<AdminOpcode>(sqe.opc) == AdminOpcode::kGetLogPage &&
         ViewAs<GetLogPageCmd>(sqe).lid == LogPage::kDiscovery;
}

ControllerPeer MeetDiscovery(HostTrial& trial, Bytes log) {
  trial.honest().discovery = true;
  trial.honest().discovery_log = std::move(log);
  return ControllerPeer::Meet(trial, {.kind = HostErrand::Kind::kDiscover});
}

// Found serves the host until it is done, and returns what it says that it may use.
Subnqns Found(ControllerPeer& admin) {
  (void)admin.ServeToEnd();
  const HostOutcome outcome = admin.FinishErrand();
  if (!outcome.success) throw Unmet{{kFail, "the host's user was told: " + outcome.text}};
  if (!outcome.subnqns) throw Unmet{{kSkip, "the host does not tell what it may use"}};
  return *outcome.subnqns;
}
Verdict Finds(const Subnqns& found, const Subnqns& wanted) {
  if (found == wanted) return Pass();
  std::string text = "the host would use";
  for (const std::string& subnqn : found) text += ' ' + subnqn;
  return {kFail, found.empty() ? "the host would use nothing" : text};
}

// The log changes once the host has begun to read it.
Verdict AMovingLogIsReadAnew(HostTrial& trial) {
  ControllerPeer admin = MeetDiscovery(trial, LogOf({.genctr = 7}, {Good("before")}));
  const Capsule first = admin.ServeUntil(IsLogRead);
  const bool all_at_once = first.sqe.sgl1.length > DiscoveryHeader::kSize;
  admin.Answer(first);
  trial.honest().discovery_log = LogOf({.genctr = 8}, {Good("after"), Good("as-well")});
  const Subnqns found = Found(admin);
  if (found == Subnqns{Named("before")} && all_at_once) {
    return {kNonStrict, "a log that was read at once is not looked at again"};
  }
  return Finds(found, {Named("after"), Named("as-well")});
}

Verdict OnlyGoodOnesAreUsed(HostTrial& trial, const DiscoveryEntry& bad) {
  ControllerPeer admin =
      MeetDiscovery(trial, LogOf({.genctr = 1}, {Good("first"), bad, Good("last")}));
  return Finds(Found(admin), {Named("first"), Named("last")});
}
template <std::uint8_t kTrtype>
Verdict OtherTransports(HostTrial& trial) {
  DiscoveryEntry bad = Good("bad");
  bad.trtype = static_cast<TrType>(kTrtype);
  return OnlyGoodOnesAreUsed(trial, bad);
}
Verdict UnknownAddressFamily(HostTrial& trial) {
  DiscoveryEntry bad = Good("bad");
  bad.adrfam = static_cast<AdrFam>(9);
  return OnlyGoodOnesAreUsed(trial, bad);
}
template <const char* kPort>
Verdict NoPort(HostTrial& trial) {
  DiscoveryEntry bad = Good("bad");
  (void)SetText(bad.trsvcid, kPort);
  return OnlyGoodOnesAreUsed(trial, bad);
}
constexpr char kHexadecimal[] = "0x1144";
constexpr char kTooLarge[] = "69956";
constexpr char kNothing[] = "";

// Of a format that it does not know the host can say nothing.
Verdict UnknownFormat(HostTrial& trial) {
  ControllerPeer admin =
      MeetDiscovery(trial, LogOf({.genctr = 1, .recfmt = 1}, {Good("first"), Good("last")}));
  (void)admin.ServeToEnd();
  const HostOutcome outcome = admin.FinishErrand();
  const bool none = !outcome.subnqns || outcome.subnqns->empty();
  return Holds(!outcome.success || none, "records of an unknown format are used");
}

constexpr Case kCases[] = {
    {.id = "DISCH-01/moves",
     .title = "A log that changes while it is read is read anew",
     .script = AMovingLogIsReadAnew,
     .effects = Effects::kSafe,
     .set_up_on_trial = kSetUpOnTrial},
    {.id = "DISCH-02/rdma",
     .title = "An entry for RDMA is not used over TCP",
     .script = OtherTransports<1>,
     .effects = Effects::kSafe},
    {.id = "DISCH-02/trtype-55",
     .title = "An entry for an unknown transport is not used",
     .script = OtherTransports<0x55>,
     .effects = Effects::kSafe},
    {.id = "DISCH-02/adrfam-9",
     .title = "An entry of an unknown address family is not used",
     .script = UnknownAddressFamily,
     .effects = Effects::kSafe},
    {.id = "DISCH-02/trsvcid-hexadecimal",
     .title = "An entry whose port is not decimal is not used",
     .script = NoPort<kHexadecimal>,
     .effects = Effects::kSafe},
    {.id = "DISCH-02/trsvcid-69956",
     .title = "An entry whose port is too large is not used",
     .script = NoPort<kTooLarge>,
     .effects = Effects::kSafe},
    {.id = "DISCH-02/trsvcid-none",
     .title = "An entry without a port is not used",
     .script = NoPort<kNothing>,
     .effects = Effects::kSafe},
    {.id = "DISCH-02/recfmt-1",
     .title = "Records of an unknown format are not used",
     .script = UnknownFormat,
     .effects = Effects::kSafe},
};

}  // namespace

std::span<const Case> DischCases() { return kCases; }

}  // namespace nvmf::conformance
