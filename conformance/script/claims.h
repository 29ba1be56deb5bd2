// ControllerClaims: what the controller under test says of itself. Gathered once, before any case;
// what a case needs is looked up here, never in the reply that is on trial.
//
// Units     octets and natural counts.
// Threads   values.
// Source    ICResp, CAP, VS, Identify Controller, Identify Namespace, the Connect response.
#ifndef CONFORMANCE_SCRIPT_CLAIMS_H_
#define CONFORMANCE_SCRIPT_CLAIMS_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/script/guard.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/identify.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {

// Need is a capability that a case cannot do without.
enum class Need : std::uint32_t {
  kHeaderDigest = 1u << 0,
  kDataDigest = 1u << 1,
  kHpda = 1u << 2,                  // An ICReq with HPDA above 0 is answered.
  kCpda = 1u << 3,                  // CPDA above 0 can be brought about.
  kIoQueue = 1u << 4,               // An I/O controller with a namespace.
  kInCapsule = 1u << 5,             // IOCCSZ leaves room for a block of data.
  kNoFlowControl = 1u << 6,         // Connect with DISSQFC is answered with SQHD FFFFh.
  kPastMaxH2CData = 1u << 7,        // A write may be longer than MAXH2CDATA.
  kIoController = 1u << 8,          // Not a discovery controller.
  kDynamicModel = 1u << 9,          // FCATT: controllers are made for their hosts,
  kStaticModel = 1u << 10,          // or there before them.
  kDisconnect = 1u << 11,           // OFCS: Disconnect on I/O queues.
  kCommandSets = 1u << 12,          // CAP.CSS: several I/O command sets.
  kLogOffset = 1u << 13,            // LPA: a log page may be read from an offset on.
  kProtectedNamespace = 1u << 14,   // NSATTR: a namespace that is write protected.
  kChanges = 1u << 15,              // Somebody can change the device from its own side.
  kDiscoveryService = 1u << 16,     // The well-known discovery subsystem is at this address,
  kPersistentDiscovery = 1u << 17,  // and takes hosts that mean to stay.
};

// NeedSet is a set of needs: Need::kIoQueue | Need::kDataDigest.
struct NeedSet {
  std::uint32_t bits = 0;
  constexpr NeedSet() = default;
  constexpr NeedSet(Need need) : bits(static_cast<std::uint32_t>(need)) {}  // NOLINT: a set of one
  constexpr bool Has(Need need) const { return (bits & static_cast<std::uint32_t>(need)) != 0; }
  friend constexpr NeedSet operator|(NeedSet a, NeedSet b) {
    NeedSet both;
    both.bits = a.bits | b.bits;
    return both;
  }
};
constexpr NeedSet operator|(Need a, Need b) { return NeedSet(a) | NeedSet(b); }
inline constexpr NeedSet kNoNeeds = {};

struct ControllerClaims {
  bool header_digest = false;
  bool data_digest = false;
  bool hpda = false;
  std::uint8_t cpda = 0;  // The largest CPDA seen, and the HPDA that was asked with it.
  std::uint8_t cpda_hpda = 0;
  std::uint32_t maxh2cdata = 0;
  std::uint64_t cap = 0;
  std::uint32_t vs = 0;
  bool discovery = false;
  std::uint16_t any_cntlid = kCntlidDynamic;  // What Connect asks for to get any controller.
  bool no_flow_control = false;
  std::string model = {};
  IdentifyController id = {};
  std::uint64_t max_transfer = 0;  // 0: no limit.
  std::uint32_t in_capsule = 0;    // Data that fit in an I/O capsule.
  std::uint32_t nsid = 0;          // 0: no namespace to work on.
  std::uint32_t block = 0;
  std::uint64_t blocks = 0;
  std::uint32_t protected_nsid = 0;  // 0: no namespace is write protected.
  std::uint32_t protected_block = 0;
  bool changeable = false;
  bool discovery_service = false;
  bool persistent_discovery = false;

  // Scratch is where cases that write may do so, by the namespace and the user's grant.
  std::uint64_t scratch_first = 0;
  std::uint64_t scratch_blocks = 0;

  // io_controller tells whether it can have I/O queues.
  bool io_controller() const { return !discovery && id.cntrltype != Cntrltype::kAdmin; }

  // solicited returns the least multiple of the block that no capsule may carry, so that the
  // controller has to ask for it, and that is long enough to come in pieces.
  std::uint32_t solicited() const {
    return std::max((in_capsule / block + 1) * block, (4095 / block + 1) * block);
  }

  // Missing returns what of `needs` is not claimed, in words.
  std::optional<std::string> Missing(NeedSet needs) const;

  // SetScratch takes the first granted blocks of the namespace.
  void SetScratch(const Grant& grant);
};

inline std::optional<std::string> ControllerClaims::Missing(NeedSet needs) const {
  const struct {
    Need need;
    bool claimed;
    const char* text;
  } kRows[] = {
      {Need::kHeaderDigest, header_digest, "header digests are not granted"},
      {Need::kDataDigest, data_digest, "data digests are not granted"},
      {Need::kHpda, hpda, "an HPDA above 0 is not taken"},
      {Need::kCpda, cpda != 0, "CPDA is always 0"},
      {Need::kIoQueue, nsid != 0, "there is no namespace to do I/O on"},
      {Need::kInCapsule, block != 0 && in_capsule >= block, "a block does not fit in a capsule"},
      {Need::kNoFlowControl, no_flow_control, "SQ flow control cannot be disabled"},
      {Need::kPastMaxH2CData, max_transfer == 0 || max_transfer > maxh2cdata,
       "no transfer is longer than MAXH2CDATA"},
      {Need::kIoController, io_controller(), "it is not an I/O controller"},
      {Need::kDynamicModel, (id.fcatt & kFcattStatic) == 0, "its controllers are static"},
      {Need::kStaticModel, (id.fcatt & kFcattStatic) != 0, "its controllers are dynamic"},
      {Need::kDisconnect, (id.ofcs & kOfcsDisconnect) != 0, "Disconnect is not supported"},
      {Need::kCommandSets, (Cap{.raw = cap}.css() & Cap::kCssSeveral) != 0,
       "CAP.CSS claims one command set"},
      {Need::kLogOffset, (id.lpa & kLpaExtendedData) != 0, "LPA claims no offsets in log pages"},
      {Need::kProtectedNamespace, protected_nsid != 0, "no namespace is write protected"},
      {Need::kChanges, changeable, "nobody can change the device from its own side"},
      {Need::kDiscoveryService, discovery_service, "there is no discovery service at this address"},
      {Need::kPersistentDiscovery, persistent_discovery,
       "the discovery service takes no persistent connections"},
  };
  for (const auto& row : kRows) {
    if (needs.Has(row.need) && !row.claimed) return row.text;
  }
  return std::nullopt;
}

inline void ControllerClaims::SetScratch(const Grant& grant) {
  scratch_first = 0;
  scratch_blocks = grant.everything ? blocks : 0;
  for (const BlockGrant& range : grant.destructive) {
    if (range.nsid != nsid || range.first >= blocks) continue;
    scratch_first = range.first;
    scratch_blocks = std::min(range.last, blocks - 1) - range.first + 1;
    return;
  }
}

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_CLAIMS_H_
