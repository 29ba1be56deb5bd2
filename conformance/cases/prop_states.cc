// Enable, reset and shutdown, controller on trial. (NVM Express Base, "Controller Initialization",
// "Controller Level Reset", "Shutdown")
#include <array>

#include "conformance/cases/cases.h"
#include "conformance/cases/connects.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

constexpr Cc kOff = Cc::Enable().with_en(false);

void SetCc(HostPeer& host, Cc cc) { host.PropertySet(Cc::kOffset, Cc::kWidth, cc.raw); }

bool Settled(Csts csts) { return csts.rdy() || csts.cfs(); }

Verdict EnableMakesReady(HostPeer& host) {
  host.ConnectAdmin();
  SetCc(host, Cc::Enable());
  const Csts csts = host.AwaitCsts(Settled, "CSTS.RDY does not become 1");
  return Holds(csts.rdy() && !csts.cfs(), "CSTS is " + Hex(csts.raw));
}

Verdict DisableResets(HostPeer& host) {
  host.Enable();
  SetCc(host, kOff);
  host.AwaitCsts([](Csts csts) { return !csts.rdy(); }, "CSTS.RDY does not become 0");
  return host.Try(HostPeer::IdentifyCommand()).Or(Says({kCommandSequenceError}), kPass);
}

// Over tells that a queue is: it has been closed, or its commands are refused.
Verdict Over(HostPeer& io) {
  return io.Try(io.ReadCommand(io.claims().block))
      .Or(Says({kCommandSequenceError}), kPass)
      .Or(Closed(), kPass);
}
Verdict ResetEndsIoQueues(HostPeer& admin) {
  HostPeer one = admin.OpenIo();
  HostPeer two = admin.OpenIo();
  admin.Disable();
  if (auto bad = Bad(Over(one))) return *bad;
  if (auto bad = Bad(Over(two))) return *bad;
  one.Close();
  two.Close();
  admin.Enable();
  return admin.OpenIo().ExpectAlive();
}
Verdict ReadAfterDisable(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  admin.Disable();
  return Over(io);
}

Verdict EnabledAgain(HostPeer& host) {
  host.Enable();
  SetCc(host, kOff);
  const Verdict set = host.Try(MakePropertySet(Cc::kOffset, Cc::kWidth, Cc::Enable().raw))
                          .Or(SaysDone(), kPass)
                          .Or(Closed(), kNonStrict, "the association has ended with the reset");
  if (auto bad = Bad(set)) return *bad;
  const Csts csts = host.AwaitCsts(Settled, "CSTS.RDY does not become 1 again");
  return Holds(csts.rdy(), "CSTS is " + Hex(csts.raw));
}

template <Shn kShn>
Verdict ShutdownCompletes(HostPeer& host) {
  host.Enable();
  SetCc(host, Cc::Enable().with_shn(kShn));
  host.AwaitCsts([](Csts csts) { return csts.shst() == Shst::kComplete; },
                 "CSTS.SHST does not become 10b");
  return Pass();
}
Verdict NoIoAfterShutdown(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  if (auto bad = Bad(ShutdownCompletes<Shn::kNormal>(admin))) return *bad;
  return Over(io);
}
Verdict ReservedShutdown(HostPeer& host) {
  host.Enable();
  const Cc cc = Cc::Enable().with_shn(Shn::kReserved);
  const Outcome set = host.Try(MakePropertySet(Cc::kOffset, Cc::kWidth, cc.raw));
  const bool refused = Says({kInvalidField, kConnectInvalidParameters}).fits(set.event());
  if (auto bad = Bad(Outcome(set).Or(SaysDone(), kPass).Or(SaysAnyError(), kPass))) return *bad;
  const Csts csts{.raw = static_cast<std::uint32_t>(host.PropertyGet(Csts::kOffset, Csts::kWidth))};
  if (csts.shst() != Shst::kNormal) return {kNonStrict, "SHN 11b is taken for a shutdown"};
  return refused || SaysDone().fits(set.event())
             ? Pass()
             : Verdict{kFail, "refused with " + set.event().Text()};
}

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
  SetCc(host, kOff);
  host.AwaitCsts([](Csts now) { return !now.cfs() && !now.rdy(); }, "CSTS.CFS stays 1");
  return EnableMakesReady(host);
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

Verdict ManyCycles(HostPeer& host) {
  for (int i = 0; i < 100; ++i) host.Enable(), host.Disable();
  return host.ExpectAlive();
}
// Reads are under way at each reset: they are answered or dropped.
Verdict CyclesUnderLoad(HostPeer& first) {
  for (int i = 0; i < 20; ++i) {
    HostPeer admin = first.Another();
    HostPeer io = admin.OpenIo();
    io.Hold();
    for (int n = 0; n < 16; ++n) io.Submit(io.ReadCommand(io.claims().block));
    io.Release();
    admin.Disable();
    admin.Enable();
    if (auto bad = Bad(admin.ExpectAlive())) return *bad;
  }
  return first.OpenIo().ExpectAlive();
}

constexpr Case kCases[] = {
    {"PROP-11/enable", "CC.EN makes CSTS.RDY 1 and not CSTS.CFS", EnableMakesReady, kSafe},
    {"PROP-12/disable", "Clearing CC.EN makes CSTS.RDY 0, and admin commands are refused",
     DisableResets, kSafe},
    {"PROP-13/two-queues", "A reset ends the I/O queues; new ones can be connected after it",
     ResetEndsIoQueues, kSafe, Need::kIoQueue},
    {"PROP-14/enabled-again", "A controller that was reset can be enabled again", EnabledAgain,
     kSafe},
    {"PROP-15/normal", "A normal shutdown completes", ShutdownCompletes<Shn::kNormal>, kSafe},
    {"PROP-15/abrupt", "An abrupt shutdown completes", ShutdownCompletes<Shn::kAbrupt>, kSafe},
    {"PROP-15/io", "After a shutdown no Read is executed", NoIoAfterShutdown, kSafe,
     Need::kIoQueue},
    {"PROP-17/shn-3", "The reserved shutdown notification 11b is not acted upon", ReservedShutdown},
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
    {"PROP-22/read", "A Read after CC.EN was cleared is refused, or the queue is gone",
     ReadAfterDisable, kSafe, Need::kIoQueue},
    {"PROP-25/fatal-status", "CSTS.CFS shows a setting that fails, until CC.EN is cleared",
     FatalStatusIsCleared, kDisruptive, Need::kIoController},
    {"PROP-26/cycles", "A hundred times enabled and disabled, a controller still works",
     ManyCycles},
    {"PROP-26/under-load", "Resets with Reads under way do no harm", CyclesUnderLoad, kDisruptive,
     Need::kIoQueue},
};

}  // namespace

std::span<const Case> PropStatesCases() { return kCases; }

}  // namespace nvmf::conformance
