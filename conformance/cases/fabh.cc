// How a host brings a controller up, host on trial. (NVM Express Base, "Fabrics Command Set",
// "Controller Initialization")
#include <algorithm>
#include <string>
#include <vector>

#include "conformance/cases/cases.h"
#include "conformance/script/host_scene.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

// Checks collects what of a list does not hold.
class Checks {
 public:
  void Demand(bool holds, const std::string& otherwise) {
    if (!holds) broken_ += (broken_.empty() ? "" : "; ") + otherwise;
  }
  Verdict Result() const { return broken_.empty() ? Pass() : Verdict{kFail, broken_}; }

 private:
  std::string broken_{};
};

bool IsProperty(const Sqe& sqe, FabricsType type, std::uint32_t offset) {
  return sqe.opc == kFabricsOpcode && sqe.fctype() == static_cast<std::uint8_t>(type) &&
         ViewAs<PropertyGetCmd>(sqe).ofst == offset;
}
bool IsStatusRead(const Sqe& sqe) {
  return IsProperty(sqe, FabricsType::kPropertyGet, Csts::kOffset);
}
bool IsEnabling(const Sqe& sqe) {
  if (!IsProperty(sqe, FabricsType::kPropertySet, Cc::kOffset)) return false;
  return Cc{.raw = static_cast<std::uint32_t>(ViewAs<PropertySetCmd>(sqe).value)}.en();
}

ConnectData DataOf(const Capsule& connect) {
  if (connect.data.size() < ConnectData::kSize) return {};
  return Decode<ConnectData>(ByteView(connect.data).first<ConnectData::kSize>());
}

// Zero tells whether octets [from, to) of a capsule's data are all zero.
bool Zero(const Bytes& data, std::size_t from, std::size_t to) {
  const auto part = ByteView(data).subspan(from, to - from);
  return std::ranges::all_of(part, [](std::byte octet) { return octet == std::byte{0}; });
}

// ConnectForm is what holds of every Connect.
void ConnectForm(Checks& checks, const Capsule& capsule) {
  const Sqe& sqe = capsule.sqe;
  const auto connect = ViewAs<ConnectCmd>(sqe);
  checks.Demand(sqe.flags == Sqe::kPsdtSgl, "PSDT is not 01b, or FUSE is not 0");
  checks.Demand(connect.recfmt == 0, "RECFMT is not 0");
  checks.Demand(sqe.sgl1.length == ConnectData::kSize, "SGL1 is not of 1024 octets");
  checks.Demand(sqe.sgl1.address == 0, "the SGL1 address is not 0");
  checks.Demand(connect.sqsize != 0, "SQSIZE is 0");
  checks.Demand((connect.cattr & 0xE0) == 0, "reserved bits of CATTR are set");
  checks.Demand(sqe.nsid >> 8 == 0 && sqe.cdw2 == 0 && sqe.cdw3 == 0 && sqe.mptr == 0,
                "reserved octets 5 to 23 are not zero");
  checks.Demand(sqe.cdw14 == 0 && sqe.cdw15 == 0, "reserved octets 56 to 63 are not zero");
  const Bytes& data = capsule.data;
  if (data.size() != ConnectData::kSize) return checks.Demand(false, "not 1024 octets in capsule");
  checks.Demand(Zero(data, 18, 256) && Zero(data, 768, 1024),
                "reserved octets of the Connect data are not zero");
  checks.Demand(data[511] == std::byte{0} && data[767] == std::byte{0},
                "SUBNQN or HOSTNQN is not terminated");
}

Verdict AdminConnect(HostTrial& trial) {
  ControllerPeer admin = ControllerPeer::Meet(trial, {});
  const Capsule capsule = admin.ServeUntil(IsConnect);
  Checks checks;
  ConnectForm(checks, capsule);
  checks.Demand(ViewAs<ConnectCmd>(capsule.sqe).qid == 0, "QID is not 0");
  const std::uint16_t cntlid = DataOf(capsule).cntlid;
  checks.Demand(cntlid == kCntlidDynamic || cntlid == kCntlidStaticAny,
                "CNTLID is neither FFFFh nor FFFEh");
  return checks.Result();
}

Verdict IoConnect(HostTrial& trial) {
  constexpr std::uint16_t kCntlid = 0x1234;
  trial.honest().cntlid = kCntlid;
  ControllerPeer admin = ControllerPeer::Meet(trial, Reads(512));
  ControllerPeer io = admin.NextIoConnection();
  const Capsule capsule = io.ServeUntil(IsConnect);
  const ConnectData ours = DataOf(capsule);
  const ConnectData admins = DataOf(admin.heard().front());
  Checks checks;
  ConnectForm(checks, capsule);
  checks.Demand(ViewAs<ConnectCmd>(capsule.sqe).qid != 0, "QID is 0");
  checks.Demand(ViewAs<ConnectCmd>(capsule.sqe).kato == 0, "KATO is not 0");
  checks.Demand(ours.cntlid == kCntlid, "CNTLID is not that of the admin Connect's response");
  checks.Demand(ours.hostnqn == admins.hostnqn, "HOSTNQN is not the admin queue's");
  checks.Demand(ours.subnqn == admins.subnqn, "SUBNQN is not the admin queue's");
  checks.Demand(ours.hostid == admins.hostid, "HOSTID is not the admin queue's");
  return checks.Result();
}

// SayStatus answers a Property Get of CSTS.
void SayStatus(ControllerPeer& admin, const Capsule& capsule, std::uint32_t csts) {
  admin.Complete(capsule.sqe.cid, {}, csts);
}

// The controller takes its time: only Property Gets may come until it says RDY.
Verdict NothingBeforeReady(HostTrial& trial) {
  ControllerPeer admin = ControllerPeer::Meet(trial, Reads(512));
  admin.Answer(admin.ServeUntil(IsEnabling));
  for (int asked = 0; asked < 4; ++asked) {
    const Capsule capsule = admin.TakeCapsule();
    if (!IsStatusRead(capsule.sqe)) return {kFail, "it does not wait for CSTS.RDY"};
    if (const Result<int> fd = trial.dut().Accept(Deadline::In(Duration(0)))) {
      const Connection early(*fd);
      return {kFail, "it connects an I/O queue before CSTS.RDY"};
    }
    SayStatus(admin, capsule, 0);
  }
  SayStatus(admin, admin.ServeUntil(IsStatusRead), 1);
  admin.ServeUntil(IsIdentify);
  return Pass();
}

Verdict FatalStatusIsTheEnd(HostTrial& trial) {
  ControllerPeer admin = ControllerPeer::Meet(trial, Reads(512));
  admin.Answer(admin.ServeUntil(IsEnabling));
  SayStatus(admin, admin.ServeUntil(IsStatusRead), 2);
  // It may say goodbye, by writing CC, before it closes.
  Event event = admin.Next();
  while (event.Is(tcp::PduType::kCapsuleCmd)) {
    const Capsule capsule = admin.AsCapsule(event);
    if (IsIdentify(capsule.sqe)) return {kFail, "it goes on with a controller that says CFS"};
    if (IsStatusRead(capsule.sqe)) {
      SayStatus(admin, capsule, 2);
    } else {
      admin.Answer(capsule);
    }
    event = admin.Next();
  }
  if (const Result<int> fd = trial.dut().Accept(Deadline::In(Duration(0)))) {
    const Connection early(*fd);
    return {kFail, "it connects an I/O queue"};
  }
  return Outcome(event).Or(Closed(), kPass);
}

Verdict QueueSizesKeepToMqes(HostTrial& trial) {
  constexpr std::uint16_t kEntries = 16;
  trial.honest().max_entries = kEntries;
  HostScene scene = MeetRead(trial, Reads(512));
  const auto connect = ViewAs<ConnectCmd>(scene.io.heard().front().sqe);
  Checks checks;
  checks.Demand(connect.sqsize < kEntries, "SQSIZE is " + std::to_string(connect.sqsize) +
                                               ", CAP.MQES is " + std::to_string(kEntries - 1));
  checks.Demand(connect.qid == 1, "the first I/O queue is not QID 1");
  return checks.Result();
}

// Property commands of a whole errand, as they were heard.
Verdict PropertiesAreUsedRight(HostTrial& trial) {
  ControllerPeer admin = ControllerPeer::Meet(trial, {});
  admin.IcExchange();
  if (const Event end = admin.ServeToEnd(); !end.ended()) return {kFail, "came " + end.Text()};
  Checks checks;
  std::size_t seen = 0;
  for (const Capsule& capsule : admin.heard()) {
    const Sqe& sqe = capsule.sqe;
    if (sqe.opc != kFabricsOpcode || IsConnect(sqe)) continue;
    ++seen;
    const auto property = ViewAs<PropertyGetCmd>(sqe);
    const std::uint32_t width = PropertyWidth(property.ofst);
    const std::string at = std::string(PropertyName(property.ofst)) + ": ";
    checks.Demand(width != 0, at + "no property begins there");
    checks.Demand(property.width() == width, at + "ATTRIB does not say its width");
    checks.Demand((property.attrib & 0xF8) == 0, at + "reserved bits of ATTRIB are set");
    if (sqe.fctype() != static_cast<std::uint8_t>(FabricsType::kPropertySet)) continue;
    const bool writable = property.ofst == Cc::kOffset || property.ofst == kNssrOffset;
    checks.Demand(writable, at + "is written");
    checks.Demand(ViewAs<PropertySetCmd>(sqe).value >> 32 == 0, at + "8 octets are written");
  }
  checks.Demand(seen >= 3, "fewer than three property commands in a bring-up");
  return checks.Result();
}

// A host that was refused for good may come again, but not at once.
template <StatusCode kCode>
Verdict RefusedIsNotRetriedAtOnce(HostTrial& trial) {
  ControllerPeer admin = ControllerPeer::Meet(trial, {});
  const Capsule connect = admin.ServeUntil(IsConnect);
  admin.Complete(connect.sqe.cid, Status(kCode, true));
  const Event event = admin.NextWithin(trial.limits().quiet);
  if (event.Is(tcp::PduType::kCapsuleCmd)) {
    if (!IsConnect(admin.AsCapsule(event).sqe)) return {kFail, "it goes on, although refused"};
    return {kNonStrict, "it tries the same again at once"};
  }
  if (const Result<int> fd = trial.dut().Accept(Deadline::In(trial.limits().quiet))) {
    const Connection again(*fd);
    return {kNonStrict, "it connects again at once"};
  }
  const Result<HostOutcome> outcome = trial.dut().Finish(trial.Step());
  const bool told_of_success = outcome && outcome->success;
  return told_of_success ? Verdict{kFail, "the host's user was told that all went well"} : Pass();
}

constexpr Case kCases[] = {
    {.id = "FABH-CONN-01/admin",
     .title = "The admin Connect is well-formed, reserved fields and data included",
     .script = AdminConnect,
     .effects = Effects::kSafe},
    {.id = "FABH-CONN-02/io",
     .title = "An I/O Connect names the same host and subsystem, and the controller it was given",
     .script = IoConnect,
     .effects = Effects::kSafe},
    {.id = "FABH-CONN-03/waits-for-rdy",
     .title = "The host does nothing but ask for CSTS until RDY is 1",
     .script = NothingBeforeReady,
     .effects = Effects::kSafe},
    {.id = "FABH-CONN-04/mqes-15",
     .title = "SQSIZE of an I/O queue does not exceed CAP.MQES",
     .script = QueueSizesKeepToMqes,
     .effects = Effects::kSafe},
    {.id = "FABH-CONN-05/parameters",
     .title = "A host whose Connect is refused for its parameters does not repeat it at once",
     .script = RefusedIsNotRetriedAtOnce<StatusCode::kConnectInvalidParameters>,
     .effects = Effects::kSafe},
    {.id = "FABH-CONN-05/host",
     .title = "A host that is not welcome does not repeat its Connect at once",
     .script = RefusedIsNotRetriedAtOnce<StatusCode::kConnectInvalidHost>,
     .effects = Effects::kSafe},
    {.id = "FABH-CONN-06/cfs",
     .title = "A host that is told CFS gives up cleanly",
     .script = FatalStatusIsTheEnd},
    {.id = "FABH-PROP-01/bring-up",
     .title = "From bring-up to shutdown each property is used with its own width; only CC is set",
     .script = PropertiesAreUsedRight,
     .effects = Effects::kSafe},
};

}  // namespace

std::span<const Case> FabhCases() { return kCases; }

}  // namespace nvmf::conformance
