// Features is what Set Features and Get Features of one controller deal with, but for the Keep
// Alive Timer, which its admin queue runs.
//
// Shapes    see kinds in features.cc; a discovery controller has Asynchronous Event Configuration
//           alone. Nothing is saved, and nothing but current values is told.
// Threads   one at a time.
// Source    NVM Express Base, "Feature Identifiers".
#ifndef NVMF_TARGET_FEATURES_H_
#define NVMF_TARGET_FEATURES_H_

#include <array>
#include <cstdint>

#include "nvmf/nvme/admin.h"
#include "nvmf/target/answer.h"
#include "nvmf/target/controller_state.h"

namespace nvmf::target {

// FeatureValues is what a host has set, current values only.
struct FeatureValues {
  static constexpr std::size_t kSize = 544;
  std::uint32_t arbitration = 0;
  std::uint32_t power = 0;
  std::array<std::uint32_t, 2> temperature{};  // Over and under the threshold, kelvins.
  std::uint32_t error_recovery = 0;
  std::uint32_t write_cache = 1;
  std::uint32_t async_events = 0;
  HostBehavior host_behavior{};
  static constexpr void Fields(auto& values, auto&& at) {
    at(0, "arbitration", values.arbitration), at(4, "power", values.power);
    at(8, "temperature", values.temperature), at(16, "error_recovery", values.error_recovery);
    at(20, "write_cache", values.write_cache), at(24, "async_events", values.async_events);
    at(32, "host_behavior", values.host_behavior);
  }
  bool operator==(const FeatureValues&) const = default;
};
static_assert(LayoutIsSound<FeatureValues>());

class Features {
 public:
  // `most_io_queues`: what Number of Queues may grant. `caches`: a volatile write cache exists.
  Features(ControllerState& controller, std::uint16_t most_io_queues, bool caches);

  // DataFromHost returns the octets of data that a Set Features of `fid` brings.
  static std::uint32_t DataFromHost(Feature fid);

  // Set takes DataFromHost octets of `data`. Get may put its data into `page`.
  Answer Set(const FeaturesCmd& cmd, ByteView data);
  Answer Get(const FeaturesCmd& cmd, std::span<std::byte, 4096> page) const;

  // Reset makes everything as it was at first.
  void Reset();

  std::uint32_t async_events() const { return values_.async_events; }
  const FeatureValues& values() const { return values_; }
  // Restore goes on with the values that another owner left.
  void Restore(const FeatureValues& values);

 private:
  // Word returns the value of a feature that is a plain dword; nullptr for others.
  auto Word(auto& values, Feature fid) const -> decltype(&values.arbitration);
  Answer SetNumberOfQueues(std::uint32_t cdw11);
  Answer SetTemperature(std::uint32_t cdw11);

  ControllerState& controller_;
  const std::uint16_t most_io_queues_;
  const bool caches_;
  FeatureValues values_{};
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_FEATURES_H_
