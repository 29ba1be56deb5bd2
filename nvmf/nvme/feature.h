// Features: their identifiers, and what stands in CDW11 and DW0 of the ones used over fabrics.
//
//   Sqe sqe = MakeSetFeatures(Feature::kNumberOfQueues,
//                             QueueCounts{.submission = 4, .completion = 4}.ToDword());
//   std::optional<QueueCounts> granted = QueueCounts::FromDword(cqe.dw0);
//
// Shapes    a dword each; HostBehavior 512 octets of data.
// Units     natural counts of queues; milliseconds in CDW11 of Keep Alive Timer.
// Errors    FromDword says nullopt for FFFFh, which is not allowed.
// Threads   values.
// Source    NVM Express Base, "Feature Identifiers" and the feature named at each item.
#ifndef NVMF_NVME_FEATURE_H_
#define NVMF_NVME_FEATURE_H_

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "nvmf/base/fields.h"

namespace nvmf {

// Feature is FID.
enum class Feature : std::uint8_t {
  kArbitration = 0x01,
  kPowerManagement = 0x02,
  kTemperatureThreshold = 0x04,
  kErrorRecovery = 0x05,
  kVolatileWriteCache = 0x06,  // CDW11 bit 0: enabled.
  kNumberOfQueues = 0x07,      // QueueCounts.
  kWriteAtomicity = 0x0A,
  kAsyncEventConfiguration = 0x0B,  // kAsyncEvent... bits.
  kTimestamp = 0x0E,
  kKeepAliveTimer = 0x0F,       // CDW11: KATO, milliseconds.
  kHostBehaviorSupport = 0x16,  // HostBehavior.
  kHostIdentifier = 0x81,       // CDW11 bit 0: EXHID, 16 octets. Read only over fabrics.
  kReservationNotification = 0x82,
  kReservationPersistence = 0x83,
  kWriteProtection = 0x84,
};

// FeatureName returns the specification's name, "unknown" for other values.
const char* FeatureName(Feature feature);

// FeatureSelect is SEL of Get Features. Values but the first need ONCS bit 4.
enum class FeatureSelect : std::uint8_t { kCurrent = 0, kDefault = 1, kSaved = 2, kSupported = 3 };

// Bits of Asynchronous Event Configuration.
inline constexpr std::uint32_t kAsyncEventSmartMask = 0xFF;
inline constexpr std::uint32_t kAsyncEventNamespaceAttribute = 1u << 8;
inline constexpr std::uint32_t kAsyncEventFirmwareActivation = 1u << 9;
inline constexpr std::uint32_t kAsyncEventAna = 1u << 11;
inline constexpr std::uint32_t kAsyncEventDiscovery = 1u << 31;

inline constexpr std::uint32_t kHostIdExhid = 1u << 0;  // 128-bit Host Identifier.

// QueueCounts is how many I/O queues a host asks for (CDW11) or a controller grants (DW0).
// (NVM Express Base, "Number of Queues")
struct QueueCounts {
  static constexpr std::uint32_t kMost = 65535;
  std::uint32_t submission = 1;  // Natural counts, 1..65535.
  std::uint32_t completion = 1;

  constexpr std::uint32_t ToDword() const {
    assert(submission >= 1 && submission <= kMost && completion >= 1 && completion <= kMost);
    return (completion - 1) << 16 | (submission - 1);
  }
  // FromDword: nullopt when either count is FFFFh.
  static constexpr std::optional<QueueCounts> FromDword(std::uint32_t dword) {
    const QueueCounts counts{.submission = (dword & 0xFFFF) + 1, .completion = (dword >> 16) + 1};
    if (counts.submission > kMost || counts.completion > kMost) return std::nullopt;
    return counts;
  }
  bool operator==(const QueueCounts&) const = default;
};

// HostBehavior is the data of Host Behavior Support: what the host says it can bear.
struct HostBehavior {
  static constexpr std::size_t kSize = 512;
  std::uint8_t acre = 0;    // Advanced Command Retry Enable.
  std::uint8_t etdas = 0;   // Extended Telemetry Data Area 4 Supported.
  std::uint8_t lbafee = 0;  // LBA Format Extension Enable.
  static constexpr void Fields(auto& host, auto&& at) {
    at(0, "acre", host.acre), at(1, "etdas", host.etdas), at(2, "lbafee", host.lbafee);
  }
  bool operator==(const HostBehavior&) const = default;
};
static_assert(LayoutIsSound<HostBehavior>());

}  // namespace nvmf

#endif  // NVMF_NVME_FEATURE_H_
