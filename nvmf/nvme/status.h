// Status: how a command ended. A failed command is a value, not an Error.
//
//   if (completion.status().code() == StatusCode::kLbaOutOfRange) ...
//
// Shapes    five small numbers; on the wire bits 15:1 of the status field.
// Errors    none.
// Threads   values.
// Source    NVM Express Base, "Completion Queue Entry: Status Field" and "Status Code".
#ifndef NVMF_NVME_STATUS_H_
#define NVMF_NVME_STATUS_H_

#include <cstdint>
#include <string>

namespace nvmf {

// StatusCode is SCT (status code type) in the high octet and SC (status code) in the low one.
enum class StatusCode : std::uint16_t {
  kSuccess = 0x000,
  kInvalidOpcode = 0x001,
  kInvalidField = 0x002,
  kCommandIdConflict = 0x003,
  kDataTransferError = 0x004,
  kInternalError = 0x006,
  kAbortRequested = 0x007,
  kAbortedSqDeletion = 0x008,
  kAbortedFailedFused = 0x009,
  kAbortedMissingFused = 0x00A,
  kInvalidNamespace = 0x00B,
  kCommandSequenceError = 0x00C,
  kInvalidSglSegment = 0x00D,
  kInvalidSglCount = 0x00E,
  kSglDataLengthInvalid = 0x00F,
  kSglMetadataLengthInvalid = 0x010,
  kSglTypeInvalid = 0x011,
  kPrpOffsetInvalid = 0x013,
  kSglOffsetInvalid = 0x016,
  kHostIdInconsistent = 0x018,
  kKeepAliveExpired = 0x019,
  kKeepAliveInvalid = 0x01A,
  kSglGranularityInvalid = 0x01E,
  kNamespaceWriteProtected = 0x020,
  kCommandInterrupted = 0x021,
  kTransientTransportError = 0x022,
  kAdminMediaNotReady = 0x024,
  kLbaOutOfRange = 0x080,
  kCapacityExceeded = 0x081,
  kNamespaceNotReady = 0x082,
  kReservationConflict = 0x083,
  kInvalidCompletionQueue = 0x100,
  kInvalidQueueIdentifier = 0x101,
  kInvalidQueueSize = 0x102,
  kAbortLimitExceeded = 0x103,
  kAerLimitExceeded = 0x105,
  kInvalidLogPage = 0x109,
  kFeatureNotSaveable = 0x10D,
  kFeatureNotChangeable = 0x10E,
  kFeatureNotNamespaceSpecific = 0x10F,
  kIncompatibleFormat = 0x180,
  kControllerBusy = 0x181,
  kConnectInvalidParameters = 0x182,
  kConnectRestartDiscovery = 0x183,
  kConnectInvalidHost = 0x184,
  kDisconnectInvalidQueueType = 0x185,
  kDiscoverRestart = 0x190,
  kAuthenticationRequired = 0x191,
  kWriteFault = 0x280,
  kUnrecoveredReadError = 0x281,
  kGuardCheckError = 0x282,
  kApplicationTagCheckError = 0x283,
  kReferenceTagCheckError = 0x284,
  kCompareFailure = 0x285,
  kAccessDenied = 0x286,
  kDeallocatedBlock = 0x287,
  kInternalPathError = 0x300,
  kAnaPersistentLoss = 0x301,
  kAnaInaccessible = 0x302,
  kAnaTransition = 0x303,
  kHostPathingError = 0x370,
  kAbortedByHost = 0x371,
};

// StatusCodeName returns the specification's words, "unknown" for values it does not name.
const char* StatusCodeName(StatusCode code);

struct Status {
  std::uint8_t sct = 0;  // Status Code Type, 0..7.
  std::uint8_t sc = 0;   // Status Code.
  std::uint8_t crd = 0;  // Command Retry Delay, 0..3.
  bool more = false;     // More information is in the Error log.
  bool dnr = false;      // Do Not Retry.

  constexpr Status() = default;
  // A bare code is a status without CRD, More and DNR.
  constexpr Status(StatusCode code, bool do_not_retry = false)  // NOLINT: a code is a status
      : sct(static_cast<std::uint8_t>(static_cast<unsigned>(code) >> 8)),
        sc(static_cast<std::uint8_t>(static_cast<unsigned>(code) & 0xff)),
        dnr(do_not_retry) {}

  constexpr bool ok() const { return sct == 0 && sc == 0; }
  constexpr StatusCode code() const { return static_cast<StatusCode>(sct << 8 | sc); }

  // ToWire returns the 16-bit status field of a completion, Phase Tag 0.
  constexpr std::uint16_t ToWire() const {
    return static_cast<std::uint16_t>(sc << 1 | (sct & 7) << 9 | (crd & 3) << 12 |
                                      (more ? 1 : 0) << 14 | (dnr ? 1 : 0) << 15);
  }
  static constexpr Status FromWire(std::uint16_t field) {
    Status status;
    status.sc = static_cast<std::uint8_t>(field >> 1 & 0xff);
    status.sct = static_cast<std::uint8_t>(field >> 9 & 7);
    status.crd = static_cast<std::uint8_t>(field >> 12 & 3);
    status.more = (field >> 14 & 1) != 0;
    status.dnr = (field >> 15 & 1) != 0;
    return status;
  }

  // Text returns "1/82h Connect Invalid Parameters DNR". It allocates.
  std::string Text() const;

  bool operator==(const Status&) const = default;
};

}  // namespace nvmf

#endif  // NVMF_NVME_STATUS_H_
