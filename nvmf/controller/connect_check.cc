#include "nvmf/controller/connect_check.h"

namespace nvmf::controller {
namespace {

constexpr bool kDnr = true;

constexpr ConnectRefusal Refuse(StatusCode code) { return {.status = Status(code, kDnr)}; }

constexpr ConnectRefusal Invalid(std::uint32_t dw0) {
  return {.status = Status(StatusCode::kConnectInvalidParameters, kDnr), .dw0 = dw0};
}

constexpr ConnectRefusal kBadSqsize = Invalid(InvalidConnectCmd("sqsize"));
constexpr ConnectRefusal kBadQid = Invalid(InvalidConnectCmd("qid"));
constexpr ConnectRefusal kBadHostid = Invalid(InvalidConnectData("hostid"));
constexpr ConnectRefusal kBadCntlid = Invalid(InvalidConnectData("cntlid"));
constexpr ConnectRefusal kBadSubnqn = Invalid(InvalidConnectData("subnqn"));
constexpr ConnectRefusal kBadHostnqn = Invalid(InvalidConnectData("hostnqn"));

// The controller has to be one that can be had: any or a known one where controllers are static,
// and a new one where they are made for each association.
bool CntlidIsAcceptable(std::uint16_t cntlid, const AdminConnectFacts& facts) {
  if (!facts.static_model) return cntlid == kCntlidDynamic;
  if (cntlid == kCntlidStaticAny) return true;
  return cntlid <= kCntlidMax && facts.cntlid_exists;
}

}  // namespace

std::expected<ConnectNames, ConnectRefusal> CheckConnectForm(const ConnectCmd& cmd,
                                                             const ConnectData& data,
                                                             const ConnectLimits& limits) {
  if (cmd.recfmt != 0) return std::unexpected(Refuse(StatusCode::kIncompatibleFormat));
  const std::uint32_t most = cmd.qid == 0 ? limits.admin_entries : limits.io_entries;
  if (cmd.sqsize == 0 || cmd.entries() > most) return std::unexpected(kBadSqsize);
  const auto subnqn = NqnFromField(data.subnqn);
  if (!subnqn || !IsValidNqn(*subnqn)) return std::unexpected(kBadSubnqn);
  const auto hostnqn = NqnFromField(data.hostnqn);
  if (!hostnqn || !IsValidNqn(*hostnqn)) return std::unexpected(kBadHostnqn);
  return ConnectNames{.subnqn = *subnqn, .hostnqn = *hostnqn};
}

std::optional<ConnectRefusal> CheckAdminConnect(const ConnectCmd& cmd, const ConnectData& data,
                                                const AdminConnectFacts& facts) {
  if (!facts.subsystem_exists) return kBadSubnqn;
  if (!facts.host_allowed) return Refuse(StatusCode::kConnectInvalidHost);
  if (!CntlidIsAcceptable(data.cntlid, facts)) return kBadCntlid;
  if (cmd.kato == 0 && facts.keep_alive_required) return Refuse(StatusCode::kKeepAliveInvalid);
  if (!facts.has_room) return ConnectRefusal{.status = StatusCode::kControllerBusy};
  return std::nullopt;
}

std::optional<ConnectRefusal> CheckIoConnect(const ConnectCmd& cmd, const ConnectData& data,
                                             const ConnectNames& names,
                                             const IoConnectFacts& facts) {
  if (!facts.subsystem_exists) return kBadSubnqn;
  if (data.cntlid > kCntlidMax || !facts.cntlid_exists) return kBadCntlid;
  if (names.hostnqn != facts.hostnqn) return kBadHostnqn;
  if (data.hostid != HostId{} && data.hostid != facts.hostid) return kBadHostid;
  if (!facts.ready || cmd.qid > facts.io_queues) return kBadQid;
  if (facts.qid_in_use) return Refuse(StatusCode::kCommandSequenceError);
  return std::nullopt;
}

}  // namespace nvmf::controller
