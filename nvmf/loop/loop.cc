#include "nvmf/loop/loop.h"

#include <algorithm>

#include "nvmf/loop/loop_state.h"

namespace nvmf {

LoopState::LoopState(std::uint16_t entries) : slots(entries), events(2U * entries) {
  free.reserve(entries);
  done.reserve(entries);
  for (std::size_t i = entries; i-- > 0;) free.push_back(static_cast<std::uint16_t>(i));
}

void LoopState::Close() {
  const std::scoped_lock lock(mutex);
  closed = true;
  changed.notify_all();
}

LoopEnds MakeLoop(std::uint16_t entries) {
  auto state = std::make_shared<LoopState>(std::max<std::uint16_t>(entries, 2));
  return {.host = MakeLoopHostQueue(state), .controller = MakeLoopControllerQueue(state)};
}

}  // namespace nvmf
