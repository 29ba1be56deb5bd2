// The fabrics commands: Connect and its data, Property Get and Set, Disconnect, Authentication.
//
//   Sqe sqe = MakeConnect(0, 32, 120'000, false);     // admin queue, 32 entries, KATO 120 s
//   ConnectCmd connect = ViewAs<ConnectCmd>(sqe);     // connect.sqsize == 31
//   cqe.dw0 = InvalidConnectCmd("sqsize");            // IPO 44 in the SQE
//   cqe.set_status(StatusCode::kConnectInvalidParameters);
//
// Shapes    commands 64 octets, views of an Sqe under other names; Connect data 1024 octets.
// Units     raw fields as on the wire (sqsize is 0's based); builders take entries, milliseconds
//           and octets. Builders leave cid and sgl1 to whoever sends the command.
// Errors    none; a builder's limits are asserted.
// Threads   values.
// Source    NVM Express Base, "Fabrics Command Set" and the command named at each struct.
#ifndef NVMF_NVME_FABRICS_H_
#define NVMF_NVME_FABRICS_H_

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "nvmf/base/fields.h"
#include "nvmf/nvme/nqn.h"
#include "nvmf/nvme/opcode.h"
#include "nvmf/nvme/sqe.h"

namespace nvmf {

// CNTLID in Connect data and discovery entries.
inline constexpr std::uint16_t kCntlidMax = 0xFFEF;        // The largest that names a controller.
inline constexpr std::uint16_t kCntlidStaticAny = 0xFFFE;  // Static model: any controller will do.
inline constexpr std::uint16_t kCntlidDynamic = 0xFFFF;    // Dynamic model: make one.

// CATTR of Connect.
inline constexpr std::uint8_t kCattrPriorityMask = 0x03;  // 0 urgent, 1 high, 2 medium, 3 low.
inline constexpr std::uint8_t kCattrDisableSqFlowControl = 0x04;
inline constexpr std::uint8_t kCattrIndividualIoQueueDeletion = 0x08;

// Connect makes a queue. (NVM Express Base, "Connect Command and Response")
struct ConnectCmd {
  static constexpr std::size_t kSize = 64;
  std::uint8_t opc = kFabricsOpcode;
  std::uint8_t flags = Sqe::kPsdtSgl;
  std::uint16_t cid = 0;
  FabricsType fctype = FabricsType::kConnect;
  Sgl sgl1{};
  std::uint16_t recfmt = 0;
  std::uint16_t qid = 0;       // 0 is the admin queue.
  std::uint16_t sqsize = 0;    // Entries, 0's based; 0 is not allowed.
  std::uint8_t cattr = 0;      // Connect Attributes: kCattr...
  std::uint32_t kato = 0;      // Keep Alive Timeout, milliseconds; reserved on I/O queues.
  std::uint16_t nvmsetid = 0;  // NVM Set; reserved in earlier revisions.
  static constexpr void Fields(auto& cmd, auto&& at) {
    at(0, "opc", cmd.opc), at(1, "flags", cmd.flags), at(2, "cid", cmd.cid);
    at(4, "fctype", cmd.fctype), at(24, "sgl1", cmd.sgl1), at(40, "recfmt", cmd.recfmt);
    at(42, "qid", cmd.qid), at(44, "sqsize", cmd.sqsize), at(46, "cattr", cmd.cattr);
    at(48, "kato", cmd.kato), at(52, "nvmsetid", cmd.nvmsetid);
  }
  constexpr std::uint32_t entries() const { return std::uint32_t{sqsize} + 1; }
  constexpr bool disables_flow_control() const { return (cattr & kCattrDisableSqFlowControl) != 0; }
  bool operator==(const ConnectCmd&) const = default;
};

// ConnectData says who connects to what.
struct ConnectData {
  static constexpr std::size_t kSize = 1024;
  HostId hostid{};
  std::uint16_t cntlid = kCntlidDynamic;
  NqnField subnqn{};  // May come unterminated: read it with NqnFromField.
  NqnField hostnqn{};
  static constexpr void Fields(auto& data, auto&& at) {
    at(0, "hostid", data.hostid), at(16, "cntlid", data.cntlid);
    at(256, "subnqn", data.subnqn), at(512, "hostnqn", data.hostnqn);
  }
  bool operator==(const ConnectData&) const = default;
};

// Property Get reads a register. (NVM Express Base, "Property Get Command and Response")
struct PropertyGetCmd {
  static constexpr std::size_t kSize = 64;
  std::uint8_t opc = kFabricsOpcode;
  std::uint8_t flags = Sqe::kPsdtSgl;
  std::uint16_t cid = 0;
  FabricsType fctype = FabricsType::kPropertyGet;
  std::uint8_t attrib = 0;  // 2:0: 0 for 4 octets, 1 for 8; the rest reserved.
  std::uint32_t ofst = 0;
  static constexpr void Fields(auto& cmd, auto&& at) {
    at(0, "opc", cmd.opc), at(1, "flags", cmd.flags), at(2, "cid", cmd.cid);
    at(4, "fctype", cmd.fctype), at(40, "attrib", cmd.attrib), at(44, "ofst", cmd.ofst);
  }
  // width returns the octets asked for: 4, 8, or 0 when ATTRIB is a reserved value.
  constexpr std::uint32_t width() const { return (attrib & 7) < 2 ? 4u << (attrib & 7) : 0; }
  bool operator==(const PropertyGetCmd&) const = default;
};

// Property Set writes a register. (NVM Express Base, "Property Set Command and Response")
struct PropertySetCmd {
  static constexpr std::size_t kSize = 64;
  std::uint8_t opc = kFabricsOpcode;
  std::uint8_t flags = Sqe::kPsdtSgl;
  std::uint16_t cid = 0;
  FabricsType fctype = FabricsType::kPropertySet;
  std::uint8_t attrib = 0;
  std::uint32_t ofst = 0;
  std::uint64_t value = 0;  // A 4-octet value stands in the low half.
  static constexpr void Fields(auto& cmd, auto&& at) {
    at(0, "opc", cmd.opc), at(1, "flags", cmd.flags), at(2, "cid", cmd.cid);
    at(4, "fctype", cmd.fctype), at(40, "attrib", cmd.attrib), at(44, "ofst", cmd.ofst);
    at(48, "value", cmd.value);
  }
  constexpr std::uint32_t width() const { return (attrib & 7) < 2 ? 4u << (attrib & 7) : 0; }
  bool operator==(const PropertySetCmd&) const = default;
};

// Disconnect ends an I/O queue. (NVM Express Base, "Disconnect Command and Response")
struct DisconnectCmd {
  static constexpr std::size_t kSize = 64;
  std::uint8_t opc = kFabricsOpcode;
  std::uint8_t flags = Sqe::kPsdtSgl;
  std::uint16_t cid = 0;
  FabricsType fctype = FabricsType::kDisconnect;
  std::uint16_t recfmt = 0;
  static constexpr void Fields(auto& cmd, auto&& at) {
    at(0, "opc", cmd.opc), at(1, "flags", cmd.flags), at(2, "cid", cmd.cid);
    at(4, "fctype", cmd.fctype), at(40, "recfmt", cmd.recfmt);
  }
  bool operator==(const DisconnectCmd&) const = default;
};

// Authentication Send and Receive carry the messages of an authentication protocol.
// (NVM Express Base, "Authentication Send Command and Response" and its mirror)
struct AuthenticationCmd {
  static constexpr std::size_t kSize = 64;
  static constexpr std::uint8_t kSpsp = 0x01;      // SPSP0 and SPSP1, both.
  static constexpr std::uint8_t kSecpNvme = 0xE9;  // Security protocol of NVMe.
  std::uint8_t opc = kFabricsOpcode;
  std::uint8_t flags = Sqe::kPsdtSgl;
  std::uint16_t cid = 0;
  FabricsType fctype = FabricsType::kAuthenticationSend;
  Sgl sgl1{};
  std::uint8_t spsp0 = kSpsp;
  std::uint8_t spsp1 = kSpsp;
  std::uint8_t secp = kSecpNvme;
  std::uint32_t tl = 0;  // Octets: Transfer Length (Send) or Allocation Length (Receive).
  static constexpr void Fields(auto& cmd, auto&& at) {
    at(0, "opc", cmd.opc), at(1, "flags", cmd.flags), at(2, "cid", cmd.cid);
    at(4, "fctype", cmd.fctype), at(24, "sgl1", cmd.sgl1), at(41, "spsp0", cmd.spsp0);
    at(42, "spsp1", cmd.spsp1), at(43, "secp", cmd.secp), at(44, "tl", cmd.tl);
  }
  bool operator==(const AuthenticationCmd&) const = default;
};

static_assert(LayoutIsSound<ConnectCmd>() && LayoutIsSound<ConnectData>());
static_assert(LayoutIsSound<PropertyGetCmd>() && LayoutIsSound<PropertySetCmd>());
static_assert(LayoutIsSound<DisconnectCmd>() && LayoutIsSound<AuthenticationCmd>());

// MakeConnect returns a Connect for queue `qid` of `entries` slots, 2..65536. On an I/O queue KATO
// is reserved, and 0 whatever `kato_ms` says.
constexpr Sqe MakeConnect(std::uint16_t qid, std::uint32_t entries, std::uint32_t kato_ms,
                          bool disable_flow_control) {
  assert(entries >= 2 && entries <= 65536);
  ConnectCmd cmd;
  cmd.qid = qid;
  cmd.sqsize = static_cast<std::uint16_t>(entries - 1);
  cmd.cattr = disable_flow_control ? kCattrDisableSqFlowControl : std::uint8_t{0};
  cmd.kato = qid == 0 ? kato_ms : 0;
  return ViewAs<Sqe>(cmd);
}

// MakePropertyGet reads the property at `offset`, `size` octets wide: 4 or 8.
constexpr Sqe MakePropertyGet(std::uint32_t offset, std::uint32_t size) {
  assert(size == 4 || size == 8);
  PropertyGetCmd cmd;
  cmd.attrib = size == 8;
  cmd.ofst = offset;
  return ViewAs<Sqe>(cmd);
}

// MakePropertySet writes `value` to the property at `offset`; with `size` 4 its low half.
constexpr Sqe MakePropertySet(std::uint32_t offset, std::uint32_t size, std::uint64_t value) {
  assert(size == 4 || size == 8);
  PropertySetCmd cmd;
  cmd.attrib = size == 8;
  cmd.ofst = offset;
  cmd.value = size == 8 ? value : value & 0xFFFFFFFF;
  return ViewAs<Sqe>(cmd);
}

constexpr Sqe MakeDisconnect() { return ViewAs<Sqe>(DisconnectCmd{}); }

// MakeAuthentication sends (kAuthenticationSend) or fetches (kAuthenticationReceive) a message of
// at most `octets` octets.
constexpr Sqe MakeAuthentication(FabricsType type, std::uint32_t octets) {
  assert(type == FabricsType::kAuthenticationSend || type == FabricsType::kAuthenticationReceive);
  AuthenticationCmd cmd;
  cmd.fctype = type;
  cmd.tl = octets;
  return ViewAs<Sqe>(cmd);
}

}  // namespace nvmf

#endif  // NVMF_NVME_FABRICS_H_
