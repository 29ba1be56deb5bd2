#include "nvmf/nvme/feature.h"

namespace nvmf {

const char* FeatureName(Feature feature) {
  switch (feature) {
    case Feature::kArbitration:
      return "Arbitration";
    case Feature::kPowerManagement:
      return "Power Management";
    case Feature::kTemperatureThreshold:
      return "Temperature Threshold";
    case Feature::kErrorRecovery:
      return "Error Recovery";
    case Feature::kVolatileWriteCache:
      return "Volatile Write Cache";
    case Feature::kNumberOfQueues:
      return "Number of Queues";
    case Feature::kWriteAtomicity:
      return "Write Atomicity Normal";
    case Feature::kAsyncEventConfiguration:
      return "Asynchronous Event Configuration";
    case Feature::kTimestamp:
      return "Timestamp";
    case Feature::kKeepAliveTimer:
      return "Keep Alive Timer";
    case Feature::kHostBehaviorSupport:
      return "Host Behavior Support";
    case Feature::kHostIdentifier:
      return "Host Identifier";
    case Feature::kReservationNotification:
      return "Reservation Notification Mask";
    case Feature::kReservationPersistence:
      return "Reservation Persistence";
    case Feature::kWriteProtection:
      return "Namespace Write Protection Config";
  }
  return "unknown";
}

}  // namespace nvmf
