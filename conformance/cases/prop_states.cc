// Enable, reset and shutdown, controller on trial. (NVM Express Base, "Controller Initialization",
// "Controller Level Reset", "Shutdown")
#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/fabrics.h"
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
    {"PROP-22/read", "A Read after CC.EN was cleared is refused, or the queue is gone",
     ReadAfterDisable, kSafe, Need::kIoQueue},
    {"PROP-26/cycles", "A hundred times enabled and disabled, a controller still works",
     ManyCycles},
    {"PROP-26/under-load", "Resets with Reads under way do no harm", CyclesUnderLoad, kDisruptive,
     Need::kIoQueue},
};

}  // namespace

std::span<const Case> PropStatesCases() { return kCases; }

}  // namespace nvmf::conformance
