#include "fuzz/model/nvm_model.h"

#include <algorithm>
#include <cstring>

namespace model {
namespace {

constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;

// The words of a block: each tells the seed, the namespace, the address and its own place.
std::uint64_t FirstWord(std::uint8_t seed, std::uint32_t nsid, std::uint64_t lba) {
  return (seed * kOdd) ^ (lba * 0xC2B2AE3D27D4EB4FU) ^ (nsid * 0x165667B19E3779F9U);
}

void FillBlock(std::uint8_t seed, std::uint32_t nsid, std::uint64_t lba,
               std::span<std::uint8_t> out) {
  std::uint64_t word = FirstWord(seed, nsid, lba);
  for (std::size_t at = 0; at < out.size(); at += 4, word += kOdd) {
    const std::uint32_t part = seed == 0 ? 0 : static_cast<std::uint32_t>(word >> 16);
    std::memcpy(out.data() + at, &part, std::min<std::size_t>(4, out.size() - at));
  }
}

bool IsBlock(std::uint8_t seed, std::uint32_t nsid, std::uint64_t lba, Octets block) {
  std::uint64_t word = FirstWord(seed, nsid, lba);
  for (std::size_t at = 0; at < block.size(); at += 4, word += kOdd) {
    std::uint32_t part;
    std::memcpy(&part, block.data() + at, 4);
    if (part != (seed == 0 ? 0 : static_cast<std::uint32_t>(word >> 16))) return false;
  }
  return true;
}

bool InRange(std::uint64_t first, std::uint64_t count, std::uint64_t size) {
  return first <= size && count <= size - first;
}

// A range of a Dataset Management, as Fill makes it: few blocks, around the end of small
// namespaces.
std::uint64_t RangeFirst(std::uint8_t seed, std::uint32_t i) { return (seed + i * 5U) % 64; }
std::uint32_t RangeCount(std::uint8_t seed, std::uint32_t i) { return (seed / 64U + i) % 6; }

}  // namespace

const NvmModel::Namespace* NvmModel::Find(std::uint32_t nsid) const {
  return nsid < namespaces.size() && namespaces[nsid].present ? &namespaces[nsid] : nullptr;
}

std::uint32_t NvmModel::BlockOf(const NvmCommand& command) const {
  return command.nsid() < namespaces.size() ? namespaces[command.nsid()].block : 512;
}

void NvmModel::Fill(const NvmCommand& command, std::span<std::uint8_t> out) const {
  if (command.opc() == kDatasetManagement) {
    for (std::uint32_t i = 0; i < out.size() / 16; ++i) {
      const std::uint32_t range[4] = {0, RangeCount(command.seed, i),
                                      static_cast<std::uint32_t>(RangeFirst(command.seed, i)), 0};
      std::memcpy(out.data() + i * 16, range, sizeof range);
    }
    return;
  }
  const std::uint32_t block = BlockOf(command);
  std::uint64_t lba = command.slba();
  for (std::size_t at = 0; at < out.size(); at += block, ++lba) {
    const auto part = out.subspan(at, std::min<std::size_t>(block, out.size() - at));
    FillBlock(command.seed, command.nsid(), lba, part);
  }
}

void NvmModel::Submitted(NvmCommand& command) {
  command.begun = ++now_;
  command.epoch = epoch_;
  const bool writes = command.opc() == kWrite || command.opc() == kWriteZeroes;
  if (!writes) return;
  versions_.push_back({.nsid = command.nsid(),
                       .first = command.slba(),
                       .count = command.blocks(),
                       .seed = command.opc() == kWrite ? command.seed : std::uint8_t{0},
                       .begun = now_});
  command.version = versions_.size();
}

void NvmModel::JudgeRanges(const NvmCommand& command, const Namespace& ns, Statuses& faults) const {
  for (std::uint32_t i = 0; i < command.ranges() && i < command.room / 16; ++i) {
    if (!InRange(RangeFirst(command.seed, i), RangeCount(command.seed, i), ns.blocks)) {
      faults.Add(kOutOfRange);
    }
  }
}

// Of fabrics commands an I/O queue knows how to end.
Statuses NvmModel::FabricsFaults(const NvmCommand& command) {
  Statuses faults;
  switch (command.sqe[4]) {
    case 0x00:  // Property Set, Property Get.
    case 0x04:
      faults.Add(kInvalidField);
      break;
    case 0x01:  // Connect.
      faults.Add(kSequenceError);
      break;
    case 0x08:
      if (!command.disconnects()) faults.Add(kIncompatibleFormat);
      break;
    default:
      faults.Add(kInvalidOpcode);
  }
  return faults;
}

// All that is wrong with a command; which of it is told is the controller's choice.
Statuses NvmModel::Faults(const NvmCommand& command) const {
  Statuses faults;
  const std::uint8_t opc = command.opc();
  if (opc == kFabrics) return FabricsFaults(command);
  const bool blocks =
      opc == kWrite || opc == kRead || opc == kCompare || opc == kWriteZeroes || opc == kVerify;
  if (!blocks && opc != kFlush && opc != kDatasetManagement) {
    faults.Add(kInvalidOpcode);
    return faults;
  }
  if (opc == kFlush && command.nsid() == 0xFFFFFFFF) return faults;
  const Namespace* ns = Find(command.nsid());
  if (ns == nullptr) {
    faults.Add(command.nsid() == 0 || command.nsid() > kNn ? kInvalidNamespace : kInvalidField);
    return faults;
  }
  std::uint64_t octets = 0;
  if (opc == kRead || opc == kWrite || opc == kCompare) {
    octets = std::uint64_t{command.blocks()} * ns->block;
  }
  if (opc == kDatasetManagement) octets = command.ranges() * 16U;
  if (octets > command.room) faults.Add(kDataLengthInvalid);
  if (octets > kMostTransfer) faults.Add(kInvalidField);
  if (blocks && !InRange(command.slba(), command.blocks(), ns->blocks)) faults.Add(kOutOfRange);
  const bool changes =
      opc == kWrite || opc == kWriteZeroes || (opc == kDatasetManagement && command.deallocates());
  if (changes && ns->is_protected) faults.Add(kWriteProtected);
  if (opc == kDatasetManagement) JudgeRanges(command, *ns, faults);
  return faults;
}

const char* NvmModel::Completed(NvmCommand& command, std::uint16_t status, Octets data) {
  ++now_;
  // A namespace changed on the way, or fused halves that depend on each other: any status may be.
  const bool loose = command.open || command.epoch != epoch_ || command.fused() || !trusted_;
  const Statuses faults = Faults(command);
  if (status == kSuccess) {
    if (command.apart) return "fused halves of different blocks";
    if (!loose && !faults.empty()) return "success of a command that is wrong";
    return Succeeded(command, data);
  }
  if (command.version != 0) versions_[command.version - 1].failed = true;
  if (!data.empty()) return "data with a command that failed";
  if (loose || faults.Has(status)) return nullptr;
  if (status == kCompareFailure && command.opc() == kCompare && faults.empty()) {
    return SomeMayDiffer(command) ? nullptr : "a compare failed of blocks that are equal";
  }
  return faults.empty() ? "a good command failed" : "a status that does not fit the command";
}

const char* NvmModel::Succeeded(NvmCommand& command, Octets data) {
  if (command.version != 0) versions_[command.version - 1].ended = now_;
  switch (command.opc()) {
    case kRead:
      return CheckRead(command, data);
    case kCompare:
      return AllMayEqual(command) ? nullptr : "a compare succeeded of blocks that differ";
    case kDatasetManagement:
      if (!command.deallocates()) return nullptr;
      for (std::uint32_t i = 0; i < command.ranges(); ++i) {
        versions_.push_back({.nsid = command.nsid(),
                             .first = RangeFirst(command.seed, i),
                             .count = RangeCount(command.seed, i),
                             .replaces = false,
                             .begun = command.begun,
                             .ended = now_});
      }
      return nullptr;
    default:
      return data.empty() ? nullptr : "data with a command that has none";
  }
}

bool NvmModel::EachVersion(const NvmCommand& command, std::uint64_t lba, auto&& visit) const {
  const auto over = [&](const Version& old) {  // Replaced as a whole before the command began.
    for (const Version& later : versions_) {
      if (later.replaces && later.Holds(command.nsid(), lba) && later.begun > old.ended &&
          later.ended < command.begun) {
        return true;
      }
    }
    return false;
  };
  const Version first{.ended = 0};
  if (!over(first) && visit(std::uint8_t{0})) return true;
  for (const Version& version : versions_) {
    if (version.Holds(command.nsid(), lba) && !over(version) && visit(version.seed)) return true;
  }
  return false;
}

const char* NvmModel::CheckRead(const NvmCommand& command, Octets data) const {
  const std::uint32_t block = BlockOf(command);
  if (data.size() != std::uint64_t{command.blocks()} * block) return "a read of another length";
  if (!trusted_) return nullptr;
  for (std::size_t i = 0; i < data.size() / block; ++i) {
    const Octets here = data.subspan(i * block, block);
    const std::uint64_t lba = command.slba() + i;
    const bool known = EachVersion(
        command, lba, [&](std::uint8_t seed) { return IsBlock(seed, command.nsid(), lba, here); });
    if (!known) return "a read brought what was never written there";
  }
  return nullptr;
}

bool NvmModel::AllMayEqual(const NvmCommand& command) const {
  for (std::uint32_t i = 0; trusted_ && i < command.blocks(); ++i) {
    const auto equal = [&](std::uint8_t seed) { return seed == command.seed; };
    if (!EachVersion(command, command.slba() + i, equal)) return false;
  }
  return true;
}

bool NvmModel::SomeMayDiffer(const NvmCommand& command) const {
  for (std::uint32_t i = 0; i < command.blocks(); ++i) {
    const auto differs = [&](std::uint8_t seed) { return seed != command.seed; };
    if (EachVersion(command, command.slba() + i, differs)) return true;
  }
  return false;
}

}  // namespace model
