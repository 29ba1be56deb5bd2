// What a discovery controller does and does not do, controller on trial. (NVM Express Base,
// "Discovery Controller")
#include "conformance/cases/cases.h"
#include "conformance/cases/connects.h"
#include "conformance/cases/discovery.h"
#include "nvmf/nvme/admin.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

// --- Connecting ---

Verdict TakesTheWellKnownName(HostPeer& host) {
  host.IcExchange();
  return ConnectTry(host, DiscoveryConnect(host)).Send().Or(SaysDone(), kPass);
}
Verdict HasNoIoQueues(HostPeer& host) {
  EnterDiscovery(host);
  HostPeer io = host.Another();
  io.IcExchange();
  ConnectOptions options = DiscoveryConnect(host);
  options.qid = 1;
  options.cntlid = host.cntlid();
  const Verdict refused = ConnectTry(io, options)
                              .Send()
                              .Or(Says({kConnectInvalidParameters, kInvalidQueueIdentifier,
                                        kCommandSequenceError, kInvalidOpcode}),
                                  kPass);
  if (auto bad = Bad(refused)) return *bad;
  return host.ExpectAlive();
}

constexpr std::uint32_t kLongKato = 60'000;

Verdict ServesHostsThatStay(HostPeer& host) {
  host.IcExchange();
  ConnectOptions options = DiscoveryConnect(host);
  options.kato_ms = kLongKato;
  if (!host.claims().persistent_discovery) {
    return ConnectTry(host, options).Send().Or(Says({kConnectInvalidParameters}), kPass);
  }
  EnterDiscovery(host);
  if (auto bad = Bad(host.Try(MakeKeepAlive()).Or(SaysDone(), kPass))) return *bad;
  for (const Feature fid : {Feature::kKeepAliveTimer, Feature::kAsyncEventConfiguration}) {
    if (auto bad = Bad(host.Try(MakeGetFeatures(fid)).Or(SaysDone(), kPass))) return *bad;
  }
  host.Submit(MakeAsyncEventRequest());
  return host.ExpectBarrier();  // The request waits.
}
Verdict ServesHostsThatLook(HostPeer& host) {
  ConnectOptions options = DiscoveryConnect(host);
  options.kato_ms = 0;
  host.ConnectAdmin({}, options);
  host.Enable();
  ReadLog(host);
  return host.ExpectAlive();
}
Verdict KeepAliveOfAHostThatLooks(HostPeer& host) {
  ConnectOptions options = DiscoveryConnect(host);
  options.kato_ms = 0;
  host.ConnectAdmin({}, options);
  host.Enable();
  return host.Try(MakeKeepAlive())
      .Or(Says({kInvalidOpcode, kKeepAliveInvalid}), kPass)
      .Or(SaysDone(), kNonStrict, "Keep Alive is there all the same");
}

// --- Identify ---

Verdict SaysWhatItIs(HostPeer& host) {
  EnterDiscovery(host);
  const auto id = Page<IdentifyController>(host.Identify());
  const auto nqn = NqnFromField(id.subnqn);
  if (id.cntrltype != Cntrltype::kDiscovery && id.cntrltype != Cntrltype::kNotReported) {
    return {kFail, "CNTRLTYPE is " + std::to_string(std::to_underlying(id.cntrltype))};
  }
  if (!nqn) return {kFail, "SUBNQN is not an NQN"};
  if ((id.lpa & kLpaExtendedData) == 0) return {kFail, "LPA claims no offsets in log pages"};
  if (id.cntrltype == Cntrltype::kNotReported) return {kNonStrict, "CNTRLTYPE is not reported"};
  return *nqn == kDiscoveryNqn ? Pass() : Verdict{kPass, "it has a name of its own"};
}
template <std::uint8_t kCns>
Verdict UnofferedIdentify(HostPeer& host) {
  EnterDiscovery(host);
  return host.Try(HostPeer::IdentifyCommand(static_cast<Cns>(kCns), kCns == 0 ? 1 : 0))
      .Or(Says({kInvalidField}), kPass)
      .Or(Says({kInvalidNamespace, kInvalidOpcode}), kNonStrict, "refused, but not with 0/02h");
}

// --- Commands that are not there ---

template <std::uint8_t kLid>
Verdict UnofferedLog(HostPeer& host) {
  EnterDiscovery(host);
  return host.Try(HostPeer::LogCommand(static_cast<LogPage>(kLid), 512))
      .Or(Says({kInvalidField, kInvalidLogPage}), kPass)
      .Or(SaysDone(), kLid >= 0xC0 ? kInfo : kFail, "there is a log page");
}
template <std::uint8_t kOpcode>
Verdict UnofferedCommand(HostPeer& host) {
  EnterDiscovery(host);
  const Sqe sqe{.opc = kOpcode};
  if (auto untried = Untried(host, sqe)) return *untried;
  return host.Try(sqe).Or(Says({kInvalidOpcode}), kPass);
}
Verdict UnofferedFeature(HostPeer& host, const Sqe& sqe) {
  EnterDiscovery(host);
  if (auto untried = Untried(host, sqe)) return *untried;
  return host.Try(sqe).Or(Says({kInvalidField}), kPass);
}
template <Feature kFid>
Verdict GetOfUnoffered(HostPeer& host) {
  return UnofferedFeature(host, MakeGetFeatures(kFid));
}
template <Feature kFid>
Verdict SetOfUnoffered(HostPeer& host) {
  return UnofferedFeature(host, MakeSetFeatures(kFid, 0));
}

constexpr NeedSet kService = Need::kDiscoveryService;

constexpr Case kCases[] = {
    {"DISC-01/well-known", "Connect with the well-known discovery name is accepted",
     TakesTheWellKnownName, kSafe, kService},
    {"DISC-02/qid-1", "Connect of an I/O queue to a discovery controller is refused", HasNoIoQueues,
     kDisruptive, kService},
    {"DISC-03/identify", "Identify tells that this is a discovery controller", SaysWhatItIs, kSafe,
     kService},
    {"DISC-14/02", "A discovery controller has no SMART log page", UnofferedLog<0x02>, kSafe,
     kService},
    {"DISC-14/03", "A discovery controller has no firmware log page", UnofferedLog<0x03>, kSafe,
     kService},
    {"DISC-14/0c", "A discovery controller has no ANA log page", UnofferedLog<0x0C>, kSafe,
     kService},
    {"DISC-14/7e", "A discovery controller refuses a reserved log page", UnofferedLog<0x7E>, kSafe,
     kService},
    {"DISC-14/ff", "A discovery controller refuses log page FFh where the vendor has none",
     UnofferedLog<0xFF>, kSafe, kService},
    {"DISC-15/00", "A discovery controller has no Delete I/O Submission Queue",
     UnofferedCommand<0x00>, kDisruptive, kService},
    {"DISC-15/01", "A discovery controller has no Create I/O Submission Queue",
     UnofferedCommand<0x01>, kDisruptive, kService},
    {"DISC-15/04", "A discovery controller has no Delete I/O Completion Queue",
     UnofferedCommand<0x04>, kDisruptive, kService},
    {"DISC-15/05", "A discovery controller has no Create I/O Completion Queue",
     UnofferedCommand<0x05>, kDisruptive, kService},
    {"DISC-15/0d", "A discovery controller has no Namespace Management", UnofferedCommand<0x0D>,
     kDisruptive, kService},
    {"DISC-15/10", "A discovery controller has no Firmware Commit", UnofferedCommand<0x10>,
     kDisruptive, kService},
    {"DISC-15/11", "A discovery controller has no Firmware Image Download", UnofferedCommand<0x11>,
     kDisruptive, kService},
    {"DISC-15/14", "A discovery controller has no Device Self-test", UnofferedCommand<0x14>,
     kDisruptive, kService},
    {"DISC-15/15", "A discovery controller has no Namespace Attachment", UnofferedCommand<0x15>,
     kDisruptive, kService},
    {"DISC-15/80", "A discovery controller has no Format NVM", UnofferedCommand<0x80>, kDisruptive,
     kService},
    {"DISC-15/81", "A discovery controller has no Security Send", UnofferedCommand<0x81>,
     kDisruptive, kService},
    {"DISC-15/82", "A discovery controller has no Security Receive", UnofferedCommand<0x82>,
     kDisruptive, kService},
    {"DISC-15/84", "A discovery controller has no Sanitize", UnofferedCommand<0x84>, kDisruptive,
     kService},
    {"DISC-15/c0", "A discovery controller refuses admin opcode C0h", UnofferedCommand<0xC0>,
     kDisruptive, kService},
    {"DISC-16/00", "A discovery controller identifies no namespace", UnofferedIdentify<0x00>, kSafe,
     kService},
    {"DISC-16/02", "A discovery controller has no list of namespaces", UnofferedIdentify<0x02>,
     kSafe, kService},
    {"DISC-16/03", "A discovery controller has no namespace descriptors", UnofferedIdentify<0x03>,
     kSafe, kService},
    {"DISC-16/ff", "A discovery controller refuses CNS FFh", UnofferedIdentify<0xFF>, kSafe,
     kService},
    {"DISC-17/kato-60000", "A host that means to stay has Keep Alive and events, or is refused",
     ServesHostsThatStay, kSafe, kService},
    {"DISC-18/kato-0", "A host that only looks may read the log with KATO 0", ServesHostsThatLook,
     kSafe, kService},
    {"DISC-18/keep-alive", "A host that only looks has no Keep Alive", KeepAliveOfAHostThatLooks,
     kSafe, kService},
    {"DISC-20/get-01", "A discovery controller has no Arbitration feature",
     GetOfUnoffered<Feature::kArbitration>, kSafe, kService},
    {"DISC-20/get-02", "A discovery controller has no Power Management feature",
     GetOfUnoffered<Feature::kPowerManagement>, kSafe, kService},
    {"DISC-20/get-07", "A discovery controller has no Number of Queues",
     GetOfUnoffered<Feature::kNumberOfQueues>, kSafe, kService},
    {"DISC-20/get-81", "A discovery controller tells no Host Identifier",
     GetOfUnoffered<Feature::kHostIdentifier>, kSafe, kService},
    {"DISC-20/set-07", "A discovery controller's Number of Queues cannot be set",
     SetOfUnoffered<Feature::kNumberOfQueues>, kSafe, kService},
    {"DISC-20/set-81", "A discovery controller takes no Host Identifier",
     SetOfUnoffered<Feature::kHostIdentifier>, kDisruptive, kService},
};

}  // namespace

std::span<const Case> DiscCases() { return kCases; }

}  // namespace nvmf::conformance
