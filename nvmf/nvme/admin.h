// Admin commands: builders, and views that name their dwords.
//
//   Sqe sqe = MakeIdentify(Cns::kController);
//   sqe = MakeGetLogPage({.lid = LogPage::kDiscovery, .octets = 1024});
//   LogLength(sqe);                                       // 1024
//   AsyncEvent event = AsyncEvent::FromDw0(cqe.dw0);
//
// Shapes    views of an Sqe, 64 octets. Features: feature.h; what log pages hold: log_page.h.
// Units     raw fields as on the wire (NUMD is 0's-based dwords); builders and accessors take and
//           give octets and natural counts. Builders leave cid and sgl1 to whoever sends.
// Errors    none; a builder's limits are asserted.
// Threads   values.
// Source    NVM Express Base, "Admin Command Set" and the command named at each struct.
#ifndef NVMF_NVME_ADMIN_H_
#define NVMF_NVME_ADMIN_H_

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "nvmf/base/fields.h"
#include "nvmf/nvme/feature.h"
#include "nvmf/nvme/identify.h"
#include "nvmf/nvme/log_page.h"
#include "nvmf/nvme/opcode.h"
#include "nvmf/nvme/sqe.h"

namespace nvmf {

// Identify. (NVM Express Base, "Identify command")
struct IdentifyCmd {
  static constexpr std::size_t kSize = 64;
  std::uint8_t opc = std::to_underlying(AdminOpcode::kIdentify);
  std::uint8_t flags = Sqe::kPsdtSgl;
  std::uint16_t cid = 0;
  std::uint32_t nsid = 0;
  Sgl sgl1{};
  Cns cns = Cns::kNamespace;
  std::uint16_t cntid = 0;   // Controller Identifier, where the CNS asks for one.
  std::uint16_t cnssid = 0;  // CNS Specific Identifier.
  Csi csi = Csi::kNvm;
  static constexpr void Fields(auto& cmd, auto&& at) {
    at(0, "opc", cmd.opc), at(1, "flags", cmd.flags), at(2, "cid", cmd.cid);
    at(4, "nsid", cmd.nsid), at(24, "sgl1", cmd.sgl1), at(40, "cns", cmd.cns);
    at(42, "cntid", cmd.cntid), at(44, "cnssid", cmd.cnssid), at(47, "csi", cmd.csi);
  }
  bool operator==(const IdentifyCmd&) const = default;
};

// Get Log Page. (NVM Express Base, "Get Log Page command")
struct GetLogPageCmd {
  static constexpr std::size_t kSize = 64;
  static constexpr std::uint8_t kRae = 0x80;  // Retain Asynchronous Event, beside LSP.
  std::uint8_t opc = std::to_underlying(AdminOpcode::kGetLogPage);
  std::uint8_t flags = Sqe::kPsdtSgl;
  std::uint16_t cid = 0;
  std::uint32_t nsid = 0;
  Sgl sgl1{};
  LogPage lid = {};
  std::uint8_t lsp_rae = 0;  // LSP 6:0, RAE 7.
  std::uint16_t numdl = 0;   // Number of Dwords, 0's based: the low half,
  std::uint16_t numdu = 0;   // and the high half.
  std::uint16_t lsi = 0;     // Log Specific Identifier.
  std::uint64_t lpo = 0;     // Log Page Offset, octets (with OT clear): LPOL and LPOU.
  std::uint8_t uuid_index = 0;
  std::uint8_t ot = 0;  // Bit 7, Offset Type: LPO is an index.
  Csi csi = Csi::kNvm;
  static constexpr void Fields(auto& cmd, auto&& at) {
    at(0, "opc", cmd.opc), at(1, "flags", cmd.flags), at(2, "cid", cmd.cid);
    at(4, "nsid", cmd.nsid), at(24, "sgl1", cmd.sgl1), at(40, "lid", cmd.lid);
    at(41, "lsp_rae", cmd.lsp_rae), at(42, "numdl", cmd.numdl), at(44, "numdu", cmd.numdu);
    at(46, "lsi", cmd.lsi), at(48, "lpo", cmd.lpo), at(56, "uuid_index", cmd.uuid_index);
    at(58, "ot", cmd.ot), at(59, "csi", cmd.csi);
  }
  constexpr std::uint8_t lsp() const { return lsp_rae & 0x7F; }
  constexpr bool rae() const { return (lsp_rae & kRae) != 0; }
  // octets returns the length asked for: (NUMD + 1) * 4, at most 2^34.
  constexpr std::uint64_t octets() const { return ((std::uint64_t{numdu} << 16 | numdl) + 1) * 4; }
  bool operator==(const GetLogPageCmd&) const = default;
};

// Set Features and Get Features. (NVM Express Base, "Set Features command", "Get Features command")
struct FeaturesCmd {
  static constexpr std::size_t kSize = 64;
  static constexpr std::uint8_t kSv = 0x80;
  std::uint8_t opc = std::to_underlying(AdminOpcode::kSetFeatures);
  std::uint8_t flags = Sqe::kPsdtSgl;
  std::uint16_t cid = 0;
  std::uint32_t nsid = 0;
  Sgl sgl1{};
  Feature fid = {};
  FeatureSelect sel = FeatureSelect::kCurrent;  // Get Features: bits 2:0.
  std::uint8_t sv = 0;                          // Set Features: bit 7, Save.
  std::uint32_t cdw11 = 0;                      // The feature's value, or more of the question.
  static constexpr void Fields(auto& cmd, auto&& at) {
    at(0, "opc", cmd.opc), at(1, "flags", cmd.flags), at(2, "cid", cmd.cid);
    at(4, "nsid", cmd.nsid), at(24, "sgl1", cmd.sgl1), at(40, "fid", cmd.fid);
    at(41, "sel", cmd.sel), at(43, "sv", cmd.sv), at(44, "cdw11", cmd.cdw11);
  }
  bool operator==(const FeaturesCmd&) const = default;
};

// Abort. (NVM Express Base, "Abort command")
struct AbortCmd {
  static constexpr std::size_t kSize = 64;
  static constexpr std::uint32_t kNotAborted = 1;  // DW0 of the completion, bit 0.
  std::uint8_t opc = std::to_underlying(AdminOpcode::kAbort);
  std::uint8_t flags = Sqe::kPsdtSgl;
  std::uint16_t cid = 0;
  std::uint16_t sqid = 0;       // The queue that the command to abort is on,
  std::uint16_t abort_cid = 0;  // and its CID.
  static constexpr void Fields(auto& cmd, auto&& at) {
    at(0, "opc", cmd.opc), at(1, "flags", cmd.flags), at(2, "cid", cmd.cid);
    at(40, "sqid", cmd.sqid), at(42, "abort_cid", cmd.abort_cid);
  }
  bool operator==(const AbortCmd&) const = default;
};

static_assert(LayoutIsSound<IdentifyCmd>() && LayoutIsSound<GetLogPageCmd>());
static_assert(LayoutIsSound<FeaturesCmd>() && LayoutIsSound<AbortCmd>());

// AsyncEvent is DW0 of an Asynchronous Event Request's completion.
// (NVM Express Base, "Asynchronous Event Request command")
struct AsyncEvent {
  enum class Type : std::uint8_t { kError = 0, kSmart = 1, kNotice = 2, kIo = 6, kVendor = 7 };
  static constexpr std::uint8_t kNamespaceAttributeChanged = 0x00;  // Information of a notice.
  static constexpr std::uint8_t kAnaChange = 0x03;
  static constexpr std::uint8_t kDiscoveryChange = 0xF0;

  Type type = Type::kNotice;
  std::uint8_t info = 0;
  LogPage lid = {};  // The page to read for more.

  constexpr std::uint32_t ToDw0() const {
    return std::uint32_t{std::to_underlying(lid)} << 16 | std::uint32_t{info} << 8 |
           std::to_underlying(type);
  }
  static constexpr AsyncEvent FromDw0(std::uint32_t dw0) {
    return {.type = static_cast<Type>(dw0 & 7),
            .info = static_cast<std::uint8_t>(dw0 >> 8 & 0xFF),
            .lid = static_cast<LogPage>(dw0 >> 16 & 0xFF)};
  }
  bool operator==(const AsyncEvent&) const = default;
};

constexpr Sqe MakeIdentify(Cns cns, std::uint32_t nsid = 0, std::uint16_t cntid = 0,
                           Csi csi = Csi::kNvm) {
  return ViewAs<Sqe>(IdentifyCmd{.nsid = nsid, .cns = cns, .cntid = cntid, .csi = csi});
}

// LogRequest is a part of a log page.
struct LogRequest {
  LogPage lid = {};
  std::uint64_t octets = 0;  // A multiple of 4, 4..2^34.
  std::uint64_t offset = 0;  // Octets, a multiple of 4.
  std::uint32_t nsid = 0;
  std::uint8_t lsp = 0;  // Log Specific Parameter, 0..127.
  bool rae = false;      // Leave the event that told of the change pending.
  Csi csi = Csi::kNvm;
};

constexpr Sqe MakeGetLogPage(const LogRequest& request) {
  assert(request.octets % 4 == 0 && request.octets >= 4 &&
         request.octets <= std::uint64_t{1} << 34);
  assert(request.offset % 4 == 0 && request.lsp < 0x80);
  const std::uint64_t numd = request.octets / 4 - 1;
  GetLogPageCmd cmd;
  cmd.nsid = request.nsid;
  cmd.lid = request.lid;
  cmd.lsp_rae = request.lsp | (request.rae ? GetLogPageCmd::kRae : std::uint8_t{0});
  cmd.numdl = static_cast<std::uint16_t>(numd & 0xFFFF);
  cmd.numdu = static_cast<std::uint16_t>(numd >> 16);
  cmd.lpo = request.offset;
  cmd.csi = request.csi;
  return ViewAs<Sqe>(cmd);
}

// LogLength returns the octets that a Get Log Page asks for: (NUMD + 1) * 4, at most 2^34.
constexpr std::uint64_t LogLength(const Sqe& sqe) { return ViewAs<GetLogPageCmd>(sqe).octets(); }

// MakeSetFeatures sets `fid` to `cdw11`; with `save` also across resets.
constexpr Sqe MakeSetFeatures(Feature fid, std::uint32_t cdw11, std::uint32_t nsid = 0,
                              bool save = false) {
  FeaturesCmd cmd;
  cmd.nsid = nsid;
  cmd.fid = fid;
  cmd.sv = save ? FeaturesCmd::kSv : std::uint8_t{0};
  cmd.cdw11 = cdw11;
  return ViewAs<Sqe>(cmd);
}

constexpr Sqe MakeGetFeatures(Feature fid, std::uint32_t cdw11 = 0, std::uint32_t nsid = 0,
                              FeatureSelect sel = FeatureSelect::kCurrent) {
  FeaturesCmd cmd;
  cmd.opc = std::to_underlying(AdminOpcode::kGetFeatures);
  cmd.nsid = nsid;
  cmd.fid = fid;
  cmd.sel = sel;
  cmd.cdw11 = cdw11;
  return ViewAs<Sqe>(cmd);
}

// MakeAbort asks for the end of command `abort_cid` on queue `sqid`.
constexpr Sqe MakeAbort(std::uint16_t sqid, std::uint16_t abort_cid) {
  return ViewAs<Sqe>(AbortCmd{.sqid = sqid, .abort_cid = abort_cid});
}

constexpr Sqe MakeAsyncEventRequest() { return MakeCommand(AdminOpcode::kAsyncEventRequest); }
constexpr Sqe MakeKeepAlive() { return MakeCommand(AdminOpcode::kKeepAlive); }

}  // namespace nvmf

#endif  // NVMF_NVME_ADMIN_H_
