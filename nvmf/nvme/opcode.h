// Opcodes and fabrics command types, and their names.
//
//   switch (static_cast<AdminOpcode>(sqe.opc)) {
//     case AdminOpcode::kIdentify: return Identify(ViewAs<IdentifyCmd>(sqe));
//     ...
//   }
//
// Shapes    one octet each. The same octet means one thing on the admin queue and another on an I/O
//           queue; 7Fh is a fabrics command on both, told apart by FCTYPE.
// Errors    none.
// Threads   values.
// Source    NVM Express Base, "Opcodes for Admin Commands", "Opcodes for I/O Commands" and "Fabrics
//           Command Types"; NVM Command Set, "Opcodes for NVM Commands".
#ifndef NVMF_NVME_OPCODE_H_
#define NVMF_NVME_OPCODE_H_

#include <cstdint>
#include <utility>

#include "nvmf/nvme/sqe.h"

namespace nvmf {

enum class AdminOpcode : std::uint8_t {
  kDeleteSq = 0x00,  // The four queue commands do not exist over fabrics.
  kCreateSq = 0x01,
  kGetLogPage = 0x02,
  kDeleteCq = 0x04,
  kCreateCq = 0x05,
  kIdentify = 0x06,
  kAbort = 0x08,
  kSetFeatures = 0x09,
  kGetFeatures = 0x0A,
  kAsyncEventRequest = 0x0C,
  kNamespaceManagement = 0x0D,
  kFirmwareCommit = 0x10,
  kFirmwareDownload = 0x11,
  kDeviceSelfTest = 0x14,
  kNamespaceAttachment = 0x15,
  kKeepAlive = 0x18,
  kDirectiveSend = 0x19,
  kDirectiveReceive = 0x1A,
  kVirtualizationManagement = 0x1C,
  kNvmeMiSend = 0x1D,
  kNvmeMiReceive = 0x1E,
  kDoorbellBufferConfig = 0x7C,
  kFabrics = 0x7F,
  kFormatNvm = 0x80,
  kSecuritySend = 0x81,
  kSecurityReceive = 0x82,
  kSanitize = 0x84,
};

enum class NvmOpcode : std::uint8_t {
  kFlush = 0x00,
  kWrite = 0x01,
  kRead = 0x02,
  kWriteUncorrectable = 0x04,
  kCompare = 0x05,
  kWriteZeroes = 0x08,
  kDatasetManagement = 0x09,
  kVerify = 0x0C,
  kReservationRegister = 0x0D,
  kReservationReport = 0x0E,
  kReservationAcquire = 0x11,
  kReservationRelease = 0x15,
  kCopy = 0x19,
  kFabrics = 0x7F,
};

// FabricsType is FCTYPE, octet 4 of a fabrics command.
enum class FabricsType : std::uint8_t {
  kPropertySet = 0x00,
  kConnect = 0x01,
  kPropertyGet = 0x04,
  kAuthenticationSend = 0x05,
  kAuthenticationReceive = 0x06,
  kDisconnect = 0x08,
};

// Each returns the specification's name; "vendor specific" or "unknown" for values without one.
const char* AdminOpcodeName(AdminOpcode opcode);
const char* NvmOpcodeName(NvmOpcode opcode);
const char* FabricsTypeName(FabricsType type);

// OpcodeName names the command in `sqe`, sent on the admin queue or on an I/O queue.
const char* OpcodeName(const Sqe& sqe, bool admin);

// MakeCommand returns a command of that opcode, every other field at its default.
constexpr Sqe MakeCommand(AdminOpcode opcode, std::uint32_t nsid = 0) {
  return {.opc = std::to_underlying(opcode), .nsid = nsid};
}
constexpr Sqe MakeCommand(NvmOpcode opcode, std::uint32_t nsid) {
  return {.opc = std::to_underlying(opcode), .nsid = nsid};
}

}  // namespace nvmf

#endif  // NVMF_NVME_OPCODE_H_
