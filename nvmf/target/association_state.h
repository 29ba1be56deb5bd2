// AssociationState is what an admin queue tells of its association, for another owner to go on.
//
// Units     milliseconds; kNotRunning for a timer that does not run.
// Threads   values.
#ifndef NVMF_TARGET_ASSOCIATION_STATE_H_
#define NVMF_TARGET_ASSOCIATION_STATE_H_

#include <array>
#include <cstdint>
#include <limits>

#include "nvmf/base/fields.h"
#include "nvmf/target/event_watch.h"
#include "nvmf/target/features.h"
#include "nvmf/target/port_field.h"

namespace nvmf::target {

struct AssociationState {
  static constexpr std::size_t kSize =
      24 + PortField::kSize + FeatureValues::kSize + WatchState::kSize;
  static constexpr std::uint32_t kNotRunning = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t cc = 0;
  std::uint32_t csts = 0;
  std::uint16_t granted = 0;                    // I/O queues.
  std::uint8_t traffic = 0;                     // Since Keep Alive was last asked about.
  std::uint32_t keep_alive_left = kNotRunning;  // Until the association is over.
  std::uint32_t idle_left = kNotRunning;
  PortField local{};
  FeatureValues features{};
  WatchState watch{};
  static constexpr void Fields(auto& state, auto&& at) {
    at(0, "cc", state.cc), at(4, "csts", state.csts), at(8, "granted", state.granted);
    at(10, "traffic", state.traffic), at(12, "keep_alive_left", state.keep_alive_left);
    at(16, "idle_left", state.idle_left), at(24, "local", state.local);
    at(24 + PortField::kSize, "features", state.features);
    at(24 + PortField::kSize + FeatureValues::kSize, "watch", state.watch);
  }
  bool operator==(const AssociationState&) const = default;
};
static_assert(LayoutIsSound<AssociationState>());

}  // namespace nvmf::target

#endif  // NVMF_TARGET_ASSOCIATION_STATE_H_
