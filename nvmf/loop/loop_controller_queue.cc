#include <cstring>
#include <utility>

#include "nvmf/loop/loop_state.h"

namespace nvmf {
namespace {

class LoopControllerQueue final : public ControllerQueue {
 public:
  explicit LoopControllerQueue(std::shared_ptr<LoopState> state) : state_(std::move(state)) {}
  ~LoopControllerQueue() override { state_->Close(); }

  Result<Event> Next(Deadline deadline) override;
  bool ready() const override {
    const std::scoped_lock lock(state_->mutex);
    return !state_->events.empty();
  }
  // A command in the controller's hands does not change under it.
  const Sqe& sqe(Tag tag) const override { return state_->slots[tag].sqe; }
  ByteView in_capsule(Tag) const override { return {}; }
  Result<> RequestData(Tag tag, std::uint32_t offset, MutableBytes into) override;
  Result<> SendData(Tag tag, ByteView data, const Cqe& cqe) override;
  Result<> Flush(Deadline) override { return {}; }
  void SetQueue(std::uint16_t, bool flow_control, std::uint32_t) override {
    const std::scoped_lock lock(state_->mutex);
    state_->flow_control = flow_control;
  }
  void Interrupt() override { state_->Close(); }
  std::size_t outstanding() const override {
    const std::scoped_lock lock(state_->mutex);
    return state_->outstanding;
  }

 private:
  const std::shared_ptr<LoopState> state_;
};

Result<Event> LoopControllerQueue::Next(Deadline deadline) {
  std::unique_lock lock(state_->mutex);
  const auto any = [&] { return !state_->events.empty(); };
  if (Result<> waited = state_->Await(lock, deadline, any); !waited) {
    return std::unexpected(waited.error());
  }
  const Event event = state_->events.pop();
  if (event.kind == Event::Kind::kCommand) {
    state_->consumed = static_cast<std::uint16_t>((state_->consumed + 1U) % state_->slots.size());
  }
  return event;
}

Result<> LoopControllerQueue::RequestData(Tag tag, std::uint32_t offset, MutableBytes into) {
  const std::scoped_lock lock(state_->mutex);
  LoopSlot& slot = state_->slots[tag];
  if (slot.state != LoopSlot::State::kOutstanding || offset != slot.fetched || into.empty() ||
      into.size() % 4 != 0 || !Contains(0, slot.data.from.size(), offset, into.size())) {
    return Fail(Code::kInvalidArgument, "not the next part of a command's data");
  }
  std::memcpy(into.data(), slot.data.from.data() + offset, into.size());
  slot.fetched += static_cast<std::uint32_t>(into.size());
  state_->events.push({.kind = Event::Kind::kData, .tag = tag});
  return {};
}

Result<> LoopControllerQueue::SendData(Tag tag, ByteView data, const Cqe& cqe) {
  const std::scoped_lock lock(state_->mutex);
  LoopSlot& slot = state_->slots[tag];
  if (slot.state != LoopSlot::State::kOutstanding || data.size() > slot.data.into.size() ||
      data.size() % 4 != 0) {
    return Fail(Code::kInvalidArgument, "more data than the command has room for");
  }
  if (!data.empty()) std::memcpy(slot.data.into.data(), data.data(), data.size());
  slot.moved = data.empty() ? slot.fetched : static_cast<std::uint32_t>(data.size());
  slot.cqe = cqe;
  slot.cqe.cid = tag;
  if (state_->flow_control) slot.cqe.sqhd = state_->consumed;
  slot.state = LoopSlot::State::kDone;
  --state_->outstanding;
  state_->done.push_back(tag);
  state_->changed.notify_all();
  return {};
}

}  // namespace

std::unique_ptr<ControllerQueue> MakeLoopControllerQueue(std::shared_ptr<LoopState> state) {
  return std::make_unique<LoopControllerQueue>(std::move(state));
}

}  // namespace nvmf
