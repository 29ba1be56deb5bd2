#include "nvmf/nvme/log_page.h"

namespace nvmf {

const char* LogPageName(LogPage lid) {
  switch (lid) {
    case LogPage::kSupportedLogPages:
      return "Supported Log Pages";
    case LogPage::kErrorInformation:
      return "Error Information";
    case LogPage::kSmart:
      return "SMART / Health Information";
    case LogPage::kFirmwareSlot:
      return "Firmware Slot Information";
    case LogPage::kChangedNamespaces:
      return "Changed Attached Namespace List";
    case LogPage::kCommandEffects:
      return "Commands Supported and Effects";
    case LogPage::kDeviceSelfTest:
      return "Device Self-test";
    case LogPage::kTelemetryHost:
      return "Telemetry Host-Initiated";
    case LogPage::kTelemetryController:
      return "Telemetry Controller-Initiated";
    case LogPage::kAna:
      return "Asymmetric Namespace Access";
    case LogPage::kDiscovery:
      return "Discovery";
    case LogPage::kReservationNotification:
      return "Reservation Notification";
  }
  return "unknown";
}

}  // namespace nvmf
