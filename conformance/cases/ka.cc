// Keep Alive, controller on trial. (NVM Express Base, "Keep Alive", "Keep Alive Timer")
//
// KATO is as short as KAS lets it be. A controller may look at its timer once per KATO, so that
// it notices between KATO and twice KATO; a case that waits says so in its deadlines.
#include <algorithm>

#include "conformance/cases/cases.h"
#include "conformance/cases/connects.h"
#include "nvmf/nvme/admin.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

// ShortKato is the least multiple of KAS in which a host cannot be late by mere chance.
Duration ShortKato(const HostPeer& host) {
  constexpr std::uint32_t kLeast = 250;
  constexpr std::uint32_t kMost = 12'000;
  const std::uint32_t kas = host.claims().id.kas_ms() == 0 ? 1000 : host.claims().id.kas_ms();
  const std::uint32_t kato = (kLeast + kas - 1) / kas * kas;
  if (kato > kMost) throw Unmet{{kSkip, "KAS is so coarse that a case is too short"}};
  return Duration(kato);
}
// Longest is when a controller has noticed in any case.
Duration Longest(const HostPeer& host, Duration kato) {
  return 2 * kato + Duration(host.claims().id.cqt);
}
void ConnectFor(HostPeer& host, Duration kato) {
  host.ConnectAdmin({}, {.kato_ms = static_cast<std::uint32_t>(kato.count())});
}

Verdict KeepAliveIsDone(HostPeer& host) {
  host.Enable();
  return host.Try(MakeKeepAlive()).Or(SaysDone(), kPass);
}
Verdict KeepAliveOnAnIoQueue(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  Sqe sqe = MakeKeepAlive();
  sqe.nsid = io.claims().nsid;  // Nothing but the opcode is to be wrong.
  if (auto untried = Untried(io, sqe)) return *untried;
  return io.Try(sqe)
      .Or(Says({kInvalidOpcode}), kPass)
      .Or(SaysDone(), kNonStrict, "the opcode is Cancel's by now");
}

// --- Running out ---

// RunsOut waits for the end of a connection of which nothing was heard since `since`.
Verdict RunsOut(HostPeer& peer, Clock::time_point since, Duration kato) {
  const Event event = peer.NextWithin(Longest(peer, kato) + peer.trial().limits().step);
  if (event.kind == Event::Kind::kSilence) {
    return {kHang, "nothing ends it when KATO is over"};
  }
  if (Clock::now() - since < kato) return {kFail, "it ends before KATO is over"};
  return Outcome(event)
      .Or(Closed(), kPass)
      .Or(AnyTermReq(), kNonStrict, "a C2HTermReq, although nothing was wrong on the wire");
}
// Falls silent: the last that is heard of the host is a Keep Alive.
Verdict FallSilent(HostPeer& admin, Duration kato) {
  const Clock::time_point since = Clock::now();
  admin.RunWell(MakeKeepAlive());
  return RunsOut(admin, since, kato);
}
Verdict SilenceEndsTheAssociation(HostPeer& admin) {
  const Duration kato = ShortKato(admin);
  ConnectFor(admin, kato);
  admin.Enable();
  if (!admin.claims().io_controller()) return FallSilent(admin, kato);
  HostPeer io = admin.OpenIo();
  if (auto bad = Bad(FallSilent(admin, kato))) return *bad;
  const Event event = io.NextWithin(Longest(io, kato) + io.trial().limits().step);
  return Outcome(event).Or(Closed(), kPass);
}
Verdict TheNextConnectWorks(HostPeer& admin) {
  const Duration kato = ShortKato(admin);
  ConnectFor(admin, kato);
  admin.Enable();
  if (auto bad = Bad(FallSilent(admin, kato))) return *bad;
  const Deadline deadline =
      admin.trial().Within(Duration(admin.claims().id.cqt) + admin.trial().limits().step);
  for (;;) {
    HostPeer again = admin.Another();
    again.IcExchange();
    const Outcome outcome = ConnectTry(again, {}).Send();
    if (SaysDone().fits(outcome.event()) || deadline.passed()) {
      return Outcome(outcome).Or(SaysDone(), kPass);
    }
  }
}

// --- Not running out ---

// Stays lets the connection rest for `rest` so many times, and does `refresh` after each. A host
// that was late itself has shown nothing: see WithTime.
template <class Refresh>
Verdict Stays(HostPeer& admin, Duration kato, Duration rest, unsigned rounds, Refresh refresh) {
  Clock::time_point heard = Clock::now();
  for (unsigned i = 0; i < rounds; ++i) {
    const Event event = admin.NextWithin(rest);
    const auto late = [&] { return Clock::now() - heard >= kato; };
    const Verdict nothing = {kInfo, "the host itself was late"};
    if (late()) return nothing;
    if (event.kind != Event::Kind::kSilence) return {kFail, "came " + event.Text()};
    const Clock::time_point sent = Clock::now();
    try {
      refresh();
    } catch (const Unmet&) {
      if (late()) return nothing;
      throw;
    }
    heard = sent;
  }
  return Pass();
}
// WithTime tries it with the shortest KATO, and where the host itself was late with a longer one.
Verdict WithTime(HostPeer& first, Verdict (*attempt)(HostPeer& admin, Duration kato)) {
  constexpr Duration kMost{4'000};
  Duration kato = ShortKato(first);
  Verdict verdict = attempt(first, kato);
  while (verdict.kind == kInfo && 4 * kato <= kMost) {
    HostPeer again = first.Another();
    verdict = attempt(again, kato *= 4);
  }
  return verdict;
}
// RoundsOf returns how often `rest` fits into a case that may take a while.
unsigned RoundsOf(Duration rest, unsigned most) {
  constexpr Duration kWhile{20'000};
  return std::clamp(static_cast<unsigned>(kWhile / rest), 1u, most);
}

Verdict KeepsIt(HostPeer& admin, Duration kato) {
  const Duration rest = kato * 8 / 10;
  ConnectFor(admin, kato);
  admin.Enable();
  admin.RunWell(MakeKeepAlive());
  return Stays(admin, kato, rest, RoundsOf(rest, 5), [&] { admin.RunWell(MakeKeepAlive()); });
}

Verdict KeepAliveKeepsIt(HostPeer& admin) { return WithTime(admin, KeepsIt); }

// Traffic does or does not stand for Keep Alive, as CTRATT tells.
Verdict TrafficCounts(HostPeer& admin, HostPeer& busy, const Sqe& sqe, Duration kato) {
  const Duration rest = kato / 2;
  admin.RunWell(MakeKeepAlive());
  return Stays(admin, kato, rest, RoundsOf(rest, 6), [&] { busy.RunWell(sqe); });
}
Verdict TrafficDoesNotCount(HostPeer& admin, HostPeer& busy, const Sqe& sqe, Duration kato) {
  const Clock::time_point since = Clock::now();
  admin.RunWell(MakeKeepAlive());
  const Deadline deadline = admin.trial().Within(Longest(admin, kato));
  while (!deadline.passed()) {
    const Event event = admin.NextWithin(kato / 4);
    if (event.kind == Event::Kind::kSilence) {
      busy.Submit(sqe);
      continue;
    }
    if (Clock::now() - since < kato) return {kFail, "it ends before KATO is over"};
    return Outcome(event).Or(Closed(), kPass);
  }
  return {kFail, "commands keep it, although CTRATT does not say so"};
}
Verdict TrafficAsClaimed(HostPeer& admin, HostPeer& busy, const Sqe& sqe, Duration kato) {
  const bool counts = (admin.claims().id.ctratt & kCtrattTbkas) != 0;
  return counts ? TrafficCounts(admin, busy, sqe, kato)
                : TrafficDoesNotCount(admin, busy, sqe, kato);
}
Verdict ReadsAsClaimed(HostPeer& admin, Duration kato) {
  ConnectFor(admin, kato);
  HostPeer io = admin.OpenIo();
  return TrafficAsClaimed(admin, io, io.ReadCommand(io.claims().block), kato);
}
Verdict IoTraffic(HostPeer& admin) { return WithTime(admin, ReadsAsClaimed); }

// AdminTraffic is on the queue that is watched, so that it can only be shown to count.
Verdict IdentifiesCount(HostPeer& admin, Duration kato) {
  ConnectFor(admin, kato);
  admin.Enable();
  return TrafficCounts(admin, admin, HostPeer::IdentifyCommand(), kato);
}
Verdict AdminTraffic(HostPeer& admin) {
  if ((admin.claims().id.ctratt & kCtrattTbkas) == 0) return {kSkip, "CTRATT claims no TBKAS"};
  return WithTime(admin, IdentifiesCount);
}

// The timer rests while the controller is not enabled.
Verdict RestsFor(HostPeer& admin, Duration kato) {
  const Event event = admin.NextWithin(Longest(admin, kato) + kato / 4);
  if (event.kind != Event::Kind::kSilence) {
    return {kFail, "while the controller was not enabled came " + event.Text()};
  }
  admin.PropertyGet(Csts::kOffset, Csts::kWidth);
  return Pass();
}
Verdict RestsBeforeEnable(HostPeer& admin) {
  const Duration kato = ShortKato(admin);
  ConnectFor(admin, kato);
  return RestsFor(admin, kato);
}
Verdict RestsAfterReset(HostPeer& admin) {
  const Duration kato = ShortKato(admin);
  ConnectFor(admin, kato);
  admin.Enable();
  admin.Disable();
  return RestsFor(admin, kato);
}

// --- KATO ---

Verdict NoTimeout(HostPeer& host) {
  host.IcExchange();
  return ConnectTry(host, {.kato_ms = 0})
      .Send()
      .Or(Says({kKeepAliveInvalid}), kPass)
      .Or(SaysDone(), kNonStrict, "accepted: by an earlier text 0 is no timeout");
}
template <std::uint32_t kKato>
Verdict LongTimeout(HostPeer& host) {
  host.IcExchange();
  const Outcome outcome = ConnectTry(host, {.kato_ms = kKato}).Send();
  if (!SaysDone().fits(outcome.event())) {
    return Outcome(outcome).Or(Says({kKeepAliveInvalid}), kPass);
  }
  const Exchange enabled = host.Run(MakePropertySet(Cc::kOffset, Cc::kWidth, Cc::Enable().raw));
  if (!enabled.ok()) return {kFail, "the controller cannot be enabled"};
  if (auto bad = Bad(host.ExpectQuiet())) return *bad;
  return host.ExpectAlive();
}

template <std::uint32_t kKato>
Verdict IsRoundedUp(HostPeer& host) {
  host.Enable();
  host.RunWell(MakeSetFeatures(Feature::kKeepAliveTimer, kKato));
  const std::uint32_t kato = host.RunWell(MakeGetFeatures(Feature::kKeepAliveTimer)).cqe.dw0;
  const std::uint32_t kas = std::max(host.claims().id.kas_ms(), 1u);
  return Holds(kato >= kKato && kato % kas == 0, "KATO is then " + std::to_string(kato) + " ms");
}
Verdict IsInEffectAtOnce(HostPeer& host) {
  const Duration kato = ShortKato(host);
  host.Enable();
  const Clock::time_point since = Clock::now();
  host.RunWell(MakeSetFeatures(Feature::kKeepAliveTimer, static_cast<std::uint32_t>(kato.count())));
  return RunsOut(host, since, kato);
}
Verdict CannotBeTakenAway(HostPeer& host) {
  host.Enable();
  const std::uint32_t before = host.RunWell(MakeGetFeatures(Feature::kKeepAliveTimer)).cqe.dw0;
  const Outcome outcome = host.Try(MakeSetFeatures(Feature::kKeepAliveTimer, 0));
  const Verdict refused = Outcome(outcome)
                              .Or(Says({kKeepAliveInvalid}), kPass)
                              .Or(SaysDone(), kNonStrict, "taken: by an earlier text 0 is none");
  if (auto bad = Bad(refused)) return *bad;
  return host.Try(MakeGetFeatures(Feature::kKeepAliveTimer)).Or(SaysWith(kSuccess, before), kPass);
}

constexpr Case kCases[] = {
    {"KA-01/admin", "Keep Alive is there and succeeds", KeepAliveIsDone, kSafe,
     Need::kIoController},
    {"KA-02/silence", "When KATO is over, not sooner, both connections of a silent host end",
     SilenceEndsTheAssociation, kDisruptive, Need::kIoController},
    {"KA-03/keep-alive", "Keep Alive within each KATO keeps the association", KeepAliveKeepsIt,
     kDisruptive, Need::kIoController},
    {"KA-04/io", "I/O commands keep the association if CTRATT says so, and else do not", IoTraffic,
     kDisruptive, Need::kIoQueue},
    {"KA-04/admin", "Admin commands keep the association if CTRATT says so", AdminTraffic,
     kDisruptive, Need::kIoController},
    {"KA-05/connect", "KATO 0 in Connect is invalid where Keep Alive is required", NoTimeout, kSafe,
     Need::kIoController},
    {"KA-06/ffffffff", "The longest KATO is refused, or does not run out at once",
     LongTimeout<0xFFFFFFFF>, kSafe, Need::kIoController},
    {"KA-06/80000000", "A KATO of 2^31 is refused, or does not run out at once",
     LongTimeout<0x80000000>, kSafe, Need::kIoController},
    {"KA-07/15000", "A KATO of 15000 ms that was set is told, rounded up to KAS",
     IsRoundedUp<15'000>, kSafe, Need::kIoController},
    {"KA-07/12345", "A KATO of 12345 ms that was set is told, rounded up to KAS",
     IsRoundedUp<12'345>, kSafe, Need::kIoController},
    {"KA-07/runs", "A KATO that was set runs from then on", IsInEffectAtOnce, kDisruptive,
     Need::kIoController},
    {"KA-08/set-0", "KATO cannot be set to 0", CannotBeTakenAway, kSafe, Need::kIoController},
    {"KA-09/before-enable", "The timer does not run before the controller is enabled",
     RestsBeforeEnable, kDisruptive, Need::kIoController},
    {"KA-09/after-reset", "The timer does not run after a reset", RestsAfterReset, kDisruptive,
     Need::kIoController},
    {"KA-10/reconnect", "After KATO was over a host may connect again", TheNextConnectWorks,
     kDisruptive, Need::kIoController},
    {"KA-12/io-queue", "Keep Alive is an invalid opcode on an I/O queue", KeepAliveOnAnIoQueue,
     kDisruptive, Need::kIoQueue},
};

}  // namespace

std::span<const Case> KaCases() { return kCases; }

}  // namespace nvmf::conformance
