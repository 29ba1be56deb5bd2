// Settings that a controller cannot run with, and commands before it runs; controller on trial.
// (NVM Express Base, "Controller Configuration", "Controller Initialization")
#include "conformance/cases/cases.h"
#include "conformance/cases/connects.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

bool Settled(Csts csts) { return csts.rdy() || csts.cfs(); }

// NoWorkingController: the setting is refused, or fails, or at least no I/O queue comes of it.
Verdict NoWorkingController(HostPeer& host, std::uint32_t cc) {
  host.ConnectAdmin();
  const Outcome set = host.Try(MakePropertySet(Cc::kOffset, Cc::kWidth, cc));
  if (Says({kInvalidField, kConnectInvalidParameters}).fits(set.event())) return Pass();
  if (auto bad = Bad(Outcome(set).Or(SaysDone(), kPass))) return *bad;
  const Csts csts = host.AwaitCsts(Settled, "neither CSTS.RDY nor CSTS.CFS becomes 1");
  if (csts.cfs()) return Pass();
  HostPeer io = host.Another();
  io.IcExchange();
  return ConnectTry(io, {.qid = 1, .cntlid = host.cntlid()})
      .Send()
      .Or(SaysAnyError(), kNonStrict, "ready, yet no I/O queue can be connected");
}
template <std::uint32_t kCc>
Verdict DoesNotRunWith(HostPeer& host) {
  return NoWorkingController(host, kCc);
}
Verdict DoesNotRunWithHugePages(HostPeer& host) {
  if (Cap{.raw = host.claims().cap}.mpsmax_bytes() >= std::uint64_t{4096} << 15) {
    return {kSkip, "CAP.MPSMAX allows every page size"};
  }
  return NoWorkingController(host, 0x00460781);
}

// A controller that could not be enabled says so until it is reset.
Verdict FatalStatusIsCleared(HostPeer& host) {
  host.ConnectAdmin();
  const Outcome set = host.Try(MakePropertySet(Cc::kOffset, Cc::kWidth, 0x00470001));
  if (SaysAnyError().fits(set.event())) return {kInfo, "refused: " + set.event().Text()};
  if (auto bad = Bad(Outcome(set).Or(SaysDone(), kPass))) return *bad;
  const Csts csts = host.AwaitCsts(Settled, "neither CSTS.RDY nor CSTS.CFS becomes 1");
  if (!csts.cfs()) return {kInfo, "ready: there is no fatal condition"};
  host.Disable();
  host.AwaitCsts([](Csts now) { return !now.cfs() && !now.rdy(); }, "CSTS.CFS stays 1");
  host.Enable();
  return Pass();
}

Verdict NotBeforeReady(HostPeer& host, const Sqe& sqe) {
  host.ConnectAdmin();
  Outcome outcome = host.Try(sqe).Or(Says({kCommandSequenceError}), kPass);
  if (host.claims().io_controller()) return outcome;
  return outcome.Or(Says({kInvalidOpcode}), kNonStrict, "0/01h instead of 0/0Ch");
}
Verdict IdentifyBeforeReady(HostPeer& host) {
  return NotBeforeReady(host, HostPeer::IdentifyCommand());
}
Verdict LogBeforeReady(HostPeer& host) {
  return NotBeforeReady(host, HostPeer::LogCommand(LogPage::kSmart, SmartLog::kSize));
}
Verdict FeaturesBeforeReady(HostPeer& host) {
  return NotBeforeReady(host, MakeSetFeatures(Feature::kAsyncEventConfiguration, 0));
}
Verdict KeepAliveBeforeReady(HostPeer& host) { return NotBeforeReady(host, MakeKeepAlive()); }
Verdict EventRequestBeforeReady(HostPeer& host) {
  return NotBeforeReady(host, MakeAsyncEventRequest());
}

constexpr Case kCases[] = {
    {"PROP-18/sizes-0", "A controller with I/O queues does not run with entries of one octet",
     DoesNotRunWith<0x00000001>, kDisruptive, Need::kIoController},
    {"PROP-18/iosqes-7", "A controller does not run with submission entries of 128 octets",
     DoesNotRunWith<0x00470001>, kDisruptive, Need::kIoController},
    {"PROP-18/iocqes-5", "A controller does not run with completion entries of 32 octets",
     DoesNotRunWith<0x00560001>, kDisruptive, Need::kIoController},
    {"PROP-19/mps-15", "A controller does not run with pages larger than CAP.MPSMAX",
     DoesNotRunWithHugePages, kDisruptive, Need::kIoController},
    {"PROP-19/ams-7", "A controller does not run with a vendor's arbitration that it lacks",
     DoesNotRunWith<0x00463801>, kDisruptive, Need::kIoController},
    {"PROP-19/css-5", "A controller does not run with the reserved command set 5",
     DoesNotRunWith<0x00460051>, kDisruptive, Need::kIoController},
    {"PROP-21/identify", "Identify before CSTS.RDY is refused", IdentifyBeforeReady, kSafe},
    {"PROP-21/get-log-page", "Get Log Page before CSTS.RDY is refused", LogBeforeReady, kSafe},
    {"PROP-21/set-features", "Set Features before CSTS.RDY is refused", FeaturesBeforeReady, kSafe},
    {"PROP-21/keep-alive", "Keep Alive before CSTS.RDY is refused", KeepAliveBeforeReady, kSafe},
    {"PROP-21/event-request", "An Asynchronous Event Request before CSTS.RDY is refused",
     EventRequestBeforeReady, kSafe},
    {"PROP-25/fatal-status", "CSTS.CFS shows a setting that fails, until CC.EN is cleared",
     FatalStatusIsCleared, kDisruptive, Need::kIoController},
};

}  // namespace

std::span<const Case> PropSettingsCases() { return kCases; }

}  // namespace nvmf::conformance
