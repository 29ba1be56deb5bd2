// EventWatch notices what a host may want to hear of by an asynchronous event: namespaces that came
// or went, and changes of the discovery log.
//
//   watch.Look();
//   if (std::optional<AsyncEvent> event = watch.Due(enabled)) ...   // tell it; once
//   watch.NamespacesRead(rae);                                      // its log was read: tell anew
//
// Shapes    one kind of event for a controller: namespaces, or the discovery log.
// Threads   one at a time.
// Source    NVM Express Base, "Asynchronous Event Request command", "Changed Attached Namespace
//           List".
#ifndef NVMF_TARGET_EVENT_WATCH_H_
#define NVMF_TARGET_EVENT_WATCH_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>

#include "nvmf/nvme/admin.h"
#include "nvmf/target/controller_state.h"
#include "nvmf/target/directory.h"

namespace nvmf::target {

// WatchState is what a watch has noticed and told.
struct WatchState {
  static constexpr std::size_t kSize = 132;
  std::uint8_t pending = 0;
  std::uint8_t told = 0;
  std::array<std::uint8_t, Subsystem::kMaxNamespaces / 8> changed{};  // Bit 0 is NSID 1.
  static constexpr void Fields(auto& state, auto&& at) {
    at(0, "pending", state.pending), at(1, "told", state.told), at(4, "changed", state.changed);
  }
  bool operator==(const WatchState&) const = default;
};
static_assert(LayoutIsSound<WatchState>());

class EventWatch {
 public:
  EventWatch(const ControllerState& controller, const Directory& directory);

  // Look notices what has changed since it last looked.
  void Look();
  // Due returns an event of those enabled (Asynchronous Event Configuration) that was not told.
  std::optional<AsyncEvent> Due(std::uint32_t enabled);

  // LogRead says that the host has read the page that an event told of. With `rae` the event stays
  // told; otherwise the next change is told again.
  void LogRead(LogPage lid, bool rae);
  // changed returns the NSIDs that came or went since the log was last read.
  NsidList changed() const;

  // Save tells it for another owner, who goes on as if it had looked when this one did last: at the
  // state of affairs that seen() names.
  WatchState Save() const;
  void Restore(const WatchState& state);
  std::uint64_t seen() const { return seen_; }

 private:
  void LookAtNamespaces();

  const ControllerState& controller_;
  const Directory& directory_;
  std::uint64_t seen_ = 0;                          // Generation.
  std::shared_ptr<const Namespaces> namespaces_{};  // As last seen.
  std::set<std::uint32_t> changed_{};
  bool pending_ = false;
  bool told_ = false;
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_EVENT_WATCH_H_
