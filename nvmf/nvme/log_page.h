// Log pages: their identifiers, and the layout of those a controller over fabrics serves.
//
//   const auto smart = Decode<SmartLog>(page);            // 512 octets
//   smart.composite_temperature;                          // kelvins
//   const auto error = Decode<ErrorLogEntry>(page.first<64>());
//
// Shapes    ErrorLogEntry 64 each, SmartLog 512, FirmwareLog 512, ChangedNamespaces 4096,
//           CommandEffects 4096, SupportedLogPages 1024 octets. The discovery log: discovery.h.
// Units     as on the wire; each field names its own.
// Errors    none.
// Threads   values.
// Source    NVM Express Base, "Get Log Page command" and the page named at each struct.
#ifndef NVMF_NVME_LOG_PAGE_H_
#define NVMF_NVME_LOG_PAGE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "nvmf/base/fields.h"
#include "nvmf/nvme/namespace_list.h"
#include "nvmf/nvme/status.h"

namespace nvmf {

// LogPage is LID, the log page identifier.
enum class LogPage : std::uint8_t {
  kSupportedLogPages = 0x00,
  kErrorInformation = 0x01,
  kSmart = 0x02,
  kFirmwareSlot = 0x03,
  kChangedNamespaces = 0x04,
  kCommandEffects = 0x05,
  kDeviceSelfTest = 0x06,
  kTelemetryHost = 0x07,
  kTelemetryController = 0x08,
  kAna = 0x0C,
  kDiscovery = 0x70,
  kReservationNotification = 0x80,
};

// LogPageName returns the specification's name, "unknown" for other values.
const char* LogPageName(LogPage lid);

// ErrorLogEntry: the newest comes first; an ERROR_COUNT of 0 marks an unused one.
// (NVM Express Base, "Error Information")
struct ErrorLogEntry {
  static constexpr std::size_t kSize = 64;
  std::uint64_t error_count = 0;   // Number of this error in the controller's life.
  std::uint16_t sqid = 0;          // FFFFh: not of a command.
  std::uint16_t cid = 0;           // FFFFh: not of a command.
  std::uint16_t status_field = 0;  // As in the completion.
  std::uint16_t parameter = 0;     // Parameter Error Location: octet 7:0, bit 10:8; FFFFh: none.
  std::uint64_t lba = 0;
  std::uint32_t nsid = 0;
  std::uint8_t vendor_log = 0;  // LID of a vendor's page that says more; 0: none.
  std::uint8_t trtype = 0;      // Transport Type.
  std::uint8_t csi = 0;         // Command Set Identifier.
  std::uint8_t opc = 0;         // Opcode of the command.
  std::uint64_t command_specific = 0;
  std::uint16_t transport_specific = 0;
  std::uint8_t version = 0;  // Log Page Version: 1 when csi and opc are given.
  static constexpr void Fields(auto& entry, auto&& at) {
    at(0, "error_count", entry.error_count), at(8, "sqid", entry.sqid), at(10, "cid", entry.cid);
    at(12, "status", entry.status_field), at(14, "parameter", entry.parameter);
    at(16, "lba", entry.lba), at(24, "nsid", entry.nsid), at(28, "vendor_log", entry.vendor_log);
    at(29, "trtype", entry.trtype), at(30, "csi", entry.csi), at(31, "opc", entry.opc);
    at(32, "command_specific", entry.command_specific);
    at(40, "transport_specific", entry.transport_specific), at(63, "version", entry.version);
  }
  constexpr Status status() const { return Status::FromWire(status_field); }
  bool operator==(const ErrorLogEntry&) const = default;
};

// Counter128 is a 128-bit count.
struct Counter128 {
  static constexpr std::size_t kSize = 16;
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  static constexpr void Fields(auto& counter, auto&& at) {
    at(0, "low", counter.low), at(8, "high", counter.high);
  }
  bool operator==(const Counter128&) const = default;
};

// SmartLog. (NVM Express Base, "SMART / Health Information")
struct SmartLog {
  static constexpr std::size_t kSize = 512;
  std::uint8_t critical_warning = 0;
  std::uint16_t composite_temperature = 0;  // Kelvins. It stands unaligned at 1.
  std::uint8_t available_spare = 0;         // Percent.
  std::uint8_t available_spare_threshold = 0;
  std::uint8_t percentage_used = 0;
  std::uint8_t endurance_group_warning = 0;
  Counter128 data_units_read{};  // 512,000 octets each, rounded up.
  Counter128 data_units_written{};
  Counter128 host_read_commands{};
  Counter128 host_write_commands{};
  Counter128 controller_busy_time{};  // Minutes.
  Counter128 power_cycles{};
  Counter128 power_on_hours{};
  Counter128 unsafe_shutdowns{};
  Counter128 media_errors{};
  Counter128 error_log_entries{};
  std::uint32_t warning_temperature_time = 0;          // Minutes.
  std::uint32_t critical_temperature_time = 0;         // Minutes.
  std::array<std::uint16_t, 8> temperature_sensors{};  // Kelvins; 0: no sensor.
  static constexpr void Fields(auto& smart, auto&& at) {
    at(0, "critical_warning", smart.critical_warning);
    at(1, "composite_temperature", smart.composite_temperature);
    at(3, "available_spare", smart.available_spare);
    at(4, "available_spare_threshold", smart.available_spare_threshold);
    at(5, "percentage_used", smart.percentage_used);
    at(6, "endurance_group_warning", smart.endurance_group_warning);
    at(32, "data_units_read", smart.data_units_read);
    at(48, "data_units_written", smart.data_units_written);
    at(64, "host_read_commands", smart.host_read_commands);
    at(80, "host_write_commands", smart.host_write_commands);
    at(96, "controller_busy_time", smart.controller_busy_time);
    at(112, "power_cycles", smart.power_cycles);
    at(128, "power_on_hours", smart.power_on_hours);
    at(144, "unsafe_shutdowns", smart.unsafe_shutdowns);
    at(160, "media_errors", smart.media_errors);
    at(176, "error_log_entries", smart.error_log_entries);
    at(192, "warning_temperature_time", smart.warning_temperature_time);
    at(196, "critical_temperature_time", smart.critical_temperature_time);
    at(200, "temperature_sensors", smart.temperature_sensors);
  }
  bool operator==(const SmartLog&) const = default;
};

// FirmwareLog. (NVM Express Base, "Firmware Slot Information")
struct FirmwareLog {
  static constexpr std::size_t kSize = 512;
  std::uint8_t afi = 0;  // Active Firmware Info: slot in use 2:0, slot of the next reset 6:4.
  std::array<std::array<char, 8>, 7> frs{};  // Firmware revision of slots 1..7.
  static constexpr void Fields(auto& log, auto&& at) {
    at(0, "afi", log.afi), at(8, "frs", log.frs);
  }
  bool operator==(const FirmwareLog&) const = default;
};

// ChangedNamespaces lists NSIDs; kNsidAll alone says that more than 1024 changed.
// (NVM Express Base, "Changed Attached Namespace List")
using ChangedNamespaces = NsidList;

// CommandEffects says which commands exist and what they do. (NVM Express Base, "Commands Supported
// and Effects")
struct CommandEffects {
  static constexpr std::size_t kSize = 4096;
  static constexpr std::uint32_t kCsupp = 1u << 0;  // Command supported.
  static constexpr std::uint32_t kLbcc = 1u << 1;   // Logical block content change.
  static constexpr std::uint32_t kNcc = 1u << 2;    // Namespace capability change.
  static constexpr std::uint32_t kNic = 1u << 3;    // Namespace inventory change.
  static constexpr std::uint32_t kCcc = 1u << 4;    // Controller capability change.
  std::array<std::uint32_t, 256> acs{};             // Admin commands, by opcode.
  std::array<std::uint32_t, 256> iocs{};            // I/O commands, by opcode.
  static constexpr void Fields(auto& log, auto&& at) {
    at(0, "acs", log.acs), at(1024, "iocs", log.iocs);
  }
  bool operator==(const CommandEffects&) const = default;
};

// SupportedLogPages says which pages exist. (NVM Express Base, "Supported Log Pages")
struct SupportedLogPages {
  static constexpr std::size_t kSize = 1024;
  static constexpr std::uint32_t kLsupp = 1u << 0;  // Log page supported.
  std::array<std::uint32_t, 256> pages{};           // By LID.
  static constexpr void Fields(auto& log, auto&& at) { at(0, "pages", log.pages); }
  bool operator==(const SupportedLogPages&) const = default;
};

static_assert(LayoutIsSound<ErrorLogEntry>() && LayoutIsSound<SmartLog>());
static_assert(LayoutIsSound<FirmwareLog>() && LayoutIsSound<CommandEffects>());
static_assert(LayoutIsSound<SupportedLogPages>());

}  // namespace nvmf

#endif  // NVMF_NVME_LOG_PAGE_H_
