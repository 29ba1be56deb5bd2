// Judges a Connect command and its data, and words the refusal.
//
//   const auto names = CheckConnectForm(cmd, data, limits);
//   if (!names) return Refuse(names.error());                        // status and DW0
//   if (auto no = CheckAdminConnect(cmd, data, {.subsystem_exists = ...})) return Refuse(*no);
//
// Shapes    the form first (needs no knowledge of the subsystem), then the facts. A Connect never
//           fails with Invalid Field in Command.
// Units     natural counts of queue entries; milliseconds.
// Errors    a ConnectRefusal is the completion of the Connect, not an Error.
// Threads   pure functions.
// Lifetime  the names borrow from the Connect data.
// Source    NVM Express Base, "Connect Command and Response", "Keep Alive".
#ifndef NVMF_CONTROLLER_CONNECT_CHECK_H_
#define NVMF_CONTROLLER_CONNECT_CHECK_H_

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "nvmf/nvme/connect_response.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/status.h"

namespace nvmf::controller {

struct ConnectRefusal {
  Status status{};
  std::uint32_t dw0 = 0;
  bool operator==(const ConnectRefusal&) const = default;
};

// ConnectLimits are the largest queues there are.
struct ConnectLimits {
  std::uint32_t admin_entries = 4096;  // ASQSZ; at most 4096.
  std::uint32_t io_entries = 128;      // CAP.MQES + 1.
};

struct ConnectNames {
  std::string_view subnqn{};
  std::string_view hostnqn{};
};

// CheckConnectForm judges RECFMT, SQSIZE and the syntax of both names.
std::expected<ConnectNames, ConnectRefusal> CheckConnectForm(const ConnectCmd& cmd,
                                                             const ConnectData& data,
                                                             const ConnectLimits& limits);

// AdminConnectFacts is what the target knows about an admin Connect.
struct AdminConnectFacts {
  bool subsystem_exists = true;
  bool host_allowed = true;
  bool static_model = false;        // FCATT bit 0.
  bool cntlid_exists = true;        // Static model: such a controller can be had.
  bool keep_alive_required = true;  // KATO 0 will not do.
  bool has_room = true;             // For one more controller.
};

std::optional<ConnectRefusal> CheckAdminConnect(const ConnectCmd& cmd, const ConnectData& data,
                                                const AdminConnectFacts& facts);

// IoConnectFacts is what the target knows about the controller that an I/O Connect names.
struct IoConnectFacts {
  bool subsystem_exists = true;
  bool cntlid_exists = true;   // A live controller of that subsystem has that CNTLID.
  std::string_view hostnqn{};  // Whose it is.
  HostId hostid{};
  bool ready = true;            // CC.EN, CSTS.RDY, not shutting down.
  std::uint32_t io_queues = 0;  // QIDs 1..io_queues are granted; 0 on a discovery controller.
  bool qid_in_use = false;
};

std::optional<ConnectRefusal> CheckIoConnect(const ConnectCmd& cmd, const ConnectData& data,
                                             const ConnectNames& names,
                                             const IoConnectFacts& facts);

}  // namespace nvmf::controller

#endif  // NVMF_CONTROLLER_CONNECT_CHECK_H_
