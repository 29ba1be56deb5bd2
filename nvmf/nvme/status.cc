#include "nvmf/nvme/status.h"

#include <cstdio>

namespace nvmf {

const char* StatusCodeName(StatusCode code) {
  switch (code) {
    case StatusCode::kSuccess:
      return "Successful Completion";
    case StatusCode::kInvalidOpcode:
      return "Invalid Command Opcode";
    case StatusCode::kInvalidField:
      return "Invalid Field in Command";
    case StatusCode::kCommandIdConflict:
      return "Command ID Conflict";
    case StatusCode::kDataTransferError:
      return "Data Transfer Error";
    case StatusCode::kInternalError:
      return "Internal Error";
    case StatusCode::kAbortRequested:
      return "Command Abort Requested";
    case StatusCode::kAbortedSqDeletion:
      return "Command Aborted due to SQ Deletion";
    case StatusCode::kAbortedFailedFused:
      return "Command Aborted due to Failed Fused Command";
    case StatusCode::kAbortedMissingFused:
      return "Command Aborted due to Missing Fused Command";
    case StatusCode::kInvalidNamespace:
      return "Invalid Namespace or Format";
    case StatusCode::kCommandSequenceError:
      return "Command Sequence Error";
    case StatusCode::kInvalidSglSegment:
      return "Invalid SGL Segment Descriptor";
    case StatusCode::kInvalidSglCount:
      return "Invalid Number of SGL Descriptors";
    case StatusCode::kSglDataLengthInvalid:
      return "Data SGL Length Invalid";
    case StatusCode::kSglMetadataLengthInvalid:
      return "Metadata SGL Length Invalid";
    case StatusCode::kSglTypeInvalid:
      return "SGL Descriptor Type Invalid";
    case StatusCode::kPrpOffsetInvalid:
      return "PRP Offset Invalid";
    case StatusCode::kSglOffsetInvalid:
      return "SGL Offset Invalid";
    case StatusCode::kHostIdInconsistent:
      return "Host Identifier Inconsistent Format";
    case StatusCode::kKeepAliveExpired:
      return "Keep Alive Timeout Expired";
    case StatusCode::kKeepAliveInvalid:
      return "Keep Alive Timeout Invalid";
    case StatusCode::kSglGranularityInvalid:
      return "SGL Data Block Granularity Invalid";
    case StatusCode::kNamespaceWriteProtected:
      return "Namespace is Write Protected";
    case StatusCode::kCommandInterrupted:
      return "Command Interrupted";
    case StatusCode::kTransientTransportError:
      return "Transient Transport Error";
    case StatusCode::kAdminMediaNotReady:
      return "Admin Command Media Not Ready";
    case StatusCode::kLbaOutOfRange:
      return "LBA Out of Range";
    case StatusCode::kCapacityExceeded:
      return "Capacity Exceeded";
    case StatusCode::kNamespaceNotReady:
      return "Namespace Not Ready";
    case StatusCode::kReservationConflict:
      return "Reservation Conflict";
    case StatusCode::kInvalidCompletionQueue:
      return "Completion Queue Invalid";
    case StatusCode::kInvalidQueueIdentifier:
      return "Invalid Queue Identifier";
    case StatusCode::kInvalidQueueSize:
      return "Invalid Queue Size";
    case StatusCode::kAbortLimitExceeded:
      return "Abort Command Limit Exceeded";
    case StatusCode::kAerLimitExceeded:
      return "Asynchronous Event Request Limit Exceeded";
    case StatusCode::kInvalidLogPage:
      return "Invalid Log Page";
    case StatusCode::kFeatureNotSaveable:
      return "Feature Identifier Not Saveable";
    case StatusCode::kFeatureNotChangeable:
      return "Feature Not Changeable";
    case StatusCode::kFeatureNotNamespaceSpecific:
      return "Feature Not Namespace Specific";
    case StatusCode::kIncompatibleFormat:
      return "Incompatible Format";
    case StatusCode::kControllerBusy:
      return "Controller Busy";
    case StatusCode::kConnectInvalidParameters:
      return "Connect Invalid Parameters";
    case StatusCode::kConnectRestartDiscovery:
      return "Connect Restart Discovery";
    case StatusCode::kConnectInvalidHost:
      return "Connect Invalid Host";
    case StatusCode::kDisconnectInvalidQueueType:
      return "Disconnect Invalid Queue Type";
    case StatusCode::kDiscoverRestart:
      return "Discover Restart";
    case StatusCode::kAuthenticationRequired:
      return "Authentication Required";
    case StatusCode::kWriteFault:
      return "Write Fault";
    case StatusCode::kUnrecoveredReadError:
      return "Unrecovered Read Error";
    case StatusCode::kGuardCheckError:
      return "End-to-end Guard Check Error";
    case StatusCode::kApplicationTagCheckError:
      return "End-to-end Application Tag Check Error";
    case StatusCode::kReferenceTagCheckError:
      return "End-to-end Reference Tag Check Error";
    case StatusCode::kCompareFailure:
      return "Compare Failure";
    case StatusCode::kAccessDenied:
      return "Access Denied";
    case StatusCode::kDeallocatedBlock:
      return "Deallocated or Unwritten Logical Block";
    case StatusCode::kInternalPathError:
      return "Internal Path Error";
    case StatusCode::kAnaPersistentLoss:
      return "Asymmetric Access Persistent Loss";
    case StatusCode::kAnaInaccessible:
      return "Asymmetric Access Inaccessible";
    case StatusCode::kAnaTransition:
      return "Asymmetric Access Transition";
    case StatusCode::kHostPathingError:
      return "Host Pathing Error";
    case StatusCode::kAbortedByHost:
      return "Command Aborted By Host";
  }
  return "unknown";
}

std::string Status::Text() const {
  char code_text[16];
  std::snprintf(code_text, sizeof code_text, "%x/%02xh ", sct, sc);
  std::string text = std::string(code_text) + StatusCodeName(code());
  if (crd != 0) text += " CRD" + std::to_string(crd);
  if (more) text += " M";
  if (dnr) text += " DNR";
  return text;
}

}  // namespace nvmf
