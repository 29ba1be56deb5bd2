#include "nvmf/target/event_watch.h"

#include <algorithm>
#include <iterator>

namespace nvmf::target {

EventWatch::EventWatch(const ControllerState& controller, const Directory& directory)
    : controller_(controller), directory_(directory) {
  if (controller_.identity().discovery()) {
    seen_ = directory_.generation();
  } else {
    seen_ = controller_.identity().subsystem->generation();
    namespaces_ = controller_.identity().subsystem->namespaces();
  }
}

void EventWatch::Look() {
  if (!controller_.identity().discovery()) return LookAtNamespaces();
  const std::uint64_t now = directory_.generation();
  if (now != seen_) pending_ = true;
  seen_ = now;
}

void EventWatch::LookAtNamespaces() {
  const Subsystem& subsystem = *controller_.identity().subsystem;
  const std::uint64_t now = subsystem.generation();
  if (now == seen_) return;
  seen_ = now;
  const auto namespaces = subsystem.namespaces();
  Namespaces differ;
  const auto by_nsid = [](const auto& a, const auto& b) {
    return a->nsid() != b->nsid() ? a->nsid() < b->nsid() : a < b;
  };
  std::ranges::set_symmetric_difference(*namespaces_, *namespaces, std::back_inserter(differ),
                                        by_nsid);
  for (const auto& ns : differ) changed_.insert(ns->nsid());
  namespaces_ = namespaces;
  if (!differ.empty()) pending_ = true;
}

std::optional<AsyncEvent> EventWatch::Due(std::uint32_t enabled) {
  const bool discovery = controller_.identity().discovery();
  const std::uint32_t bit = discovery ? kAsyncEventDiscovery : kAsyncEventNamespaceAttribute;
  if (!pending_ || told_ || (enabled & bit) == 0) return std::nullopt;
  pending_ = false;
  told_ = true;
  if (discovery) {
    return AsyncEvent{.info = AsyncEvent::kDiscoveryChange, .lid = LogPage::kDiscovery};
  }
  return AsyncEvent{.info = AsyncEvent::kNamespaceAttributeChanged,
                    .lid = LogPage::kChangedNamespaces};
}

void EventWatch::LogRead(LogPage lid, bool rae) {
  const bool discovery = controller_.identity().discovery();
  const LogPage mine = discovery ? LogPage::kDiscovery : LogPage::kChangedNamespaces;
  if (rae || lid != mine) return;
  told_ = false;
  changed_.clear();
  if (!discovery) pending_ = false;
}

NsidList EventWatch::changed() const {
  NsidList list;
  if (changed_.size() > NsidList::kMost) {
    list.nsids[0] = kNsidAll;
  } else {
    std::ranges::copy(changed_, list.nsids.begin());
  }
  return list;
}

WatchState EventWatch::Save() const {
  WatchState state{.pending = pending_, .told = told_};
  for (const std::uint32_t nsid : changed_) {
    state.changed[(nsid - 1) / 8] |= static_cast<std::uint8_t>(1 << (nsid - 1) % 8);
  }
  return state;
}

void EventWatch::Restore(const WatchState& state) {
  pending_ = state.pending != 0;
  told_ = state.told != 0;
  changed_.clear();
  for (std::uint32_t i = 0; i < Subsystem::kMaxNamespaces; ++i) {
    if ((state.changed[i / 8] >> i % 8 & 1) != 0) changed_.insert(i + 1);
  }
}

}  // namespace nvmf::target
