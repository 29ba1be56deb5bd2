// The discovery log: where subsystems are to be found.
//
//   const auto header = Decode<DiscoveryHeader>(page.first<1024>());
//   if (!header.readable()) ...                           // a format of the future
//   const auto entry = Decode<DiscoveryEntry>(...);       // entry i at 1024 * (i + 1)
//   if (EntryIsUsable(entry)) Connect(Text(entry.traddr), *entry.port(), *entry.nqn());
//
// Shapes    header and entries 1024 octets each.
// Units     ASQSZ and NUMREC are natural counts.
// Errors    EntryFault says in words why an entry cannot be used.
// Threads   values.
// Source    NVM Express Base, "Discovery Log Page"; NVMe/TCP, "Transport Specific Address Subtype".
#ifndef NVMF_NVME_DISCOVERY_H_
#define NVMF_NVME_DISCOVERY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "nvmf/base/fields.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/nqn.h"
#include "nvmf/nvme/text.h"

namespace nvmf {

inline constexpr std::uint16_t kNvmePort = 4420;       // TCP ports assigned to NVMe/TCP:
inline constexpr std::uint16_t kDiscoveryPort = 8009;  // I/O and discovery controllers.

// Transport Type.
enum class TrType : std::uint8_t { kRdma = 1, kFc = 2, kTcp = 3, kIntraHost = 0xFE };
// Address Family.
enum class AdrFam : std::uint8_t { kIpv4 = 1, kIpv6 = 2, kIb = 3, kFc = 4, kIntraHost = 0xFE };
// Subsystem Type: referral to another discovery service, NVM subsystem, this discovery subsystem.
enum class SubType : std::uint8_t { kReferral = 1, kNvm = 2, kDiscovery = 3 };
// Security Type, TSAS of a TCP entry. TLS 1.2 is obsolete.
enum class SecType : std::uint8_t { kNone = 0, kTls12 = 1, kTls13 = 2 };

// Each returns a word for people, "unknown" for other values.
const char* TrTypeName(TrType trtype);
const char* AdrFamName(AdrFam adrfam);
const char* SubTypeName(SubType subtype);
const char* SecTypeName(SecType sectype);

// TREQ: transport requirements.
inline constexpr std::uint8_t kTreqSecureMask = 0x03;  // Secure channel: 0 not specified,
inline constexpr std::uint8_t kTreqSecureRequired = 0x01;
inline constexpr std::uint8_t kTreqSecureNotRequired = 0x02;
inline constexpr std::uint8_t kTreqDisableSqFlowControl = 0x04;  // The controller can do without.

// EFLAGS: entry flags.
inline constexpr std::uint16_t kEflagsDuplicate = 0x0001;   // Duplicate returned information.
inline constexpr std::uint16_t kEflagsPersistent = 0x0002;  // Explicit persistent connections.
inline constexpr std::uint16_t kEflagsNoCdc = 0x0004;       // No centralized discovery controller.

// LSP of Get Log Page for the discovery log.
inline constexpr std::uint8_t kDiscoveryLspExtended = 0x01;
inline constexpr std::uint8_t kDiscoveryLspPortLocal = 0x02;
inline constexpr std::uint8_t kDiscoveryLspAllSubsystems = 0x04;

struct DiscoveryHeader {
  static constexpr std::size_t kSize = 1024;
  std::uint64_t genctr = 0;  // Generation Counter: grows whenever the log changes.
  std::uint64_t numrec = 0;  // Number of Records.
  std::uint16_t recfmt = 0;
  std::uint8_t dlpf = 0;    // Discovery Log Page Flags, as in LSP.
  std::uint32_t tdlpl = 0;  // Total Discovery Log Page Length, octets; 0 in earlier revisions.
  static constexpr void Fields(auto& header, auto&& at) {
    at(0, "genctr", header.genctr), at(8, "numrec", header.numrec);
    at(16, "recfmt", header.recfmt), at(18, "dlpf", header.dlpf), at(20, "tdlpl", header.tdlpl);
  }
  // readable tells whether the entries have the one format there is.
  constexpr bool readable() const { return recfmt == 0; }
  // log_bytes returns the octets of header and entries; a length past 2^64 - 1 is told as that.
  constexpr std::uint64_t log_bytes() const {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    return numrec >= kMost / 1024 ? kMost : (numrec + 1) * 1024;
  }
  bool operator==(const DiscoveryHeader&) const = default;
};

struct DiscoveryEntry {
  static constexpr std::size_t kSize = 1024;
  TrType trtype = TrType::kTcp;
  AdrFam adrfam = AdrFam::kIpv4;
  SubType subtype = SubType::kNvm;
  std::uint8_t treq = 0;
  std::uint16_t portid = 0;
  std::uint16_t cntlid = kCntlidDynamic;
  std::uint16_t asqsz = 0;  // Admin Max SQ Size, entries, not 0's based; at least 32.
  std::uint16_t eflags = 0;
  std::array<char, 32> trsvcid{};  // Transport Service Identifier: the port, decimal.
  NqnField subnqn{};
  std::array<char, 256> traddr{};  // Transport Address, numeric.
  SecType sectype = SecType::kNone;
  static constexpr void Fields(auto& entry, auto&& at) {
    at(0, "trtype", entry.trtype), at(1, "adrfam", entry.adrfam), at(2, "subtype", entry.subtype);
    at(3, "treq", entry.treq), at(4, "portid", entry.portid), at(6, "cntlid", entry.cntlid);
    at(8, "asqsz", entry.asqsz), at(10, "eflags", entry.eflags);
    at(32, "trsvcid", entry.trsvcid), at(256, "subnqn", entry.subnqn);
    at(512, "traddr", entry.traddr), at(768, "sectype", entry.sectype);
  }
  // port returns the TCP port of TRSVCID, 1..65535; nullopt when it is not a decimal number of that
  // range.
  std::optional<std::uint16_t> port() const;
  // nqn returns SUBNQN; nullopt when it is unterminated or not an NQN. It borrows.
  std::optional<std::string_view> nqn() const;
  bool operator==(const DiscoveryEntry&) const = default;
};

static_assert(LayoutIsSound<DiscoveryHeader>() && LayoutIsSound<DiscoveryEntry>());

// EntryFault says why a host cannot connect over TCP by `entry`; nullptr when it can. It judges
// TRTYPE, ADRFAM, SUBTYPE, CNTLID, TRSVCID, TRADDR and SUBNQN, in that order.
const char* EntryFault(const DiscoveryEntry& entry);

inline bool EntryIsUsable(const DiscoveryEntry& entry) { return EntryFault(entry) == nullptr; }

// MakeTcpEntry returns an entry for `subnqn` at a numeric IPv4 or IPv6 address, padded with spaces;
// nullopt when it would not be usable. PORTID, ASQSZ and the flags are left to the caller.
std::optional<DiscoveryEntry> MakeTcpEntry(SubType subtype, std::string_view subnqn,
                                           std::string_view traddr, std::uint16_t port);

}  // namespace nvmf

#endif  // NVMF_NVME_DISCOVERY_H_
