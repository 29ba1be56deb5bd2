#include "fuzz/model/admin_model.h"

#include <algorithm>

namespace model {
namespace {

constexpr std::uint8_t kGetLogPage = 0x02, kIdentify = 0x06, kAbort = 0x08, kSetFeatures = 0x09,
                       kGetFeatures = 0x0A, kAsyncEvent = 0x0C, kKeepAlive = 0x18, kFabrics = 0x7F;
constexpr std::uint8_t kPropertySet = 0x00, kConnect = 0x01, kPropertyGet = 0x04,
                       kDisconnect = 0x08;
constexpr std::uint32_t kCap = 0x00, kVs = 0x08, kCc = 0x14, kCsts = 0x1C, kCrto = 0x68;
constexpr std::uint32_t kCcKnown = 0x01FFFFF1;
constexpr std::uint32_t kTicks = 30;  // 15 s, in half seconds.
constexpr std::uint32_t kDiscoveryEvents = 1U << 31;
constexpr std::uint32_t kPage = 4096;

std::uint8_t Fctype(const AdminCommand& command) { return command.sqe[4]; }
std::uint32_t Word11(const AdminCommand& command) { return U32(command.sqe, 44); }

}  // namespace

void AdminModel::Submitted(AdminCommand& command) {
  const std::uint8_t opc = command.sqe[0];
  if (opc == kFabrics) return Fabrics(command);
  if (!ready_) return command.faults.Add(kSequenceError);
  const bool both = opc == kIdentify || opc == kGetLogPage;
  const bool persistent =
      opc == kSetFeatures || opc == kGetFeatures || opc == kAsyncEvent || opc == kKeepAlive;
  const bool offered =
      both || (persistent && terms_.persistent) || (opc == kAbort && !terms_.discovery);
  if (!offered) return command.faults.Add(kInvalidOpcode);
  if ((command.sqe[1] & 3) != 0) return command.faults.Add(kInvalidField);
  switch (opc) {
    case kIdentify:
      return Identify(command);
    case kSetFeatures:
      return SetFeatures(command);
    case kGetFeatures:
      return GetFeatures(command);
    case kKeepAlive:
      command.value = 0;
      return;
    default:
      command.open = true;
      command.holds = opc == kAsyncEvent;
  }
}

void AdminModel::Fabrics(AdminCommand& command) {
  switch (Fctype(command)) {
    case kPropertyGet:
      return PropertyGet(command);
    case kPropertySet:
      return PropertySet(command);
    case kConnect:
      return command.faults.Add(kSequenceError);
    case kDisconnect:
      return command.faults.Add(kWrongQueueType);
    default:
      return command.faults.Add(kInvalidOpcode);
  }
}

void AdminModel::PropertyGet(AdminCommand& command) const {
  const std::uint32_t size = command.sqe[40] & 7;
  const std::uint32_t offset = Word11(command);
  const bool wide = offset == kCap;
  const bool known = wide || offset == kVs || offset == kCc || offset == kCsts ||
                     (offset == kCrto && !terms_.discovery);
  if (!known || size != (wide ? 1U : 0U)) return command.faults.Add(kInvalidField);
  const std::uint64_t css = 0x41;  // The NVM command set, and one or more.
  switch (offset) {
    case kCap:
      command.value = (terms_.io_entries - 1) | 1U << 16 | kTicks << 24 | css << 37 |
                      std::uint64_t{!terms_.discovery} << 59;
      return;
    case kVs:
      command.value = 2U << 16;
      return;
    case kCc:
      command.value = cc_;
      return;
    case kCsts:
      command.value = (rdy_ ? 1U : 0U) | (fatal_ ? 2U : 0U) | (shut_ ? 2U << 2 : 0U);
      return;
    default:
      command.value = kTicks;
  }
}

void AdminModel::PropertySet(AdminCommand& command) {
  const std::uint32_t cc = U32(command.sqe, 48) & kCcKnown;
  const std::uint32_t shn = cc >> 14 & 3;
  if ((command.sqe[40] & 7) != 0 || Word11(command) != kCc || shn == 3) {
    return command.faults.Add(kInvalidField);
  }
  command.value = 0;
  const bool was = (cc_ & 1) != 0, is = (cc & 1) != 0;
  cc_ = cc;
  if (was && !is) return Reset();
  if (!was && is) Enable(cc);
  if (shn != 0 && !shut_) shut_ = true;
  ready_ = rdy_ && !shut_;
}

void AdminModel::Enable(std::uint32_t cc) {
  const std::uint32_t css = cc >> 4 & 7, mps = cc >> 7 & 15, ams = cc >> 11 & 7;
  const bool sizes = (cc >> 16 & 15) == 6 && (cc >> 20 & 15) == 4;
  const bool crime = (cc >> 24 & 1) != 0;
  shut_ = false;
  rdy_ = (css == 0 || css == 6) && mps == 0 && ams == 0 && !crime && (sizes || terms_.discovery);
  fatal_ = fatal_ || !rdy_;
}

void AdminModel::Reset() {
  ready_ = rdy_ = fatal_ = shut_ = false;
  words_ = {};
  if (terms_.discovery) words_[3] = kDiscoveryEvents;
  granted_ = terms_.io_queues;
}

void AdminModel::Identify(AdminCommand& command) const {
  const std::uint8_t cns = command.sqe[40];
  const std::uint32_t nsid = U32(command.sqe, 4);
  command.octets = kPage;
  if (cns == 0x01) {
    if (command.room < kPage) command.faults.Add(kDataLengthInvalid);
    return;
  }
  if (terms_.discovery) return command.faults.Add(kInvalidField);
  if (cns == 0x00 || cns == 0x02) {
    if (command.room < kPage) command.faults.Add(kDataLengthInvalid);
    if (cns == 0x00 && (nsid == 0 || nsid > NvmModel::kNn)) command.faults.Add(kInvalidNamespace);
    if (cns == 0x02 && nsid >= 0xFFFFFFFE) command.faults.Add(kInvalidNamespace);
    return;
  }
  command.open = true;
}

std::uint32_t* AdminModel::Word(std::uint8_t fid) {
  if (fid == 0x0B) return &words_[3];
  if (terms_.discovery) return nullptr;
  return fid == 0x01 ? &words_[0] : fid == 0x02 ? &words_[1] : fid == 0x05 ? &words_[2] : nullptr;
}

void AdminModel::SetFeatures(AdminCommand& command) {
  const std::uint8_t fid = command.sqe[40];
  const std::uint32_t value = Word11(command);
  if ((command.sqe[43] & 0x80) != 0) {
    command.faults.Add(kNotSaveable);
    if (fid == 0x16 && command.room < 512) command.faults.Add(kDataLengthInvalid);
    return;
  }
  if (fid == 0x0F) return value == 0 ? command.faults.Add(kKeepAliveInvalid) : void();
  if (std::uint32_t* word = Word(fid)) {
    if ((fid == 0x02 && (value & 0x1F) != 0) || (fid == 0x05 && (value & 1U << 16) != 0)) {
      return command.faults.Add(kInvalidField);
    }
    *word = value;
    command.value = 0;
    return;
  }
  if (fid != 0x07 || terms_.discovery) {
    command.open = true;
    return;
  }
  const std::uint32_t submission = (value & 0xFFFF) + 1, completion = (value >> 16) + 1;
  if (submission > 0xFFFF || completion > 0xFFFF) return command.faults.Add(kInvalidField);
  granted_ = std::min({submission, completion, terms_.io_queues});
  command.value = (granted_ - 1) | (granted_ - 1) << 16;
}

void AdminModel::GetFeatures(AdminCommand& command) const {
  const std::uint8_t fid = command.sqe[40];
  if ((command.sqe[41] & 7) != 0) return command.faults.Add(kInvalidField);
  if (const std::uint32_t* word = const_cast<AdminModel*>(this)->Word(fid)) {
    command.value = *word;
  } else if (fid == 0x07 && !terms_.discovery) {
    command.value = (granted_ - 1) | (granted_ - 1) << 16;
  } else {
    command.open = true;
  }
}

const char* AdminModel::Completed(const AdminCommand& command, std::uint16_t status,
                                  std::uint64_t value, Octets data, const NvmModel& nvm) const {
  if (status != kSuccess && !data.empty()) return "data with a command that failed";
  if (command.holds) {
    const bool known = status == kSuccess || status == kAborted || status == kAerLimit;
    if (!known) return "an event request that failed";
    const bool event = value == 0x00040002 || value == 0x0070F002;
    return status != kSuccess || event ? nullptr : "an event that there is not";
  }
  if (!command.open) {
    if (command.faults.empty() != (status == kSuccess)) return "a status that does not fit";
    if (status != kSuccess && !command.faults.Has(status)) return "another status than the fault's";
    if (status == kSuccess && command.value && *command.value != value) return "another DW0";
    if (status == kSuccess && data.size() != command.octets) return "data of another length";
  }
  if (status != kSuccess) return nullptr;
  return command.sqe[0] == kIdentify ? CheckIdentify(command, data, nvm) : nullptr;
}

const char* AdminModel::CheckIdentify(const AdminCommand& command, Octets page,
                                      const NvmModel& nvm) const {
  const std::uint8_t cns = command.sqe[40];
  const std::uint32_t nsid = U32(command.sqe, 4);
  if (cns == 0x01) {
    if (U16(page, 78) != terms_.cntlid) return "Identify Controller: CNTLID";
    if (page[111] != (terms_.discovery ? 2 : 1)) return "Identify Controller: CNTRLTYPE";
    if (page[77] != 1) return "Identify Controller: MDTS";
  }
  if (cns == 0x00) {
    const bool active = nsid < nvm.namespaces.size() && nvm.namespaces[nsid].present;
    const auto& ns = nvm.namespaces[active ? nsid : 0];
    const std::uint64_t nsze = U32(page, 0) | std::uint64_t{U32(page, 4)} << 32;
    if (nsze != (active ? ns.blocks : 0)) return "Identify Namespace: NSZE";
    if (active && 1U << page[130] != ns.block) return "Identify Namespace: LBADS";
    if (active && (page[99] & 1) != (ns.is_protected ? 1 : 0)) return "Identify Namespace: NSATTR";
  }
  if (cns == 0x02) {
    std::size_t at = 0;
    for (std::size_t i = 1; i < nvm.namespaces.size(); ++i) {
      if (!nvm.namespaces[i].present || i <= nsid) continue;
      if (U32(page, at) != i) return "active namespaces: one is missing";
      at += 4;
    }
    if (U32(page, at) != 0) return "active namespaces: one too many";
  }
  return nullptr;
}

}  // namespace model
