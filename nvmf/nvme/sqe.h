// Submission queue entries, completion queue entries and SGL descriptors.
//
//   Sqe sqe{.opc = 0x06, .nsid = 1, .cdw10 = 0x00};   // or MakeIdentify(Cns::kNamespace, 1)
//   Cqe cqe{.cid = sqe.cid};
//   cqe.set_status(StatusCode::kInvalidNamespace);
//
// Shapes    Sqe 64, Cqe 16, Sgl 16 octets on the wire.
// Units     as on the wire: 0's-based counts stay 0's-based in a raw Sqe; the builders in
//           nvm.h, fabrics.h and admin.h take natural counts.
// Errors    none.
// Threads   values.
// Source    NVM Express Base, "Submission Queue Entry", "Completion Queue Entry", "Scatter Gather
//           List (SGL)"; NVMe/TCP, "Data Transfer".
#ifndef NVMF_NVME_SQE_H_
#define NVMF_NVME_SQE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "nvmf/base/fields.h"
#include "nvmf/nvme/status.h"

namespace nvmf {

// Sgl is the one descriptor that a command over TCP carries.
struct Sgl {
  static constexpr std::size_t kSize = 16;
  // Byte 15: descriptor type in 7:4, subtype in 3:0.
  static constexpr std::uint8_t kInCapsule = 0x01;  // Data block, offset: the data follow the SQE.
  static constexpr std::uint8_t kTransport = 0x5A;  // Transport data block: C2HData, R2T/H2CData.

  std::uint64_t address = 0;  // Or offset; 0 over TCP.
  std::uint32_t length = 0;   // Octets.
  std::uint8_t type = 0;
  static constexpr void Fields(auto& sgl, auto&& at) {
    at(0, "address", sgl.address), at(8, "length", sgl.length), at(15, "type", sgl.type);
  }
  bool operator==(const Sgl&) const = default;
};
static_assert(LayoutIsSound<Sgl>());

struct Sqe {
  static constexpr std::size_t kSize = 64;
  static constexpr std::uint8_t kPsdtSgl = 0x40;  // `flags` of every command over fabrics.

  std::uint8_t opc = 0;
  std::uint8_t flags = kPsdtSgl;  // FUSE 1:0, PSDT 7:6.
  std::uint16_t cid = 0;
  std::uint32_t nsid = 0;  // Fabrics commands: octet 4 is FCTYPE.
  std::uint32_t cdw2 = 0;
  std::uint32_t cdw3 = 0;
  std::uint64_t mptr = 0;
  Sgl sgl1{};
  std::uint32_t cdw10 = 0;
  std::uint32_t cdw11 = 0;
  std::uint32_t cdw12 = 0;
  std::uint32_t cdw13 = 0;
  std::uint32_t cdw14 = 0;
  std::uint32_t cdw15 = 0;
  static constexpr void Fields(auto& sqe, auto&& at) {
    at(0, "opc", sqe.opc), at(1, "flags", sqe.flags), at(2, "cid", sqe.cid);
    at(4, "nsid", sqe.nsid), at(8, "cdw2", sqe.cdw2), at(12, "cdw3", sqe.cdw3);
    at(16, "mptr", sqe.mptr), at(24, "sgl1", sqe.sgl1);
    at(40, "cdw10", sqe.cdw10), at(44, "cdw11", sqe.cdw11), at(48, "cdw12", sqe.cdw12);
    at(52, "cdw13", sqe.cdw13), at(56, "cdw14", sqe.cdw14), at(60, "cdw15", sqe.cdw15);
  }

  constexpr std::uint8_t fuse() const { return flags & 3; }
  constexpr std::uint8_t psdt() const { return flags >> 6; }
  constexpr std::uint8_t fctype() const { return static_cast<std::uint8_t>(nsid & 0xff); }
  bool operator==(const Sqe&) const = default;
};
static_assert(LayoutIsSound<Sqe>());

// Direction is where a command's data go. (NVM Express Base, "Opcode": bits 1:0; a fabrics
// command has them in FCTYPE)
enum class Direction : std::uint8_t { kNone = 0, kToController = 1, kToHost = 2, kBoth = 3 };

inline constexpr std::uint8_t kFabricsOpcode = 0x7F;
inline constexpr std::uint32_t kNsidAll = 0xFFFFFFFF;  // Broadcast: every namespace.

constexpr Direction DataDirection(const Sqe& sqe) {
  const std::uint8_t bits = sqe.opc == kFabricsOpcode ? sqe.fctype() : sqe.opc;
  return static_cast<Direction>(bits & 3);
}

struct Cqe {
  static constexpr std::size_t kSize = 16;
  static constexpr std::uint16_t kNoFlowControl = 0xFFFF;  // SQHD of a Connect response.

  std::uint32_t dw0 = 0;
  std::uint32_t dw1 = 0;
  std::uint16_t sqhd = 0;  // Submission queue head pointer.
  std::uint16_t sqid = 0;  // Reserved over fabrics.
  std::uint16_t cid = 0;
  std::uint16_t status_field = 0;
  static constexpr void Fields(auto& cqe, auto&& at) {
    at(0, "dw0", cqe.dw0), at(4, "dw1", cqe.dw1), at(8, "sqhd", cqe.sqhd);
    at(10, "sqid", cqe.sqid), at(12, "cid", cqe.cid), at(14, "status", cqe.status_field);
  }

  constexpr Status status() const { return Status::FromWire(status_field); }
  constexpr void set_status(Status status) { status_field = status.ToWire(); }
  // value returns DW1:DW0, as Property Get answers.
  constexpr std::uint64_t value() const { return static_cast<std::uint64_t>(dw1) << 32 | dw0; }
  bool operator==(const Cqe&) const = default;
};
static_assert(LayoutIsSound<Cqe>());

// Completion is how a command ended at the host: its entry, and how much data moved.
struct Completion {
  Cqe cqe;
  std::uint32_t bytes = 0;
  Status status() const { return cqe.status(); }
};

}  // namespace nvmf

#endif  // NVMF_NVME_SQE_H_
