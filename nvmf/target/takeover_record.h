// The records that a takeover consists of: a target but for its queues, a queue at rest, the end.
//
//   std::vector<std::byte> body = EncodeTarget(record);
//   Result<TargetRecord> same = DecodeTarget(body);
//
// Shapes    counts are bounded by the octets that are there; nothing is made by a count alone.
// Errors    kInvalidArgument, with the reason. Names and numbers are judged again by whoever makes
//           a target of them.
// Threads   values.
// Source    ours.
#ifndef NVMF_TARGET_TAKEOVER_RECORD_H_
#define NVMF_TARGET_TAKEOVER_RECORD_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "nvmf/base/bytes.h"
#include "nvmf/base/fields.h"
#include "nvmf/base/result.h"
#include "nvmf/handoff/record.h"
#include "nvmf/target/association_state.h"
#include "nvmf/target/subsystem.h"
#include "nvmf/target/target_options.h"

namespace nvmf::target {

// How a backend's octets are reached; its descriptor goes in a message of its own.
struct BackendField {
  static constexpr std::size_t kSize = 16;
  BackendHandle::Kind kind = BackendHandle::Kind::kNone;
  std::uint8_t direct = 0;
  std::uint64_t size = 0;
  static constexpr void Fields(auto& backend, auto&& at) {
    at(0, "kind", backend.kind), at(1, "direct", backend.direct), at(8, "size", backend.size);
  }
  bool operator==(const BackendField&) const = default;
};
static_assert(LayoutIsSound<BackendField>());

struct NamespaceField {
  static constexpr std::size_t kSize = 40;
  std::uint32_t nsid = 0;
  std::uint32_t block_bytes = 0;
  std::uint64_t blocks = 0;   // As NamespaceOptions.
  std::uint32_t backend = 0;  // Of TargetRecord::backends.
  std::uint8_t write_protected = 0;
  Uuid uuid{};
  static constexpr void Fields(auto& ns, auto&& at) {
    at(0, "nsid", ns.nsid), at(4, "block_bytes", ns.block_bytes), at(8, "blocks", ns.blocks);
    at(16, "backend", ns.backend), at(20, "write_protected", ns.write_protected);
    at(24, "uuid", ns.uuid);
  }
  bool operator==(const NamespaceField&) const = default;
};
static_assert(LayoutIsSound<NamespaceField>());

struct SubsystemRecord {
  SubsystemOptions options{};
  std::vector<NamespaceField> namespaces{};
};

struct TargetRecord {
  TargetOptions options{};
  std::uint64_t generation = 0;  // GENCTR.
  std::vector<Port> ports{};
  std::vector<Port> referrals{};
  std::vector<BackendField> backends{};
  std::vector<SubsystemRecord> subsystems{};
  std::uint32_t listeners = 0;
};

std::vector<std::byte> EncodeTarget(const TargetRecord& record);
Result<TargetRecord> DecodeTarget(ByteView body);

struct QueueRecord {
  std::optional<AssociationState> association{};  // Of an admin queue.
  HandoffRecord queue{};
};

std::vector<std::byte> EncodeQueue(const QueueRecord& record);
Result<QueueRecord> DecodeQueue(ByteView body);

struct EndRecord {
  static constexpr std::size_t kSize = 8;
  std::uint32_t queues = 0;
  std::uint16_t next_cntlid = 0;
  static constexpr void Fields(auto& end, auto&& at) {
    at(0, "queues", end.queues), at(4, "next_cntlid", end.next_cntlid);
  }
};
static_assert(LayoutIsSound<EndRecord>());

}  // namespace nvmf::target

#endif  // NVMF_TARGET_TAKEOVER_RECORD_H_
