#include "nvmf/target/log_service.h"

#include <array>
#include <initializer_list>

#include "nvmf/controller/log_builder.h"
#include "nvmf/nvme/opcode.h"

namespace nvmf::target {
namespace {

using controller::CopyLogPart;
using controller::LogOffsetIsValid;

constexpr std::uint16_t kRoomTemperature = 293;  // Kelvins.

SmartLog MakeSmart() {
  return {.composite_temperature = kRoomTemperature,
          .available_spare = 100,
          .available_spare_threshold = 10};
}

FirmwareLog MakeFirmware(const ControllerState& controller) {
  FirmwareLog log{.afi = 1};
  const std::string_view firmware = controller.identity().subsystem->options().firmware;
  static_cast<void>(SetText(log.frs[0], firmware.substr(0, log.frs[0].size())));
  return log;
}

void Support(std::array<std::uint32_t, 256>& effects, std::uint32_t bits, auto opcodes) {
  for (const auto opcode : opcodes) effects[std::to_underlying(opcode)] = bits;
}

CommandEffects MakeEffects(bool discovery) {
  using enum AdminOpcode;
  using Admin = std::initializer_list<AdminOpcode>;
  using Nvm = std::initializer_list<NvmOpcode>;
  CommandEffects log;
  constexpr std::uint32_t kPlain = CommandEffects::kCsupp;
  Support(log.acs, kPlain, Admin{kGetLogPage, kIdentify, kSetFeatures, kGetFeatures});
  Support(log.acs, kPlain, Admin{kAsyncEventRequest, kKeepAlive, kFabrics});
  if (discovery) return log;
  Support(log.acs, kPlain, Admin{kAbort});
  Support(log.iocs, kPlain, Nvm{NvmOpcode::kFlush, NvmOpcode::kRead, NvmOpcode::kCompare});
  Support(log.iocs, kPlain, Nvm{NvmOpcode::kVerify, NvmOpcode::kFabrics});
  Support(log.iocs, kPlain | CommandEffects::kLbcc,
          Nvm{NvmOpcode::kWrite, NvmOpcode::kWriteZeroes, NvmOpcode::kDatasetManagement});
  return log;
}

bool Offers(LogPage lid, bool discovery) {
  switch (lid) {
    case LogPage::kSupportedLogPages:
    case LogPage::kCommandEffects:
      return true;
    case LogPage::kErrorInformation:
    case LogPage::kSmart:
    case LogPage::kFirmwareSlot:
    case LogPage::kChangedNamespaces:
      return !discovery;
    case LogPage::kDiscovery:
      return discovery;
    default:
      return false;
  }
}

SupportedLogPages MakeSupported(bool discovery) {
  SupportedLogPages log;
  for (std::size_t lid = 0; lid < log.pages.size(); ++lid) {
    if (Offers(static_cast<LogPage>(lid), discovery)) log.pages[lid] = SupportedLogPages::kLsupp;
  }
  return log;
}

// Part answers with the part of a page that was asked for.
template <WireStruct T>
Answer Part(const T& log, std::uint64_t offset, MutableBytes into) {
  if (!LogOffsetIsValid(offset, T::kSize)) return Refused(StatusCode::kInvalidField);
  CopyLogPart(Encode(log), offset, into);
  return {.data = into};
}

Answer Discovery(const ControllerState& controller, const Directory& directory,
                 std::uint64_t offset, MutableBytes into) {
  const ControllerIdentity& identity = controller.identity();
  const DiscoveryLog log = directory.LogFor(identity.hostnqn, identity.local);
  if (!LogOffsetIsValid(offset, controller::DiscoveryLogSize(log.entries.size()))) {
    return Refused(StatusCode::kInvalidField);
  }
  controller::ReadDiscoveryLog(log.genctr, log.entries, offset, into);
  return {.data = into};
}

}  // namespace

Answer AnswerGetLogPage(const GetLogPageCmd& cmd, std::uint64_t room,
                        const ControllerState& controller, const Directory& directory,
                        EventWatch& watch, MutableBytes buffer) {
  constexpr std::uint8_t kOffsetType = 0x80;
  const bool discovery = controller.identity().discovery();
  if (!Offers(cmd.lid, discovery) || (cmd.ot & kOffsetType) != 0) {
    return Refused(StatusCode::kInvalidField);
  }
  if (cmd.octets() > buffer.size()) return Refused(StatusCode::kInvalidField);
  if (cmd.octets() > room) return Refused(StatusCode::kSglDataLengthInvalid);
  const MutableBytes into = buffer.first(cmd.octets());
  Answer answer;
  switch (cmd.lid) {
    case LogPage::kSupportedLogPages:
      answer = Part(MakeSupported(discovery), cmd.lpo, into);
      break;
    case LogPage::kErrorInformation:
      answer = Part(ErrorLogEntry{}, cmd.lpo, into);
      break;
    case LogPage::kSmart:
      answer = Part(MakeSmart(), cmd.lpo, into);
      break;
    case LogPage::kFirmwareSlot:
      answer = Part(MakeFirmware(controller), cmd.lpo, into);
      break;
    case LogPage::kChangedNamespaces:
      answer = Part(watch.changed(), cmd.lpo, into);
      break;
    case LogPage::kCommandEffects:
      answer = Part(MakeEffects(discovery), cmd.lpo, into);
      break;
    case LogPage::kDiscovery:
      answer = Discovery(controller, directory, cmd.lpo, into);
      break;
    default:
      return Refused(StatusCode::kInvalidField);
  }
  if (answer.status.ok()) watch.LogRead(cmd.lid, cmd.rae());
  return answer;
}

}  // namespace nvmf::target
