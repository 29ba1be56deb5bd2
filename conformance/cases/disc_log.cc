// The discovery log, controller on trial. (NVM Express Base, "Discovery Log Page", "Get Log Page
// command"; NVMe/TCP, "Transport Specific Address Subtype")
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "conformance/cases/cases.h"
#include "conformance/cases/changes.h"
#include "conformance/cases/connects.h"
#include "conformance/cases/discovery.h"
#include "nvmf/nvme/admin.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

bool Zero(ByteView octets) {
  return std::ranges::all_of(octets, [](std::byte octet) { return octet == std::byte{0}; });
}

// --- Reading it ---

Verdict HeaderIsInForm(HostPeer& host) {
  constexpr std::size_t kReservedFrom = 24;  // Behind TDLPL, which earlier revisions have as zeros.
  EnterDiscovery(host);
  const DiscoveryPages log = ReadLog(host);
  if (!log.header.readable()) return {kFail, "RECFMT is " + std::to_string(log.header.recfmt)};
  if (log.octets[19] != std::byte{0} ||
      !Zero(ByteView(log.octets).subspan(kReservedFrom, DiscoveryHeader::kSize - kReservedFrom))) {
    return {kFail, "reserved octets of the header are not zero"};
  }
  const std::uint64_t octets = log.header.log_bytes();
  if (log.header.tdlpl != 0 && log.header.tdlpl < octets) {
    return {kFail, "TDLPL is less than header and entries"};
  }
  return Holds(std::ranges::none_of(log.entries,
                                    [](const DiscoveryEntry& entry) {
                                      return std::to_underlying(entry.trtype) == 0;
                                    }),
               "NUMREC counts an entry that is none");
}

template <std::uint32_t kPiece>
Verdict PiecesMakeTheWhole(HostPeer& host) {
  constexpr std::size_t kMost = kPiece < 512 ? 2 * kRecord : kMostRecords * kRecord;
  EnterDiscovery(host);
  const DiscoveryPages whole = ReadLog(host);
  const std::size_t total = std::min(whole.octets.size() / kPiece * kPiece, kMost);
  for (std::size_t at = 0; at < total; at += kPiece) {
    const Bytes piece = host.Log(LogPage::kDiscovery, kPiece, at);
    if (std::ranges::equal(piece, ByteView(whole.octets).subspan(at, kPiece))) continue;
    const DiscoveryPages now = ReadLog(host);
    if (now.header.genctr != whole.header.genctr) return {kInfo, "the log has changed meanwhile"};
    return {kFail, "other octets at offset " + std::to_string(at) + " than in the whole"};
  }
  return Pass();
}

template <std::uint64_t kOffset>
Verdict OddOffset(HostPeer& host) {
  EnterDiscovery(host);
  auto cmd = ViewAs<GetLogPageCmd>(HostPeer::LogCommand(LogPage::kDiscovery, kRecord));
  cmd.lpo = kOffset;
  return host.Try(ViewAs<Sqe>(cmd)).Or(Says({kInvalidField}), kPass);
}

// More than there is: what follows the log is nothing.
template <std::uint32_t kOctets>
Verdict PastTheEnd(HostPeer& host) {
  EnterDiscovery(host);
  const DiscoveryPages log = ReadLog(host);
  if (log.header.numrec > kMostRecords) return {kSkip, "the log is longer than that"};
  const Exchange read = host.Run(HostPeer::LogCommand(LogPage::kDiscovery, kOctets));
  if (!read.ok()) {
    const StatusCode code = read.cqe.status().code();
    return Holds(code == kInvalidField || code == kSglDataLengthInvalid,
                 "it ends with " + read.cqe.status().Text());
  }
  if (read.data.size() > kOctets) return {kFail, "more octets come than were asked for"};
  const ByteView tail = ByteView(read.data).subspan(std::min(log.octets.size(), read.data.size()));
  if (!Zero(tail)) return {kNonStrict, "octets that are not zero follow the log"};
  return host.ExpectAlive();
}
Verdict MoreThanTheDescriptor(HostPeer& host) {
  EnterDiscovery(host);
  Sqe sqe = HostPeer::LogCommand(LogPage::kDiscovery, 1024);
  sqe.sgl1.length = 512;
  return host.Try(sqe).Or(Says({kSglDataLengthInvalid, kInvalidField}), kPass);
}

// --- Its entries ---

// Fault tells what is wrong with the octets of an entry for TCP.
std::optional<std::string> Fault(const DiscoveryEntry& entry, ByteView octets) {
  if (const char* fault = EntryFault(entry)) return fault;
  if (entry.asqsz < 32) return "ASQSZ is " + std::to_string(entry.asqsz);
  const bool reserved = Zero(octets.subspan(12, 20)) && Zero(octets.subspan(64, 192)) &&
                        Zero(octets.subspan(769, 255));
  if (!reserved) return "reserved octets are not zero";
  return std::nullopt;
}
Verdict EntriesAreInForm(HostPeer& host) {
  EnterDiscovery(host);
  const DiscoveryPages log = ReadLog(host);
  std::map<std::pair<std::string_view, std::uint16_t>, std::uint16_t> portids;
  for (std::size_t i = 0; i < log.entries.size(); ++i) {
    const DiscoveryEntry& entry = log.entries[i];
    if (entry.trtype != TrType::kTcp) continue;
    const std::string which = "entry " + std::to_string(i) + ": ";
    const ByteView octets = ByteView(log.octets).subspan((i + 1) * kRecord, kRecord);
    if (const auto fault = Fault(entry, octets)) return {kFail, which + *fault};
    if (entry.subtype == SubType::kReferral) continue;
    const auto [port, first] =
        portids.try_emplace({Text(entry.traddr), *entry.port()}, entry.portid);
    if (port->second != entry.portid) return {kFail, which + "another PORTID for the same port"};
  }
  return Pass();
}
Verdict TypesAreKnown(HostPeer& host) {
  EnterDiscovery(host);
  for (const DiscoveryEntry& entry : ReadLog(host).entries) {
    const auto subtype = std::to_underlying(entry.subtype);
    if (subtype < 1 || subtype > 3) return {kFail, "SUBTYPE is " + std::to_string(subtype)};
    if ((entry.treq & kTreqSecureMask) == kTreqSecureMask) return {kFail, "TREQ bits 1:0 are 11b"};
  }
  return Pass();
}
// What is listed takes hosts: the subsystem on trial for certain, others where they are here.
Verdict ListedSubsystemsTakeHosts(HostPeer& host) {
  EnterDiscovery(host);
  std::set<std::string> tried;
  for (const DiscoveryEntry& entry : ReadLog(host).entries) {
    if (entry.subtype != SubType::kNvm || entry.trtype != TrType::kTcp || !entry.nqn()) continue;
    const std::string subnqn(*entry.nqn());
    if (!tried.insert(subnqn).second) continue;
    HostPeer guest = host.Another();
    guest.IcExchange();
    const Event event = ConnectTry(guest, {.subnqn = subnqn}).Send().event();
    const bool ours = subnqn == host.subnqn();
    if (!SaysDone().fits(event)) {
      return {ours ? kFail : kInfo, subnqn + " is listed, and takes no host here: " + event.Text()};
    }
    if (ours && (entry.treq & kTreqSecureMask) == kTreqSecureRequired) {
      return {kFail, "TREQ asks for a secure channel, and a host without one is taken"};
    }
  }
  return Pass();
}

constexpr const char* kStranger = "nqn.2014-08.org.example:a-stranger-to-all";

Verdict AStrangerSeesItsOwn(HostPeer& host) {
  EnterDiscovery(host);
  if (!ReadLog(host).Lists(host.subnqn())) {
    return {kNonStrict, "the log does not list what takes this host"};
  }
  HostPeer stranger = host.Another();
  EnterDiscovery(stranger, kStranger);
  const bool listed = ReadLog(stranger).Lists(host.subnqn());
  HostPeer guest = host.Another();
  guest.IcExchange();
  const Event event = ConnectTry(guest, {.hostnqn = kStranger}).Send().event();
  if (listed == SaysDone().fits(event)) return Pass();
  return {kNonStrict, listed ? "what a host may not use is listed" : "what it may use is not"};
}

// --- As it changes ---

Verdict GenerationGrows(HostPeer& host) {
  EnterDiscovery(host);
  const DiscoveryPages before = ReadLog(host);
  std::uint64_t during = 0;
  {
    const ChangedFor added(host, Change::kAddSubsystem, Change::kRemoveSubsystem);
    const DiscoveryPages log = ReadLog(host);
    if (log.header.numrec <= before.header.numrec) return {kFail, "NUMREC does not grow"};
    during = log.header.genctr;
  }
  if (during <= before.header.genctr) return {kFail, "GENCTR does not grow as a subsystem comes"};
  return Holds(ReadLog(host).header.genctr > during, "GENCTR does not grow as a subsystem goes");
}

Outcome ToldOfAChange(HostPeer& host) {
  constexpr AsyncEvent kEvent{.info = AsyncEvent::kDiscoveryChange, .lid = LogPage::kDiscovery};
  return host.Expect(SaysWith(kSuccess, kEvent.ToDw0()), kPass);
}
Verdict ChangesAreTold(HostPeer& host) {
  EnterDiscovery(host);
  host.Submit(MakeAsyncEventRequest());
  {
    const ChangedFor added(host, Change::kAddSubsystem, Change::kRemoveSubsystem);
    if (auto bad = Bad(ToldOfAChange(host))) return *bad;
    host.Submit(MakeAsyncEventRequest());
  }
  // The subsystem is gone again; the host has not read the log yet.
  if (auto bad = Bad(host.ExpectQuiet())) return *bad;
  const std::uint16_t read = host.Start(HostPeer::LogCommand(LogPage::kDiscovery, kRecord));
  if (!host.Finish(read).ok()) return {kFail, "the log cannot be read"};
  const ChangedFor added(host, Change::kAddSubsystem, Change::kRemoveSubsystem);
  return ToldOfAChange(host);
}

constexpr NeedSet kService = Need::kDiscoveryService;

constexpr Case kCases[] = {
    {"DISC-04/header", "The header of the discovery log is in form and counts its entries",
     HeaderIsInForm, kSafe, kService},
    {"DISC-05/4", "The discovery log read by dwords is the same as in whole", PiecesMakeTheWhole<4>,
     kSafe, kService},
    {"DISC-05/16", "The discovery log read by 16 octets is the same as in whole",
     PiecesMakeTheWhole<16>, kSafe, kService},
    {"DISC-05/512", "The discovery log read by half entries is the same as in whole",
     PiecesMakeTheWhole<512>, kSafe, kService},
    {"DISC-05/1024", "The discovery log read by entries is the same as in whole",
     PiecesMakeTheWhole<1024>, kSafe, kService},
    {"DISC-06/1", "An offset of 1 into the discovery log is refused", OddOffset<1>, kSafe,
     kService},
    {"DISC-06/2", "An offset of 2 into the discovery log is refused", OddOffset<2>, kSafe,
     kService},
    {"DISC-06/1026", "An offset of 1026 into the discovery log is refused", OddOffset<1026>, kSafe,
     kService},
    {"DISC-08/16-kib", "16 KiB of a short discovery log end in zeros, or are refused",
     PastTheEnd<16 << 10>, kSafe, kService},
    {"DISC-08/128-kib", "128 KiB of a short discovery log end in zeros, or are refused",
     PastTheEnd<128 << 10>, kSafe, kService},
    {"DISC-08/1-mib", "1 MiB of a short discovery log ends in zeros, or is refused",
     PastTheEnd<1 << 20>, kSafe, kService},
    {"DISC-09/short", "1024 octets of the discovery log into room for 512 are refused",
     MoreThanTheDescriptor, kSafe, kService},
    {"DISC-10/entries", "Entries for TCP are in form", EntriesAreInForm, kSafe, kService},
    {"DISC-11/types", "SUBTYPE and TREQ of entries are values that are defined", TypesAreKnown,
     kSafe, kService},
    {"DISC-11/connect", "A subsystem that is listed takes the host", ListedSubsystemsTakeHosts,
     kSafe, kService},
    {"DISC-12/subsystem", "GENCTR grows as a subsystem comes and goes", GenerationGrows,
     kDisruptive, Need::kDiscoveryService | Need::kChanges},
    {"DISC-13/stranger", "The log lists for a host what takes that host", AStrangerSeesItsOwn,
     kSafe, kService},
    {"DISC-19/subsystem", "A host is told once of changes, and again after it has read the log",
     ChangesAreTold, kDisruptive, Need::kPersistentDiscovery | Need::kChanges},
};

}  // namespace

std::span<const Case> DiscLogCases() { return kCases; }

}  // namespace nvmf::conformance
