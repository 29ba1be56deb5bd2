// Identify about namespaces, controller on trial. (NVM Express Base, "Identify command", "Active
// Namespace ID list", "Namespace Identification Descriptor list")
#include <algorithm>

#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/identify_namespace.h"
#include "nvmf/nvme/namespace_list.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

constexpr std::uint32_t kFirstReserved = 0xFFFFFFFE;

// ActiveList answers from an enabled controller.
NsidList ActiveList(HostPeer& host, std::uint32_t after) {
  return Page<NsidList>(host.Identify(Cns::kActiveNsids, after));
}

// Unused returns the least NSID up to NN that is not active.
std::optional<std::uint32_t> Unused(HostPeer& host) {
  const NsidList active = ActiveList(host, 0);
  std::uint32_t next = 1;
  for (const std::uint32_t nsid : active.used()) next += nsid == next;
  if (next > host.claims().id.nn) return std::nullopt;
  return next;
}
const Verdict kAllActive = {kSkip, "every NSID up to NN is active"};

bool IsZero(const Bytes& page) {
  return std::ranges::all_of(page, [](std::byte octet) { return octet == std::byte{0}; });
}

Verdict ActiveNamespace(HostPeer& host) {
  host.Enable();
  const auto ns = Page<IdentifyNamespace>(host.Identify(Cns::kNamespace, host.claims().nsid));
  if (ns.nsze == 0 || ns.ncap > ns.nsze) return {kFail, "NSZE or NCAP makes no sense"};
  return Holds(ns.block_bytes() != 0, "FLBAS names no LBA format that makes sense");
}
Verdict InactiveNamespace(HostPeer& host) {
  host.Enable();
  const auto unused = Unused(host);
  if (!unused) return kAllActive;
  const Exchange exchange = host.Run(HostPeer::IdentifyCommand(Cns::kNamespace, *unused));
  if (!exchange.ok()) return {kFail, "it ends with " + exchange.cqe.status().Text()};
  return Holds(exchange.data.size() == kIdentifySize && IsZero(exchange.data),
               "an inactive namespace is not all zeros");
}
Verdict NoNamespace(HostPeer& host, std::uint32_t nsid) {
  const Exchange exchange = host.Run(HostPeer::IdentifyCommand(Cns::kNamespace, nsid));
  if (exchange.ok() && IsZero(exchange.data)) {
    return {kNonStrict, "told like an inactive namespace"};
  }
  return Holds(exchange.cqe.status().code() == kInvalidNamespace,
               "it ends with " + exchange.cqe.status().Text());
}
template <std::uint32_t kNsid>
Verdict NoNamespaceOf(HostPeer& host) {
  host.Enable();
  return NoNamespace(host, kNsid);
}
Verdict NoNamespacePastNn(HostPeer& host) {
  host.Enable();
  const std::uint32_t nn = host.claims().id.nn;
  if (nn >= kFirstReserved - 1) return {kSkip, "NN allows every NSID"};
  return NoNamespace(host, nn + 1);
}
Verdict BroadcastNamespace(HostPeer& host) {
  host.Enable();
  const Exchange exchange = host.Run(HostPeer::IdentifyCommand(Cns::kNamespace, kNsidAll));
  if (exchange.ok()) return Holds(exchange.data.size() == kIdentifySize, "not 4096 octets");
  const StatusCode code = exchange.cqe.status().code();
  return Holds(code == kInvalidNamespace || code == kInvalidField,
               "it ends with " + exchange.cqe.status().Text());
}

// ListAfter: ascending, above the NSID given, and zeros behind.
Verdict ListAfter(HostPeer& host, std::uint32_t after) {
  const NsidList list = ActiveList(host, after);
  std::uint32_t before = after;
  for (const std::uint32_t nsid : list.used()) {
    if (nsid <= before) return {kFail, "NSID " + std::to_string(nsid) + " is out of order"};
    before = nsid;
  }
  const auto rest = std::span(list.nsids).subspan(list.used().size());
  if (std::ranges::any_of(rest, [](std::uint32_t nsid) { return nsid != 0; })) {
    return {kFail, "the list goes on behind a zero"};
  }
  const std::uint32_t known = host.claims().nsid;
  const bool there = std::ranges::find(list.used(), known) != list.used().end();
  const bool full = list.used().size() == NsidList::kMost;
  return Holds(there == (known > after) || full, "the list has not what it should have");
}
Verdict ListFromZero(HostPeer& host) {
  host.Enable();
  return ListAfter(host, 0);
}
Verdict ListBehindANamespace(HostPeer& host) {
  host.Enable();
  return ListAfter(host, host.claims().nsid);
}
Verdict ListBehindTheLast(HostPeer& host) {
  host.Enable();
  const std::uint32_t nn = host.claims().id.nn;
  if (nn >= kFirstReserved) return {kSkip, "NN allows every NSID"};
  return Holds(ActiveList(host, nn).used().empty(), "there are NSIDs above NN");
}
template <std::uint32_t kNsid>
Verdict NoListAfter(HostPeer& host) {
  host.Enable();
  return host.Try(HostPeer::IdentifyCommand(Cns::kActiveNsids, kNsid))
      .Or(Says({kInvalidNamespace}), kPass)
      .Or(Says({kInvalidField}), kNonStrict, "0/02h instead of 0/0Bh");
}

Verdict NamesOfANamespace(HostPeer& host) {
  host.Enable();
  const Bytes page = host.Identify(Cns::kNamespaceDescriptors, host.claims().nsid);
  NamespaceDescriptorReader reader(page);
  bool named = false;
  bool command_set = false;
  while (const auto name = reader.Next()) {
    named |= name->nidt == Nidt::kEui64 || name->nidt == Nidt::kNguid || name->nidt == Nidt::kUuid;
    command_set |= name->nidt == Nidt::kCsi;
  }
  if (reader.damaged()) return {kFail, "a descriptor has not the length of its type"};
  if (!named) return {kFail, "there is neither EUI64 nor NGUID nor UUID"};
  return Holds(command_set || host.claims().Missing(Need::kCommandSets),
               "there is no command set identifier");
}
Verdict NoNames(HostPeer& host, std::uint32_t nsid) {
  return host.Try(HostPeer::IdentifyCommand(Cns::kNamespaceDescriptors, nsid))
      .Or(Says({kInvalidNamespace}), kPass)
      .Or(Says({kInvalidField}), kNonStrict, "0/02h instead of 0/0Bh");
}
template <std::uint32_t kNsid>
Verdict NoNamesOf(HostPeer& host) {
  host.Enable();
  return NoNames(host, kNsid);
}
Verdict NoNamesOfAnInactive(HostPeer& host) {
  host.Enable();
  const auto unused = Unused(host);
  return unused ? NoNames(host, *unused) : kAllActive;
}

constexpr Case kCases[] = {
    {"ADM-ID-05/active", "An active namespace has blocks and a format", ActiveNamespace, kSafe,
     Need::kIoQueue},
    {"ADM-ID-05/inactive", "An inactive namespace is all zeros", InactiveNamespace, kSafe,
     Need::kIoQueue},
    {"ADM-ID-05/past-nn", "An NSID above NN is invalid", NoNamespacePastNn, kSafe, Need::kIoQueue},
    {"ADM-ID-05/0", "NSID 0 is invalid for Identify Namespace", NoNamespaceOf<0>, kSafe,
     Need::kIoQueue},
    {"ADM-ID-05/fffffffe", "NSID FFFFFFFEh is invalid for Identify Namespace",
     NoNamespaceOf<0xFFFFFFFE>, kSafe, Need::kIoQueue},
    {"ADM-ID-06/ffffffff", "NSID FFFFFFFFh brings what all namespaces share, or is refused",
     BroadcastNamespace, kSafe, Need::kIoQueue},
    {"ADM-ID-07/from-0", "The list of active NSIDs ascends and ends with zeros", ListFromZero,
     kSafe, Need::kIoQueue},
    {"ADM-ID-07/behind-one", "The list of active NSIDs begins behind the NSID given",
     ListBehindANamespace, kSafe, Need::kIoQueue},
    {"ADM-ID-07/behind-nn", "Behind NN the list of active NSIDs is empty", ListBehindTheLast, kSafe,
     Need::kIoQueue},
    {"ADM-ID-07/fffffffe", "A list behind NSID FFFFFFFEh is refused", NoListAfter<0xFFFFFFFE>,
     kSafe, Need::kIoQueue},
    {"ADM-ID-07/ffffffff", "A list behind NSID FFFFFFFFh is refused", NoListAfter<0xFFFFFFFF>,
     kSafe, Need::kIoQueue},
    {"ADM-ID-08/active", "An active namespace has names, each as long as its type",
     NamesOfANamespace, kSafe, Need::kIoQueue},
    {"ADM-ID-08/inactive", "An inactive namespace has no names", NoNamesOfAnInactive, kSafe,
     Need::kIoQueue},
    {"ADM-ID-08/0", "NSID 0 has no names, and is refused", NoNamesOf<0>, kSafe, Need::kIoQueue},
    {"ADM-ID-08/ffffffff", "NSID FFFFFFFFh has no names", NoNamesOf<0xFFFFFFFF>, kSafe,
     Need::kIoQueue},
};

}  // namespace

std::span<const Case> AdmNamespacesCases() { return kCases; }

}  // namespace nvmf::conformance
