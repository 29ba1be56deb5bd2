// A hand-off record: a connected queue pair as octets, for another owner of its socket.
//
//   std::vector<std::byte> octets = EncodeRecord(record);
//   Result<HandoffRecord> same = DecodeRecord(octets);
//
// Shapes    a fixed head of kSize octets, then the commands that wait, then the unread octets; at
//           most kMaxRecord in all. The head carries a version, the length and a CRC-32C of the
//           rest.
// Errors    kInvalidArgument, with the reason: cut, altered, of another version, or impossible.
// What
//           a record says is checked again by whoever resumes the connection.
// Threads   values.
// Source    ours; what it holds is NVMe/TCP's and NVM Express's.
#ifndef NVMF_HANDOFF_RECORD_H_
#define NVMF_HANDOFF_RECORD_H_

#include <cstdint>
#include <variant>
#include <vector>

#include "nvmf/base/fields.h"
#include "nvmf/base/result.h"
#include "nvmf/nvme/nqn.h"
#include "nvmf/tcp/controller_connection.h"
#include "nvmf/tcp/host_connection.h"

namespace nvmf {

// HandoffIdentity is what the queue pair belongs to.
struct HandoffIdentity {
  static constexpr std::size_t kSize = 552;
  std::uint16_t qid = 0;
  std::uint16_t cntlid = 0;
  std::uint32_t kato_ms = 0;       // Keep Alive Timeout; 0: none.
  std::uint32_t kato_left_ms = 0;  // Of it, when the record was made.
  HostId hostid{};
  NqnField subnqn{};
  NqnField hostnqn{};
  static constexpr void Fields(auto& id, auto&& at) {
    at(0, "qid", id.qid), at(2, "cntlid", id.cntlid), at(4, "kato_ms", id.kato_ms);
    at(8, "kato_left_ms", id.kato_left_ms), at(16, "hostid", id.hostid);
    at(32, "subnqn", id.subnqn), at(288, "hostnqn", id.hostnqn);
  }
  bool operator==(const HandoffIdentity&) const = default;
};
static_assert(LayoutIsSound<HandoffIdentity>());

struct HandoffRecord {
  HandoffIdentity identity{};
  std::variant<tcp::HostState, tcp::ControllerState> state{};
  bool operator==(const HandoffRecord&) const = default;
};

inline constexpr std::uint16_t kHandoffVersion = 1;
inline constexpr std::size_t kMaxRecord = 16 * 1024 * 1024;

std::vector<std::byte> EncodeRecord(const HandoffRecord& record);
Result<HandoffRecord> DecodeRecord(ByteView octets);

}  // namespace nvmf

#endif  // NVMF_HANDOFF_RECORD_H_
