// Many connections, ports, and headers by chance; controller on trial. (NVMe/TCP, "Port
// numbers", and robustness that no text asks for)
#include <algorithm>
#include <random>
#include <utility>

#include "conformance/cases/cases.h"
#include "conformance/cases/connects.h"
#include "nvmf/nvme/discovery.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

Verdict ManyAssociations(HostPeer& first) {
  constexpr int kMost = 64;
  first.ConnectAdmin();
  std::vector<HostPeer> others;
  for (int i = 0; i < kMost; ++i) {
    others.push_back(first.Another());
    others.back().IcExchange();
    const Outcome outcome = ConnectTry(others.back(), {.entries = 128}).Send();
    if (!SaysDone().fits(outcome.event())) {
      const Verdict refused = Outcome(outcome)
                                  .Or(Says({kControllerBusy, kConnectInvalidHost, kInternalError,
                                            kConnectInvalidParameters}),
                                      kPass)
                                  .Or(Closed(), kPass);
      if (auto bad = Bad(refused)) return *bad;
      break;
    }
    if (auto bad = Bad(first.ExpectAlive())) return *bad;
  }
  return first.ExpectAlive();
}

// The ports that a controller may be found at: the registered one, and those of nobody.
bool IsAPortOfIoControllers(std::uint16_t port) { return port == kNvmePort || port >= 49152; }

Verdict PortsInTheDiscoveryLog(HostPeer& host) {
  HostPeer scout = host.Another();
  scout.IcExchange();
  const ConnectOptions discovery{.subnqn = std::string(kDiscoveryNqn)};
  const Outcome outcome = ConnectTry(scout, discovery).Send();
  if (SaysAnyError().fits(outcome.event())) return {kInfo, "there is no discovery service here"};
  if (auto bad = Bad(Outcome(outcome).Or(SaysDone(), kPass))) return *bad;
  scout.Close();
  host.ConnectAdmin({}, discovery);
  host.Enable();
  const auto header = Page<DiscoveryHeader>(host.Log(LogPage::kDiscovery, DiscoveryHeader::kSize));
  constexpr std::uint64_t kMost = 64;
  for (std::uint64_t i = 1; i <= std::min(header.numrec, kMost); ++i) {
    const auto entry = Page<DiscoveryEntry>(
        host.Log(LogPage::kDiscovery, DiscoveryEntry::kSize, i * DiscoveryEntry::kSize));
    if (entry.subtype != SubType::kNvm || entry.trtype != TrType::kTcp) continue;
    const auto port = entry.port();
    if (!port) return {kFail, "TRSVCID of an entry is not a port"};
    if (!IsAPortOfIoControllers(*port)) return {kNonStrict, "port " + std::to_string(*port)};
  }
  return Pass();
}

// Mutate changes one to eight of the first `header` octets. What was no command does not become
// one: the guard would have to judge it.
void Mutate(Bytes& pdu, std::size_t header, std::mt19937& chance) {
  const std::byte type = pdu[0];
  for (unsigned n = 1 + chance() % 8; n > 0; --n) {
    pdu[chance() % header] = static_cast<std::byte>(chance());
  }
  if (pdu[0] == static_cast<std::byte>(tcp::PduType::kCapsuleCmd)) pdu[0] = type;
}

// Survives: whatever the controller makes of it, the connection ends when we do.
Verdict Survives(HostPeer& victim, ByteView pdu) {
  victim.set_sees_to_end(false);
  victim.SendRaw(pdu);
  victim.CloseWrite();
  for (;;) {
    const Event event = victim.Next();
    if (event.ended()) return Pass();
    if (event.kind == Event::Kind::kSilence) return {kFail, "neither an answer nor a close"};
  }
}

constexpr unsigned kSeed = 20260101;

// Mutants makes a PDU for a new victim in each round; `control` is another connection.
template <class Prepare>
Verdict Mutants(HostPeer& control, unsigned rounds, std::size_t header, Prepare prepare) {
  std::mt19937 chance(kSeed);
  control.ConnectAdmin();
  for (unsigned i = 0; i < rounds; ++i) {
    HostPeer victim = control.Another();
    Bytes pdu = prepare(victim);
    Mutate(pdu, header, chance);
    if (auto bad = Bad(Survives(victim, pdu))) return *bad;
    if (auto bad = Bad(control.ExpectAlive())) return *bad;
  }
  return Pass();
}
Verdict MutantIcReqs(HostPeer& control) {
  return Mutants(control, 300, tcp::IcReq::kSize, [](HostPeer& victim) {
    victim.negotiated().asked_dgst = 3;  // By chance.
    return victim.Frame(tcp::IcReq{});
  });
}
Verdict MutantCapsules(HostPeer& control) {
  return Mutants(control, 300, tcp::kHeaderBytes, [](HostPeer& victim) {
    victim.ConnectAdmin();
    return victim.Frame(tcp::CapsuleCmd{.sqe = victim.BarrierCommand()});
  });
}
Verdict MutantH2CData(HostPeer& control) {
  std::vector<HostPeer> admins;  // The last one's stays open.
  return Mutants(control, 50, tcp::H2CData::kSize, [&](HostPeer& victim) {
    HostPeer io = victim.OpenIo();
    const OpenWrite write = io.OpenAWrite();
    const tcp::H2CData pdu{.cccid = write.cid, .ttag = write.r2t.ttag, .datal = 512};
    Bytes framed = io.Frame(pdu, Bytes(512));
    admins.clear();
    admins.push_back(std::exchange(victim, std::move(io)));
    return framed;
  });
}

constexpr Case kCases[] = {
    {"TCP-CONN-08/64-associations", "Many associations leave those before them alone",
     ManyAssociations},
    {"TCP-CONN-09/log", "The discovery log tells ports that I/O controllers may be found at",
     PortsInTheDiscoveryLog, kSafe},
    {"TCP-CH-20/icreq", "300 ICReqs with random header octets harm nobody else", MutantIcReqs},
    {"TCP-CH-20/capsulecmd", "300 CapsuleCmds with random header octets harm nobody else",
     MutantCapsules},
    {"TCP-CH-20/h2cdata", "50 H2CData with random header octets harm nobody else", MutantH2CData,
     kDestructive, Need::kIoQueue},
};

}  // namespace

std::span<const Case> TcpLoadCases() { return kCases; }

}  // namespace nvmf::conformance
