#include "nvmf/nvme/discovery.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace nvmf {
namespace {

// IsAddress tells whether `text` is a numeric address of `family` (AF_INET or AF_INET6).
bool IsAddress(int family, std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size()) return false;
  std::ranges::copy(text, terminated.begin());
  in6_addr address{};
  return inet_pton(family, terminated.data(), &address) == 1;
}

bool CntlidIsLegal(std::uint16_t cntlid) {
  return cntlid <= kCntlidMax || cntlid == kCntlidStaticAny || cntlid == kCntlidDynamic;
}

}  // namespace

const char* TrTypeName(TrType trtype) {
  switch (trtype) {
    case TrType::kRdma:
      return "rdma";
    case TrType::kFc:
      return "fc";
    case TrType::kTcp:
      return "tcp";
    case TrType::kIntraHost:
      return "intra-host";
  }
  return "unknown";
}

const char* AdrFamName(AdrFam adrfam) {
  switch (adrfam) {
    case AdrFam::kIpv4:
      return "ipv4";
    case AdrFam::kIpv6:
      return "ipv6";
    case AdrFam::kIb:
      return "infiniband";
    case AdrFam::kFc:
      return "fc";
    case AdrFam::kIntraHost:
      return "intra-host";
  }
  return "unknown";
}

const char* SubTypeName(SubType subtype) {
  switch (subtype) {
    case SubType::kReferral:
      return "referral";
    case SubType::kNvm:
      return "nvm";
    case SubType::kDiscovery:
      return "discovery";
  }
  return "unknown";
}

const char* SecTypeName(SecType sectype) {
  switch (sectype) {
    case SecType::kNone:
      return "none";
    case SecType::kTls12:
      return "tls1.2";
    case SecType::kTls13:
      return "tls1.3";
  }
  return "unknown";
}

std::optional<std::uint16_t> DiscoveryEntry::port() const {
  const std::string_view text = Text(trsvcid);
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0) return std::nullopt;
  return number;
}

std::optional<std::string_view> DiscoveryEntry::nqn() const {
  const std::optional<std::string_view> name = NqnFromField(subnqn);
  return name && IsValidNqn(*name) ? name : std::nullopt;
}

const char* EntryFault(const DiscoveryEntry& entry) {
  if (entry.trtype != TrType::kTcp) return "TRTYPE is not TCP";
  if (entry.adrfam != AdrFam::kIpv4 && entry.adrfam != AdrFam::kIpv6) {
    return "ADRFAM is neither IPv4 nor IPv6";
  }
  if (entry.subtype < SubType::kReferral || entry.subtype > SubType::kDiscovery) {
    return "SUBTYPE is reserved";
  }
  if (!CntlidIsLegal(entry.cntlid)) return "CNTLID is reserved";
  if (!entry.port()) return "TRSVCID is not a decimal port";
  const int family = entry.adrfam == AdrFam::kIpv4 ? AF_INET : AF_INET6;
  if (!IsAddress(family, Text(entry.traddr))) return "TRADDR is not a numeric address of ADRFAM";
  if (!entry.nqn()) return "SUBNQN is not a terminated NQN";
  return nullptr;
}

std::optional<DiscoveryEntry> MakeTcpEntry(SubType subtype, std::string_view subnqn,
                                           std::string_view traddr, std::uint16_t port) {
  DiscoveryEntry entry;
  entry.adrfam = traddr.contains(':') ? AdrFam::kIpv6 : AdrFam::kIpv4;
  entry.subtype = subtype;
  std::array<char, 5> digits{};
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), port).ptr;
  const bool fits = SetText(entry.trsvcid, {digits.data(), end}) && SetText(entry.traddr, traddr) &&
                    SetNqnField(entry.subnqn, subnqn);
  if (!fits || !EntryIsUsable(entry)) return std::nullopt;
  return entry;
}

}  // namespace nvmf
