// Features, controller on trial. (NVM Express Base, "Set Features command", "Get Features command")
#include <algorithm>

#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/admin.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

Verdict NumberOfQueues(HostPeer& host) {
  host.Enable();
  const Exchange set = host.Run(MakeSetFeatures(Feature::kNumberOfQueues, 0x00030003));
  if (!set.ok()) return {kFail, "it ends with " + set.cqe.status().Text()};
  return Holds(QueueCounts::FromDword(set.cqe.dw0).has_value(), "DW0 is " + Hex(set.cqe.dw0, 8));
}
template <std::uint32_t kCounts>
Verdict TooManyQueues(HostPeer& host) {
  host.Enable();
  return host.Try(MakeSetFeatures(Feature::kNumberOfQueues, kCounts))
      .Or(Says({kInvalidField}), kPass);
}
Verdict QueuesAreThereAlready(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const Sqe again = MakeSetFeatures(Feature::kNumberOfQueues, 0x00030003);
  if (auto bad = Bad(admin.Try(again).Or(Says({kCommandSequenceError}), kPass))) return *bad;
  return io.ExpectAlive();
}

// ReadsBack sets a feature, and gets `value` in DW0.
Verdict ReadsBack(HostPeer& host, Feature fid, std::uint32_t cdw11) {
  host.Enable();
  const std::uint32_t set = host.RunWell(MakeSetFeatures(fid, cdw11)).cqe.dw0;
  const std::uint32_t value = fid == Feature::kNumberOfQueues ? set : cdw11;
  return host.Try(MakeGetFeatures(fid)).Or(SaysWith(kSuccess, value), kPass);
}
Verdict QueuesReadBack(HostPeer& host) {
  return ReadsBack(host, Feature::kNumberOfQueues, 0x00030003);
}
Verdict EventsReadBack(HostPeer& host) {
  return ReadsBack(host, Feature::kAsyncEventConfiguration, kAsyncEventNamespaceAttribute);
}
Verdict KatoReadsBack(HostPeer& host) { return ReadsBack(host, Feature::kKeepAliveTimer, 30'000); }
// Of those that some controller may have, success is no fault.
template <std::uint8_t kFid>
Verdict UnknownFeature(HostPeer& host) {
  constexpr bool kAssigned = kFid == 0x0C;
  host.Enable();
  const Exchange get = host.Run(MakeGetFeatures(static_cast<Feature>(kFid)));
  if (get.ok() && kAssigned) return {kInfo, "supported"};
  return Holds(get.cqe.status().code() == kInvalidField, "it ends with " + get.cqe.status().Text());
}

Sqe HostIdCommand(Sqe sqe, std::uint8_t sgl_type) {
  sqe.sgl1 = {.length = sizeof(HostId), .type = sgl_type};
  return sqe;
}
Verdict HostIdIsNotSet(HostPeer& host) {
  host.Enable();
  const Sqe sqe =
      HostIdCommand(MakeSetFeatures(Feature::kHostIdentifier, kHostIdExhid), Sgl::kInCapsule);
  if (auto untried = Untried(host, sqe)) return *untried;
  return host.Try(sqe, Bytes(sizeof(HostId))).Or(Says({kCommandSequenceError}), kPass);
}
Verdict HostIdIsThatOfConnect(HostPeer& host) {
  host.Enable();
  const Exchange get = host.Run(
      HostIdCommand(MakeGetFeatures(Feature::kHostIdentifier, kHostIdExhid), Sgl::kTransport));
  if (!get.ok()) return {kFail, "it ends with " + get.cqe.status().Text()};
  return Holds(std::ranges::equal(get.data, host.hostid()), "it is another than Connect said");
}
Verdict ShortHostId(HostPeer& host) {
  host.Enable();
  return host.Try(HostIdCommand(MakeGetFeatures(Feature::kHostIdentifier, 0), Sgl::kTransport))
      .Or(Says({kInvalidField}), kPass);
}

// What is saved is what holds now.
Verdict SavedFeature(HostPeer& host) {
  host.Enable();
  const std::uint32_t now =
      host.RunWell(MakeGetFeatures(Feature::kAsyncEventConfiguration)).cqe.dw0;
  const Sqe sqe = MakeSetFeatures(Feature::kAsyncEventConfiguration, now, 0, true);
  if (auto untried = Untried(host, sqe)) return *untried;
  return host.Try(sqe)
      .Or(Says({kFeatureNotSaveable}), kPass)
      .Or(Says({kInvalidField}), kNonStrict, "0/02h instead of 1/0Dh")
      .Or(SaysDone(), kNonStrict, "saved, or SV is ignored");
}
template <std::uint8_t kSel>
Verdict SelectedFeature(HostPeer& host) {
  host.Enable();
  const Sqe sqe =
      MakeGetFeatures(Feature::kAsyncEventConfiguration, 0, 0, static_cast<FeatureSelect>(kSel));
  return host.Try(sqe)
      .Or(Says({kInvalidField}), kPass)
      .Or(SaysDone(), kSel > 3 ? kNonStrict : kPass, kSel > 3 ? "a reserved SEL is taken" : "");
}

constexpr Case kCases[] = {
    {"ADM-FEAT-01/queues", "Number of Queues grants counts of I/O queues", NumberOfQueues, kSafe,
     Need::kIoController},
    {"ADM-FEAT-02/both", "FFFFh queues of both kinds are an invalid number",
     TooManyQueues<0xFFFFFFFF>, kSafe, Need::kIoController},
    {"ADM-FEAT-02/submission", "FFFFh submission queues are an invalid number",
     TooManyQueues<0x0000FFFF>, kSafe, Need::kIoController},
    {"ADM-FEAT-02/completion", "FFFFh completion queues are an invalid number",
     TooManyQueues<0xFFFF0000>, kSafe, Need::kIoController},
    {"ADM-FEAT-03/queue-open", "Number of Queues cannot be set once an I/O queue is connected",
     QueuesAreThereAlready, kSafe, Need::kIoQueue},
    {"ADM-FEAT-04/queues", "Get Features of Number of Queues tells what was granted",
     QueuesReadBack, kSafe, Need::kIoController},
    {"ADM-FEAT-04/events", "Get Features of Asynchronous Event Configuration tells what was set",
     EventsReadBack, kSafe, Need::kIoController},
    {"ADM-FEAT-04/kato", "Get Features of Keep Alive Timer tells what was set", KatoReadsBack,
     kSafe, Need::kIoController},
    {"ADM-FEAT-04/00", "Feature 00h is refused", UnknownFeature<0x00>, kSafe, Need::kIoController},
    {"ADM-FEAT-04/0c", "Feature 0Ch is refused where it is not supported", UnknownFeature<0x0C>,
     kSafe, Need::kIoController},
    {"ADM-FEAT-04/7f", "Feature 7Fh is refused", UnknownFeature<0x7F>, kSafe, Need::kIoController},
    {"ADM-FEAT-04/bf", "Feature BFh is refused", UnknownFeature<0xBF>, kSafe, Need::kIoController},
    {"ADM-FEAT-05/set", "The Host Identifier cannot be set over fabrics", HostIdIsNotSet,
     kDisruptive, Need::kIoController},
    {"ADM-FEAT-05/get", "The Host Identifier is HOSTID of Connect", HostIdIsThatOfConnect, kSafe,
     Need::kIoController},
    {"ADM-FEAT-05/get-short", "A Host Identifier of 64 bits is refused", ShortHostId, kSafe,
     Need::kIoController},
    {"ADM-FEAT-06/save", "A feature that cannot be saved is not set with SV", SavedFeature,
     kDisruptive, Need::kIoController},
    {"ADM-FEAT-07/default", "SEL 1 brings a value, or is refused", SelectedFeature<1>, kSafe,
     Need::kIoController},
    {"ADM-FEAT-07/saved", "SEL 2 brings a value, or is refused", SelectedFeature<2>, kSafe,
     Need::kIoController},
    {"ADM-FEAT-07/capabilities", "SEL 3 brings a value, or is refused", SelectedFeature<3>, kSafe,
     Need::kIoController},
    {"ADM-FEAT-07/reserved", "The reserved SEL 7 is refused", SelectedFeature<7>, kSafe,
     Need::kIoController},
};

}  // namespace

std::span<const Case> AdmFeaturesCases() { return kCases; }

}  // namespace nvmf::conformance
