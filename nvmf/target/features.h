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

 private:
  struct Values {
    std::uint32_t arbitration = 0;
    std::uint32_t power = 0;
    std::array<std::uint32_t, 2> temperature{};  // Over and under the threshold, kelvins.
    std::uint32_t error_recovery = 0;
    std::uint32_t write_cache = 1;
    std::uint32_t async_events = 0;
    HostBehavior host_behavior{};
  };

  // Word returns the value of a feature that is a plain dword; nullptr for others.
  auto Word(auto& values, Feature fid) const -> decltype(&values.arbitration);
  Answer SetNumberOfQueues(std::uint32_t cdw11);
  Answer SetTemperature(std::uint32_t cdw11);

  ControllerState& controller_;
  const std::uint16_t most_io_queues_;
  const bool caches_;
  Values values_{};
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_FEATURES_H_
