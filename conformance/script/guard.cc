#include "conformance/script/guard.h"

#include <algorithm>

#include "conformance/wire/pdu_text.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/property.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;

constexpr std::uint8_t kReadOnlyIo[] = {0x00, 0x02, 0x05, 0x0C, 0x0E};  // Flush .. Report.
constexpr std::uint8_t kReadOnlyAdmin[] = {0x02, 0x06, 0x08, 0x0A, 0x0C, 0x18};

// Opcodes that do nothing on a controller over fabrics: of queues that it does not have, reserved
// ones, and such as only read. They are sent to be refused.
constexpr std::uint8_t kIdleAdmin[] = {0x00, 0x01, 0x03, 0x04, 0x05, 0x07, 0x0B, 0x0E,
                                       0x0F, 0x1A, 0x1B, 0x1C, 0x1E, 0x22, 0x7B, 0x7C,
                                       0x82, 0x83, 0x87, 0x89, 0xBF, 0xEE};

// I/O opcodes that nobody defines, or that would only give up commands.
constexpr std::uint8_t kIdleIo[] = {0x03, 0x06, 0x07, 0x0A, 0x0B, 0x18};

bool Covers(const BlockGrant& grant, const Sqe& sqe) {
  const std::uint64_t slba = std::uint64_t{sqe.cdw11} << 32 | sqe.cdw10;
  const std::uint64_t more = sqe.cdw12 & 0xFFFF;  // 0's based
  return grant.nsid == sqe.nsid && slba >= grant.first && slba <= grant.last &&
         more <= grant.last - slba;
}

}  // namespace

std::optional<std::string> Guard::InspectIo(const Sqe& sqe) const {
  if (std::ranges::find(kReadOnlyIo, sqe.opc) != std::end(kReadOnlyIo)) return std::nullopt;
  // Write, Write Uncorrectable and Write Zeroes name their blocks in the same dwords.
  const bool names_blocks = sqe.opc == 0x01 || sqe.opc == 0x04 || sqe.opc == 0x08;
  const auto covered = [&](const BlockGrant& grant) { return Covers(grant, sqe); };
  if (names_blocks && std::ranges::any_of(grant_.destructive, covered)) return std::nullopt;
  const bool idle = std::ranges::find(kIdleIo, sqe.opc) != std::end(kIdleIo);
  if (idle && grant_.may_disrupt()) return std::nullopt;
  // Reservations concern all blocks of a namespace; a host registers or leaves, no more.
  const auto whole = [&](const BlockGrant& grant) {
    return grant.nsid == sqe.nsid && grant.first == 0 &&
           grant.last == std::numeric_limits<std::uint64_t>::max();
  };
  const bool registers = sqe.opc == 0x0D && (sqe.cdw10 & 7) < 2;
  if (registers && std::ranges::any_of(grant_.destructive, whole)) return std::nullopt;
  return "I/O opcode " + Hex(sqe.opc, 2) + " outside the blocks granted";
}

std::optional<std::string> Guard::InspectAdmin(const Sqe& sqe) const {
  if (std::ranges::find(kReadOnlyAdmin, sqe.opc) != std::end(kReadOnlyAdmin)) return std::nullopt;
  const std::uint32_t fid = sqe.cdw10 & 0xFF;
  const bool harmless = fid == 0x07 || fid == 0x0B || fid == 0x0F;
  const bool save = (sqe.cdw10 >> 31) != 0;
  if (sqe.opc == 0x09 && harmless && !save) return std::nullopt;
  // A controller must refuse what it does not know; to try is disruptive, not destructive. Nor can
  // the Host Identifier be set over fabrics.
  const bool idle = std::ranges::find(kIdleAdmin, sqe.opc) != std::end(kIdleAdmin) ||
                    (sqe.opc == 0x09 && (fid == 0x81 || fid == 0x0B));
  if (idle && grant_.may_disrupt()) return std::nullopt;
  return "admin opcode " + Hex(sqe.opc, 2) + " may change the device";
}

std::optional<std::string> Guard::InspectFabrics(const Sqe& sqe) {
  const auto type = static_cast<FabricsType>(sqe.fctype());
  if (type == FabricsType::kConnect) io_queue_ = (sqe.cdw10 >> 16) != 0;
  if (grant_.may_disrupt()) return std::nullopt;
  const bool plain = type == FabricsType::kConnect || type == FabricsType::kPropertyGet ||
                     type == FabricsType::kDisconnect;
  const bool sets_cc = type == FabricsType::kPropertySet && sqe.cdw11 == Cc::kOffset;
  if (plain || sets_cc) return std::nullopt;
  return "fabrics command " + Hex(sqe.fctype(), 2) + " needs the disruptive grant";
}

std::optional<std::string> Guard::InspectSqe(const Sqe& sqe) {
  if (sqe.opc == kFabricsOpcode) return InspectFabrics(sqe);
  if (grant_.everything) return std::nullopt;
  return io_queue_ ? InspectIo(sqe) : InspectAdmin(sqe);
}

// InspectFront judges octets as if a capsule began with them: a device that does not believe a
// lying PLEN takes the next thing sent for a new PDU.
std::optional<std::string> Guard::InspectFront(ByteView bytes) {
  if (bytes.size() < tcp::CapsuleCmd::kSize) return std::nullopt;
  const auto header = Decode<tcp::PduHeader>(bytes.first<tcp::kHeaderBytes>());
  if (header.type != PduType::kCapsuleCmd) return std::nullopt;
  return InspectSqe(Decode<tcp::CapsuleCmd>(bytes.first<tcp::CapsuleCmd::kSize>()).sqe);
}

std::optional<std::string> Guard::Inspect(ByteView bytes, const Negotiated& negotiated) {
  if (const auto refused = InspectFront(bytes)) return refused;
  if (const auto refused = InspectStream(bytes)) return refused;
  if (grant_.may_disrupt()) return std::nullopt;
  const auto unmannered = manners_.Inspect(bytes, negotiated);
  if (!unmannered) return std::nullopt;
  return *unmannered + ": needs the disruptive grant";
}

std::optional<std::string> Guard::InspectStream(ByteView bytes) {
  const auto passed = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, bytes.size()));
  skip_ -= passed;
  head_.insert(head_.end(), bytes.begin() + static_cast<std::ptrdiff_t>(passed), bytes.end());
  while (head_.size() >= tcp::kHeaderBytes) {
    const auto header = Decode<tcp::PduHeader>(ByteView(head_).first<tcp::kHeaderBytes>());
    std::size_t done = std::max<std::size_t>(header.plen, tcp::kHeaderBytes);
    if (header.type == PduType::kCapsuleCmd) {
      // The entry stands behind the header, whatever HLEN and PLEN say.
      if (head_.size() < tcp::CapsuleCmd::kSize) return std::nullopt;
      const auto capsule = Decode<tcp::CapsuleCmd>(ByteView(head_).first<tcp::CapsuleCmd::kSize>());
      if (const auto refused = InspectSqe(capsule.sqe)) return refused;
      done = std::max<std::size_t>(done, tcp::CapsuleCmd::kSize);
    }
    if (done > head_.size()) skip_ = done - head_.size();
    head_.erase(head_.begin(), head_.begin() + static_cast<long>(std::min(done, head_.size())));
  }
  return std::nullopt;
}

}  // namespace nvmf::conformance
