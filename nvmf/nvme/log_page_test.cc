#include "nvmf/nvme/log_page.h"

#include <gtest/gtest.h>

#include "nvmf/nvme/golden.h"

namespace nvmf {
namespace {

constexpr Golden<ErrorLogEntry> kGoldenError[] = {
    {"every field",
     {.error_count = 0x0102030405060708,
      .sqid = 0x090A,
      .cid = 0x0B0C,
      .status_field = 0x8304,
      .parameter = 0x0D0E,
      .lba = 0x1112131415161718,
      .nsid = 0x191A1B1C,
      .vendor_log = 0xC0,
      .trtype = 3,
      .csi = 1,
      .opc = 0x7F,
      .command_specific = 0x2122232425262728,
      .transport_specific = 0x292A,
      .version = 1},
     "0807060504030201 0A09 0C0B 0483 0E0D 1817161514131211 1C1B1A19 C0 03 01 7F"
     "2827262524232221 2A29 @63 01"},
};

constexpr Golden<SmartLog> kGoldenSmart[] = {
    {"every field",
     {.critical_warning = 0x1F,
      .composite_temperature = 0x0136,
      .available_spare = 100,
      .available_spare_threshold = 10,
      .percentage_used = 3,
      .endurance_group_warning = 4,
      .data_units_read = {.low = 0x0102030405060708, .high = 0x1112131415161718},
      .data_units_written = {.low = 1},
      .host_read_commands = {.low = 2},
      .host_write_commands = {.low = 3},
      .controller_busy_time = {.low = 4},
      .power_cycles = {.low = 5},
      .power_on_hours = {.low = 6},
      .unsafe_shutdowns = {.low = 7},
      .media_errors = {.low = 8},
      .error_log_entries = {.low = 9},
      .warning_temperature_time = 10,
      .critical_temperature_time = 11,
      .temperature_sensors = {0x0137, 0, 0, 0, 0, 0, 0, 0x0138}},
     "1F 3601 64 0A 03 04 @32 0807060504030201 1817161514131211 01 @64 02 @80 03 @96 04 @112 05"
     "@128 06 @144 07 @160 08 @176 09 @192 0A000000 0B000000 3701 @214 3801"},
};

TEST(ErrorLogEntry, OctetsReadBothWays) { ExpectBothWays<ErrorLogEntry>(kGoldenError); }
TEST(SmartLog, OctetsReadBothWays) { ExpectBothWays<SmartLog>(kGoldenSmart); }

TEST(ErrorLogEntry, StatusIsThatOfTheCompletion) {
  EXPECT_EQ(kGoldenError[0].value.status(), Status(StatusCode::kConnectInvalidParameters, true));
}

TEST(FirmwareLog, OctetsReadBothWays) {
  FirmwareLog log{.afi = 0x21};
  log.frs[0] = {'1', '.', '0', ' ', ' ', ' ', ' ', ' '};
  log.frs[6] = {'7', '\0', '\0', '\0', '\0', '\0', '\0', '!'};
  const Golden<FirmwareLog> golden[] = {
      {"slots 1 and 7", log, "21 @8 312E3020 20202020 @56 37 @63 21"}};
  ExpectBothWays<FirmwareLog>(golden);
}

TEST(CommandEffects, OctetsReadBothWays) {
  CommandEffects log;
  log.acs[0x06] = CommandEffects::kCsupp;
  log.acs[0xFF] = 0x01020304;
  log.iocs[0x01] = CommandEffects::kCsupp | CommandEffects::kLbcc;
  log.iocs[0xFF] = 0x05060708;
  const Golden<CommandEffects> golden[] = {
      {"four commands", log, "@24 01 @1020 04030201 @1028 03 @2044 08070605"}};
  ExpectBothWays<CommandEffects>(golden);
}

TEST(SupportedLogPages, OctetsReadBothWays) {
  SupportedLogPages log;
  log.pages[0x70] = SupportedLogPages::kLsupp;
  const Golden<SupportedLogPages> golden[] = {{"discovery", log, "@448 01"}};
  ExpectBothWays<SupportedLogPages>(golden);
}

TEST(LogPage, NamesAreTheSpecifications) {
  EXPECT_STREQ(LogPageName(static_cast<LogPage>(0x01)), "Error Information");
  EXPECT_STREQ(LogPageName(static_cast<LogPage>(0x04)), "Changed Attached Namespace List");
  EXPECT_STREQ(LogPageName(static_cast<LogPage>(0x70)), "Discovery");
  EXPECT_STREQ(LogPageName(static_cast<LogPage>(0xFF)), "unknown");
}

}  // namespace
}  // namespace nvmf
