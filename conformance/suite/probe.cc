#include "conformance/suite/probe.h"

#include <bit>

#include "conformance/script/host_peer.h"
#include "nvmf/nvme/connect_response.h"
#include "nvmf/nvme/identify_namespace.h"
#include "nvmf/nvme/namespace_list.h"
#include "nvmf/nvme/property.h"
#include "nvmf/nvme/text.h"

namespace nvmf::conformance {
namespace {

template <WireStruct T>
T FromPage(const Bytes& page) {
  return Decode<T>(ByteView(page).first<T::kSize>());
}

// TryHpda notes whether an ICReq with this HPDA is answered, and the CPDA that comes with it.
void TryHpda(const Bench& bench, std::uint8_t hpda, ControllerClaims& claims) {
  ControllerTrial trial(bench);
  HostPeer host = HostPeer::Dial(trial);
  host.Send(tcp::IcReq{.hpda = hpda});
  const Event event = host.Next();
  if (!event.Is(tcp::PduType::kIcResp)) return;
  claims.hpda = true;
  const std::uint8_t cpda = event.pdu.As<tcp::IcResp>().cpda;
  if (cpda > claims.cpda) claims.cpda = cpda, claims.cpda_hpda = hpda;
}

void AskController(HostPeer& admin, ControllerClaims& claims) {
  claims.cap = admin.PropertyGet(Cap::kOffset, Cap::kWidth);
  claims.vs = static_cast<std::uint32_t>(admin.PropertyGet(Vs::kOffset, Vs::kWidth));
  admin.Enable();
  const auto id = FromPage<IdentifyController>(admin.Identify());
  claims.id = id;
  claims.discovery = id.cntrltype == Cntrltype::kDiscovery;
  claims.model = std::string(Text(id.mn)) + " " + std::string(Text(id.fr));
  claims.max_transfer = id.mdts_bytes(Cap{.raw = claims.cap}.mpsmin_bytes());
  claims.in_capsule =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(id.in_capsule_bytes(), 16u << 20));
}

void AskNamespace(HostPeer& admin, ControllerClaims& claims) {
  const auto list = FromPage<NsidList>(admin.Identify(Cns::kActiveNsids, 0));
  for (const std::uint32_t nsid : list.used()) {
    const auto ns = FromPage<IdentifyNamespace>(admin.Identify(Cns::kNamespace, nsid));
    if (ns.block_bytes() == 0 || ns.metadata_bytes() != 0) continue;
    if (ns.write_protected()) {
      claims.protected_nsid = nsid;
      claims.protected_block = ns.block_bytes();
    } else if (claims.nsid == 0) {
      claims.nsid = nsid;
      claims.block = ns.block_bytes();
      claims.blocks = ns.nsze;
    }
    if (claims.nsid != 0 && claims.protected_nsid != 0) return;
  }
}

// AskModel notes what has to be asked for where controllers are not made for their hosts.
void AskModel(const Bench& bench, ControllerClaims& claims) {
  ControllerTrial trial(bench);
  HostPeer admin = HostPeer::Dial(trial);
  admin.IcExchange();
  const Exchange connect = admin.Run(admin.ConnectCommand({}), admin.ConnectPage({}));
  if (!connect.ok() && connect.cqe.dw0 == InvalidConnectData("cntlid")) {
    claims.any_cntlid = kCntlidStaticAny;
  }
}

void AskAll(const Bench& bench, ControllerClaims& claims) {
  ControllerTrial trial(bench);
  HostPeer admin = HostPeer::Dial(trial);
  const auto answer = admin.IcExchange({.dgst = tcp::kDgstHeader | tcp::kDgstData});
  admin.ConnectAdmin();
  claims.header_digest = (answer.dgst & tcp::kDgstHeader) != 0;
  claims.data_digest = (answer.dgst & tcp::kDgstData) != 0;
  claims.maxh2cdata = answer.maxh2cdata;
  claims.cpda = answer.cpda;
  AskController(admin, claims);
  if (!claims.discovery) AskNamespace(admin, claims);
  claims.SetScratch(bench.grant);
}

// TakesDiscovery tells whether the address has a discovery service for hosts with this KATO.
bool TakesDiscovery(const Bench& bench, std::uint32_t kato_ms) {
  ControllerTrial trial(bench);
  HostPeer scout = HostPeer::Dial(trial);
  scout.IcExchange();
  const ConnectOptions options{
      .cntlid = kCntlidDynamic, .kato_ms = kato_ms, .subnqn = std::string(kDiscoveryNqn)};
  scout.Submit(scout.ConnectCommand(options), scout.ConnectPage(options));
  return SaysDone().fits(scout.Next());
}

void AskDiscovery(const Bench& bench, ControllerClaims& claims) {
  claims.persistent_discovery = TakesDiscovery(bench, 60'000);
  claims.discovery_service = claims.persistent_discovery || TakesDiscovery(bench, 0);
}

void AskFlowControl(const Bench& bench, ControllerClaims& claims) {
  ControllerTrial trial(bench);
  HostPeer admin = HostPeer::Dial(trial);
  admin.IcExchange();
  const ConnectOptions options{.no_flow_control = true};
  const Exchange connect = admin.Run(admin.ConnectCommand(options), admin.ConnectPage(options));
  claims.no_flow_control = connect.ok() && connect.cqe.sqhd == Cqe::kNoFlowControl;
}

}  // namespace

std::expected<ControllerClaims, Verdict> Probe(const Bench& asked) {
  Bench bench = asked;
  ControllerClaims& claims = bench.claims = {};
  try {
    AskModel(bench, claims);
    AskAll(bench, claims);
    AskFlowControl(bench, claims);
    AskDiscovery(bench, claims);
    claims.changeable = bench.dut.changeable();
    for (const std::uint8_t hpda : {std::uint8_t{31}, std::uint8_t{7}})
      TryHpda(bench, hpda, claims);
  } catch (const Unmet& unmet) {
    return std::unexpected(unmet.verdict);
  }
  return claims;
}

Verdict CheckAlive(const Bench& bench) {
  try {
    ControllerTrial trial(bench);
    trial.set_set_up_on_trial(true);
    HostPeer host = HostPeer::Dial(trial);
    host.ConnectAdmin();
    host.PropertyGet(Cap::kOffset, Cap::kWidth);
    return Pass();
  } catch (const Unmet& unmet) {
    return unmet.verdict;
  }
}

}  // namespace nvmf::conformance
