// Asynchronous events and Abort, controller on trial. (NVM Express Base, "Asynchronous Event
// Request command", "Abort command")
#include <algorithm>

#include "conformance/cases/cases.h"
#include "conformance/cases/changes.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/namespace_list.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

// NoEvent submits a request that nothing is expected to end.
std::uint16_t NoEvent(HostPeer& host) { return host.Submit(MakeAsyncEventRequest()); }

Verdict OneRequestTooMany(HostPeer& host) {
  host.Enable();
  const unsigned most = host.claims().id.async_events();
  if (most > 24) return {kSkip, "AERL allows more than the queue holds"};
  for (unsigned i = 0; i < most; ++i) NoEvent(host);
  const std::uint16_t last = NoEvent(host);
  if (auto bad = Bad(host.Expect(Completion(last, {kAerLimitExceeded}), kPass))) return *bad;
  return host.ExpectAlive();
}

// StaysPending: whatever CC says, the request does not end with success.
Verdict StaysPending(HostPeer& host, Cc cc) {
  host.Enable();
  const std::uint16_t waiting = NoEvent(host);
  const std::uint16_t set = host.Submit(MakePropertySet(Cc::kOffset, Cc::kWidth, cc.raw));
  bool ended = false;
  for (bool done = false; !done;) {
    const Event event = host.Next();
    done = Success(set).fits(event);
    if (done) continue;
    ended = true;
    const Verdict aborted =
        Outcome(event).Or(Completion(waiting, {kAbortRequested, kAbortedSqDeletion}), kPass);
    if (auto bad = Bad(aborted)) return *bad;
  }
  const std::uint16_t barrier = host.Submit(host.BarrierCommand());
  const Verdict quiet = host.Expect(Success(barrier), kPass)
                            .Or(Completion(waiting, {kAbortRequested, kAbortedSqDeletion}),
                                kNonStrict, "ended as aborted");
  if (quiet.kind == kPass && ended) return {kNonStrict, "ended as aborted"};
  return quiet;
}
Verdict PendingThroughReset(HostPeer& host) {
  return StaysPending(host, Cc::Enable().with_en(false));
}
Verdict PendingThroughShutdown(HostPeer& host) {
  return StaysPending(host, Cc::Enable().with_shn(Shn::kNormal));
}

// A namespace goes and comes back: the host is told of the first change, and not again before it
// has read the list of what changed.
Verdict NamespaceChangesAreTold(HostPeer& host) {
  constexpr AsyncEvent kEvent{.info = AsyncEvent::kNamespaceAttributeChanged,
                              .lid = LogPage::kChangedNamespaces};
  constexpr std::uint32_t kList = 4096;
  host.Enable();
  host.RunWell(MakeSetFeatures(Feature::kAsyncEventConfiguration, kAsyncEventNamespaceAttribute));
  NoEvent(host);
  {
    const ChangedFor taken(host, Change::kTakeNamespace, Change::kGiveNamespace);
    if (auto bad = Bad(host.Expect(SaysWith(kSuccess, kEvent.ToDw0()), kPass))) return *bad;
    NoEvent(host);
  }
  if (auto bad = Bad(host.ExpectQuiet())) return *bad;
  const auto changed = Page<NsidList>(host.Log(LogPage::kChangedNamespaces, kList));
  const auto used = changed.used();
  return Holds(std::ranges::find(used, host.claims().nsid) != used.end(),
               "the list of changed namespaces does not have it");
}

template <std::uint16_t kSqid>
Verdict NothingToAbort(HostPeer& host) {
  host.Enable();
  return host.Try(MakeAbort(kSqid, 0xFFFE)).Or(SaysWith(kSuccess, AbortCmd::kNotAborted), kPass);
}
Verdict AbortOfAWaitingRequest(HostPeer& host) {
  host.Enable();
  const std::uint16_t waiting = NoEvent(host);
  const std::uint16_t abort = host.Submit(MakeAbort(0, waiting));
  const Event first = host.Next();
  if (Completion(waiting, {kAbortRequested}).fits(first)) {
    const Cqe cqe = host.Take<tcp::CapsuleResp>().cqe;
    return Holds(cqe.cid == abort && cqe.status().ok() && cqe.dw0 == 0,
                 "it was aborted, and Abort does not say so");
  }
  if (auto bad = Bad(Outcome(first).Or(Success(abort), kPass))) return *bad;
  const std::uint32_t dw0 = first.pdu.As<tcp::CapsuleResp>().cqe.dw0;
  if (dw0 == AbortCmd::kNotAborted) return host.ExpectAlive();
  // Abort may be told of before its effect.
  return host.Expect(Completion(waiting, {kAbortRequested}), kPass);
}
Verdict ManyAborts(HostPeer& host) {
  constexpr std::uint16_t kAborts = 24;
  host.Enable();
  host.Hold();
  std::vector<std::uint16_t> cids;
  for (std::uint16_t i = 0; i < kAborts; ++i) {
    cids.push_back(host.Start(MakeAbort(0, static_cast<std::uint16_t>(0xFF00 + i))));
  }
  host.Release();
  for (const std::uint16_t cid : cids) {
    const Exchange abort = host.Finish(cid);
    const StatusCode code = abort.cqe.status().code();
    if (code != kSuccess && code != kAbortLimitExceeded) {
      return {kFail, "an Abort ends with " + abort.cqe.status().Text()};
    }
  }
  return host.ExpectAlive();
}

constexpr Case kCases[] = {
    {"ADM-AER-01/one-too-many", "One Asynchronous Event Request more than AERL allows is refused",
     OneRequestTooMany, kSafe, Need::kIoController},
    {"ADM-AER-02/reset", "A reset does not complete an Asynchronous Event Request",
     PendingThroughReset, kSafe, Need::kIoController},
    {"ADM-AER-02/shutdown", "A shutdown does not complete an Asynchronous Event Request",
     PendingThroughShutdown, kSafe, Need::kIoController},
    {"ADM-AER-03/namespace", "A host is told once that a namespace has changed",
     NamespaceChangesAreTold, kDisruptive, Need::kIoQueue | Need::kChanges},
    {"ADM-ABT-01/no-command", "Abort of a command that is not there succeeds and says so",
     NothingToAbort<0>, kSafe, Need::kIoController},
    {"ADM-ABT-01/no-queue", "Abort on a queue that is not there succeeds and says so",
     NothingToAbort<0xFFFF>, kSafe, Need::kIoController},
    {"ADM-ABT-02/event-request", "Abort of an Asynchronous Event Request says what became of it",
     AbortOfAWaitingRequest, kSafe, Need::kIoController},
    {"ADM-ABT-03/24-at-once", "Many Aborts at once are done, or refused for their number",
     ManyAborts, kSafe, Need::kIoController},
};

}  // namespace

std::span<const Case> AdmEventsCases() { return kCases; }

}  // namespace nvmf::conformance
