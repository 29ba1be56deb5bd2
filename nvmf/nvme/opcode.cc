#include "nvmf/nvme/opcode.h"

namespace nvmf {
namespace {

template <class E>
struct Named {
  E value;
  const char* name;
};

constexpr Named<AdminOpcode> kAdminNames[] = {
    {AdminOpcode::kDeleteSq, "Delete I/O Submission Queue"},
    {AdminOpcode::kCreateSq, "Create I/O Submission Queue"},
    {AdminOpcode::kGetLogPage, "Get Log Page"},
    {AdminOpcode::kDeleteCq, "Delete I/O Completion Queue"},
    {AdminOpcode::kCreateCq, "Create I/O Completion Queue"},
    {AdminOpcode::kIdentify, "Identify"},
    {AdminOpcode::kAbort, "Abort"},
    {AdminOpcode::kSetFeatures, "Set Features"},
    {AdminOpcode::kGetFeatures, "Get Features"},
    {AdminOpcode::kAsyncEventRequest, "Asynchronous Event Request"},
    {AdminOpcode::kNamespaceManagement, "Namespace Management"},
    {AdminOpcode::kFirmwareCommit, "Firmware Commit"},
    {AdminOpcode::kFirmwareDownload, "Firmware Image Download"},
    {AdminOpcode::kDeviceSelfTest, "Device Self-test"},
    {AdminOpcode::kNamespaceAttachment, "Namespace Attachment"},
    {AdminOpcode::kKeepAlive, "Keep Alive"},
    {AdminOpcode::kDirectiveSend, "Directive Send"},
    {AdminOpcode::kDirectiveReceive, "Directive Receive"},
    {AdminOpcode::kVirtualizationManagement, "Virtualization Management"},
    {AdminOpcode::kNvmeMiSend, "NVMe-MI Send"},
    {AdminOpcode::kNvmeMiReceive, "NVMe-MI Receive"},
    {AdminOpcode::kDoorbellBufferConfig, "Doorbell Buffer Config"},
    {AdminOpcode::kFabrics, "Fabrics"},
    {AdminOpcode::kFormatNvm, "Format NVM"},
    {AdminOpcode::kSecuritySend, "Security Send"},
    {AdminOpcode::kSecurityReceive, "Security Receive"},
    {AdminOpcode::kSanitize, "Sanitize"},
};

constexpr Named<NvmOpcode> kNvmNames[] = {
    {NvmOpcode::kFlush, "Flush"},
    {NvmOpcode::kWrite, "Write"},
    {NvmOpcode::kRead, "Read"},
    {NvmOpcode::kWriteUncorrectable, "Write Uncorrectable"},
    {NvmOpcode::kCompare, "Compare"},
    {NvmOpcode::kWriteZeroes, "Write Zeroes"},
    {NvmOpcode::kDatasetManagement, "Dataset Management"},
    {NvmOpcode::kVerify, "Verify"},
    {NvmOpcode::kReservationRegister, "Reservation Register"},
    {NvmOpcode::kReservationReport, "Reservation Report"},
    {NvmOpcode::kReservationAcquire, "Reservation Acquire"},
    {NvmOpcode::kReservationRelease, "Reservation Release"},
    {NvmOpcode::kCopy, "Copy"},
    {NvmOpcode::kFabrics, "Fabrics"},
};

constexpr Named<FabricsType> kFabricsNames[] = {
    {FabricsType::kPropertySet, "Property Set"},
    {FabricsType::kConnect, "Connect"},
    {FabricsType::kPropertyGet, "Property Get"},
    {FabricsType::kAuthenticationSend, "Authentication Send"},
    {FabricsType::kAuthenticationReceive, "Authentication Receive"},
    {FabricsType::kDisconnect, "Disconnect"},
};

// NameIn looks `value` up; values from `vendor` on belong to vendors.
template <class E>
const char* NameIn(const auto& names, E value, unsigned vendor) {
  for (const Named<E>& row : names) {
    if (row.value == value) return row.name;
  }
  return std::to_underlying(value) >= vendor ? "vendor specific" : "unknown";
}

}  // namespace

const char* AdminOpcodeName(AdminOpcode opcode) { return NameIn(kAdminNames, opcode, 0xC0); }

const char* NvmOpcodeName(NvmOpcode opcode) { return NameIn(kNvmNames, opcode, 0x80); }

const char* FabricsTypeName(FabricsType type) { return NameIn(kFabricsNames, type, 0xC0); }

const char* OpcodeName(const Sqe& sqe, bool admin) {
  if (sqe.opc == kFabricsOpcode) return FabricsTypeName(static_cast<FabricsType>(sqe.fctype()));
  return admin ? AdminOpcodeName(static_cast<AdminOpcode>(sqe.opc))
               : NvmOpcodeName(static_cast<NvmOpcode>(sqe.opc));
}

}  // namespace nvmf
