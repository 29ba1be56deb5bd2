// Commands that fail, are too large, or come too often; controller on trial.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "conformance/cases/cases.h"
#include "conformance/cases/robust.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

constexpr std::uint32_t kNobody = 0xFFFFFFFE;  // An NSID that no namespace has.

Sqe With(Sqe sqe, std::uint32_t octets) {
  sqe.sgl1 = {.length = octets, .type = Sgl::kTransport};
  return sqe;
}

constexpr std::uint8_t kNoOpcodes[] = {0x00, 0x01, 0x03, 0x04, 0x05, 0x0B, 0x7C, 0x87, 0xEE};

std::vector<Sqe> FailingOnAdmin() {
  std::vector<Sqe> all = {
      HostPeer::IdentifyCommand(static_cast<Cns>(0xEE)),
      HostPeer::IdentifyCommand(Cns::kNamespace, kNobody),
      HostPeer::LogCommand(static_cast<LogPage>(0xBE), 512),
      MakeGetFeatures(static_cast<Feature>(0xBE)),
      MakeSetFeatures(static_cast<Feature>(0x81), 0),
      MakePropertyGet(0x1000, 4),
      MakePropertyGet(0x1000, 8),
      {.opc = kFabricsOpcode, .nsid = 0x55},
  };
  for (const std::uint8_t opc : kNoOpcodes) all.push_back({.opc = opc});
  return all;
}

std::vector<Sqe> FailingOnIo(const HostPeer& io) {
  const std::uint32_t block = io.claims().block;
  const std::uint32_t nsid = io.claims().nsid;
  return {
      MakeFlush(kNobody),
      With(MakeRead(kNobody, 0, 1), block),
      With(MakeRead(nsid, io.claims().blocks, 1), block),
      With(MakeRead(nsid, ~std::uint64_t{0}, 1), block),
      With(MakeRead(nsid, 0, 1), 4),
      With(MakeCompare(kNobody, 0, io.claims().solicited() / block), io.claims().solicited()),
      MakePropertyGet(0x1000, 8),
      {.opc = 0x7E, .nsid = nsid},
  };
}

// NothingLeaks: a completion that is an error has nothing in DW0 and DW1.
Verdict NothingLeaks(HostPeer& victim, const std::vector<Sqe>& commands) {
  unsigned failed = 0;
  for (const Sqe& sqe : commands) {
    if (victim.Forbidden(sqe)) continue;
    const Outcome outcome = victim.Try(sqe);
    const Event& event = outcome.event();
    const std::string name = "opcode " + Hex(sqe.opc, 2) + ": ";
    if (!event.Is(tcp::PduType::kCapsuleResp)) victim.Miss(name + "a completion", event);
    if (SaysDone().fits(event)) continue;
    ++failed;
    const Cqe cqe = event.pdu.As<tcp::CapsuleResp>().cqe;
    if (cqe.value() == 0) continue;
    return {kFail, name + cqe.status().Text() + " with DW0 " + Hex(cqe.dw0, 8) + ", DW1 " +
                       Hex(cqe.dw1, 8)};
  }
  return Holds(failed >= 3, "hardly any of these commands fails");
}

Verdict NothingLeaksOnAdmin(HostPeer& control) {
  const Bystander bystander(control);
  HostPeer victim = bystander.Victim();
  victim.Enable();
  if (auto bad = Bad(NothingLeaks(victim, FailingOnAdmin()))) return *bad;
  return bystander.Unharmed();
}

Verdict NothingLeaksOnIo(HostPeer& control) {
  const Bystander bystander(control);
  IoVictim victim = bystander.IoVictimOf();
  if (auto bad = Bad(NothingLeaks(victim.io, FailingOnIo(victim.io)))) return *bad;
  return bystander.Unharmed();
}

// AllAnswered submits commands a few at a time, and sees the victim to its end.
Verdict AllAnswered(const Bystander& bystander, HostPeer& victim, const std::vector<Sqe>& commands,
                    unsigned times) {
  for (unsigned i = 0; i < times; ++i) {
    for (const Sqe& sqe : commands) victim.Submit(sqe);
    if (auto bad = Bad(Answered(victim, static_cast<unsigned>(commands.size())))) return *bad;
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  if (auto bad = Bad(Ended(victim))) return *bad;
  return bystander.Unharmed();
}

constexpr std::uint32_t kHugeLengths[] = {0xFFFFFFFF, 0xFFFFFFFC, 0x7FFFFFFC, 0x80000000};

Verdict HugeSglsOnAdmin(HostPeer& control) {
  const Bystander bystander(control);
  HostPeer victim = bystander.Victim();
  victim.Enable();
  std::vector<Sqe> commands;
  for (const std::uint32_t octets : kHugeLengths) {
    commands.push_back(With(MakeIdentify(Cns::kController), octets));
    commands.push_back(With(HostPeer::LogCommand(LogPage::kErrorInformation, 64), octets));
  }
  return AllAnswered(bystander, victim, commands, bystander.Times(16));
}

// One queue for each command: those that ask for data are in the way of what follows.
template <Sqe (*kCommand)(std::uint32_t nsid, std::uint64_t slba, std::uint32_t blocks,
                          NvmOptions options)>
Verdict HugeSglsOnIo(HostPeer& control) {
  const Bystander bystander(control);
  for (const std::uint32_t octets : kHugeLengths) {
    IoVictim victim = bystander.IoVictimOf();
    const Sqe sqe = With(kCommand(victim.io.claims().nsid, 0, 1, {}), octets);
    const std::vector<Sqe> commands(16, sqe);
    if (auto bad = Bad(AllAnswered(bystander, victim.io, commands, 1))) return *bad;
  }
  return Pass();
}

Verdict IdentifyIntoLongerSgls(HostPeer& control) {
  const Bystander bystander(control);
  HostPeer victim = bystander.Victim();
  victim.Enable();
  std::vector<Sqe> commands;
  for (const Cns cns : {Cns::kCommandSetNamespace, Cns::kCommandSetController, Cns::kNamespace}) {
    for (const std::uint32_t octets : {4100u, 4608u, 8192u, 16384u, 65536u}) {
      const std::uint32_t nsid = cns == Cns::kCommandSetController ? 0 : victim.claims().nsid;
      commands.push_back(With(MakeIdentify(cns, nsid), octets));
    }
  }
  return AllAnswered(bystander, victim, commands, 1);
}

Verdict LongAdminData(HostPeer& control) {
  constexpr std::uint32_t kLong = 131'072;
  const Bystander bystander(control);
  HostPeer victim = bystander.Victim();
  victim.Enable();
  std::vector<Sqe> commands;
  for (const Cns cns : {Cns::kController, Cns::kActiveNsids, Cns::kNamespaceDescriptors}) {
    commands.push_back(With(MakeIdentify(cns), kLong));
  }
  for (const LogPage lid :
       {LogPage::kSupportedLogPages, LogPage::kErrorInformation, LogPage::kSmart,
        LogPage::kFirmwareSlot, LogPage::kCommandEffects, LogPage::kAna}) {
    commands.push_back(HostPeer::LogCommand(lid, kLong));
  }
  return AllAnswered(bystander, victim, commands, 1);
}

Verdict ReservationReports(HostPeer& control) {
  const Bystander bystander(control);
  IoVictim victim = bystander.IoVictimOf();
  std::vector<Sqe> commands;
  for (const std::uint32_t dwords : {1u, 2u, 4u, 6u, 7u, 16u, 17u, 64u, 1024u, 4096u}) {
    Sqe sqe = MakeCommand(NvmOpcode::kReservationReport, victim.io.claims().nsid);
    sqe.cdw10 = dwords - 1;           // NUMD
    sqe.cdw11 = commands.size() % 2;  // EDS
    commands.push_back(With(sqe, dwords * 4));
  }
  return AllAnswered(bystander, victim.io, commands, 1);
}

// Hosts of different Host Identifiers register and, at the end, unregister.
Verdict ManyReservations(HostPeer& control) {
  constexpr std::size_t kKeys = 16;
  const Bystander bystander(control);
  std::vector<IoVictim> hosts;
  Sqe sqe = MakeCommand(NvmOpcode::kReservationRegister, control.claims().nsid);
  sqe.cdw10 = 3u << 30 | 1u << 3;  // CPTPL: outlive a power loss; IEKEY; RREGA: register.
  const IoVictim scout = bystander.IoVictimOf();
  if (auto skip = Untried(scout.io, sqe)) return *skip;
  const bool in_capsule = control.claims().in_capsule >= kKeys;
  sqe.sgl1 = {.length = kKeys, .type = in_capsule ? Sgl::kInCapsule : Sgl::kTransport};
  const unsigned most = bystander.Times(20);
  for (unsigned i = 0; i < most; ++i) {
    const ConnectOptions host{.hostid_xor = static_cast<std::uint16_t>(i + 1)};
    HostPeer admin = bystander.Victim();
    admin.ConnectAdmin({}, host);
    HostPeer io = admin.OpenIo({}, host);
    hosts.push_back({.admin = std::move(admin), .io = std::move(io)});
    if (auto bad = Bad(hosts.back()
                           .io.Try(sqe, Pattern(kKeys, i))
                           .Or(SaysDone(), kPass)
                           .Or(SaysAnyError(), kPass))) {
      return *bad;
    }
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  sqe.cdw10 = 2u << 30 | 1u << 3 | 1;  // Unregister, and forget at a power loss.
  for (IoVictim& host : hosts) {
    if (auto bad =
            Bad(host.io.Try(sqe, Bytes(kKeys)).Or(SaysDone(), kPass).Or(SaysAnyError(), kPass))) {
      return *bad;
    }
  }
  return bystander.Unharmed();
}

Verdict TermReqsWithoutAName(HostPeer& control) {
  const Bystander bystander(control);
  for (const std::uint16_t fes : kNamelessFes) {
    HostPeer victim = bystander.Victim();
    victim.ConnectAdmin();
    victim.Send(tcp::H2CTermReq{{.fes = fes, .fei = 0xFFFFFFFF}}, Bytes(24));
    if (auto bad = Bad(Ended(victim))) return *bad;
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  return Pass();
}

Verdict OneCidForTwo(HostPeer& control) {
  const Bystander bystander(control);
  IoVictim victim = bystander.IoVictimOf();
  Sqe sqe = victim.io.ReadCommand(victim.io.claims().block);
  sqe.cid = 0x0BAD;
  victim.io.Hold();
  victim.io.Send(tcp::CapsuleCmd{.sqe = sqe});
  victim.io.Send(tcp::CapsuleCmd{.sqe = sqe});
  victim.io.Release();
  if (auto bad = Bad(Answered(victim.io, 2))) return *bad;
  if (auto bad = Bad(Ended(victim.io))) return *bad;
  return bystander.Unharmed();
}

Verdict AllCids(HostPeer& control) {
  const Bystander bystander(control);
  const std::uint32_t entries = std::min(Cap{.raw = control.claims().cap}.max_entries(), 128u);
  HostPeer victim = bystander.Victim();
  victim.ConnectAdmin({}, {.entries = entries});
  for (unsigned begun = 0; begun < 0x10000;) {
    std::set<std::uint16_t> open;
    victim.Hold();
    for (; open.size() + 1 < entries && begun < 0x10000; ++begun) {
      open.insert(victim.Submit(MakePropertyGet(Vs::kOffset, Vs::kWidth)));
    }
    victim.Release();
    while (!open.empty()) {
      const Event event = victim.Next();
      if (!event.Is(tcp::PduType::kCapsuleResp)) victim.Miss("a completion", event);
      const Cqe cqe = event.pdu.As<tcp::CapsuleResp>().cqe;
      if (open.erase(cqe.cid) == 0) {
        return {kFail, "a completion for CID " + std::to_string(cqe.cid) + ", which is not open"};
      }
    }
  }
  return bystander.Unharmed();
}

constexpr Case kCases[] = {
    {"ROB-L08/admin", "Admin commands that fail leak nothing in DW0 and DW1", NothingLeaksOnAdmin},
    {"ROB-L08/io", "I/O commands that fail leak nothing in DW0 and DW1", NothingLeaksOnIo,
     kDisruptive, Need::kIoQueue},
    {"ROB-L27/admin", "SGLs of 2 GiB and more on an admin queue harm nobody", HugeSglsOnAdmin},
    {"ROB-L27/read", "Reads into SGLs of 2 GiB and more harm nobody", HugeSglsOnIo<MakeRead>,
     kDisruptive, Need::kIoQueue},
    {"ROB-L27/compare", "Compares with SGLs of 2 GiB and more harm nobody",
     HugeSglsOnIo<MakeCompare>, kDisruptive, Need::kIoQueue},
    {"ROB-S01/20-hosts", "20 hosts that register reservations on one namespace harm nobody",
     ManyReservations, kDestructive, Need::kIoQueue},
    {"ROB-S02/target", "H2CTermReqs of FES 06h and above harm nobody", TermReqsWithoutAName},
    {"ROB-S03/identify", "Identify into SGLs longer than the page is answered",
     IdentifyIntoLongerSgls},
    {"ROB-S04/128-kib", "Admin commands of 128 KiB are answered", LongAdminData},
    {"ROB-S06/report", "Reservation Reports into small and growing buffers are answered",
     ReservationReports, kDisruptive, Need::kIoQueue},
    {"ROB-G08/reuse", "A CID used again before its completion harms nobody", OneCidForTwo,
     kDisruptive, Need::kIoQueue},
    {"ROB-G08/all", "65536 CIDs in turn are each answered once", AllCids},
};

}  // namespace

std::span<const Case> RobCommandsCases() { return kCases; }

}  // namespace nvmf::conformance
