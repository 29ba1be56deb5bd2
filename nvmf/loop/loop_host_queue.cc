#include <algorithm>
#include <utility>

#include "nvmf/loop/loop_state.h"

namespace nvmf {
namespace {

class LoopHostQueue final : public HostQueue {
 public:
  explicit LoopHostQueue(std::shared_ptr<LoopState> state) : state_(std::move(state)) {}
  ~LoopHostQueue() override { state_->Close(); }

  Result<std::uint16_t> Submit(const Sqe& sqe, const Data& data) override;
  Result<Completion> Wait(std::uint16_t cid, Deadline deadline) override;
  Result<Completion> WaitAny(Deadline deadline) override;
  Result<> Flush(Deadline) override { return {}; }
  void SetInCapsuleBytes(std::uint32_t) override {}  // There are no capsules to fit into.
  void DisableFlowControl() override {}
  std::uint16_t entries() const override {
    return static_cast<std::uint16_t>(state_->slots.size());
  }
  std::size_t outstanding() const override {
    const std::scoped_lock lock(state_->mutex);
    return state_->outstanding;
  }
  bool full() const override {
    const std::scoped_lock lock(state_->mutex);
    return state_->free.size() <= 1;
  }
  bool failed() const override {
    const std::scoped_lock lock(state_->mutex);
    return state_->closed;
  }

 private:
  Completion Take(std::uint16_t cid);

  const std::shared_ptr<LoopState> state_;
};

Result<std::uint16_t> LoopHostQueue::Submit(const Sqe& sqe, const Data& data) {
  const std::scoped_lock lock(state_->mutex);
  if (state_->closed) return Fail(Code::kClosed, "the other end of the loop is gone");
  if (data.size() > 0xFFFFFFFF || data.size() % 4 != 0) {
    return Fail(Code::kInvalidArgument, "data must be a multiple of 4 and below 4 GiB");
  }
  if (!data.into.empty() && !data.from.empty()) {
    return Fail(Code::kInvalidArgument, "a command moves data one way");
  }
  if (state_->free.size() <= 1) return Fail(Code::kBusy, "the submission queue is full");
  const std::uint16_t index = state_->free.back();
  state_->free.pop_back();
  LoopSlot& slot = state_->slots[index];
  slot = {.state = LoopSlot::State::kOutstanding, .data = data, .sqe = sqe};
  slot.sqe.cid = index;
  slot.sqe.flags = static_cast<std::uint8_t>((sqe.flags & 0x3F) | Sqe::kPsdtSgl);
  slot.sqe.sgl1 = {.length = static_cast<std::uint32_t>(data.size()), .type = Sgl::kTransport};
  ++state_->outstanding;
  state_->events.push({.kind = Event::Kind::kCommand, .tag = index});
  state_->changed.notify_all();
  return index;
}

Result<Completion> LoopHostQueue::Wait(std::uint16_t cid, Deadline deadline) {
  std::unique_lock lock(state_->mutex);
  if (cid >= state_->slots.size() || state_->slots[cid].state == LoopSlot::State::kFree) {
    return Fail(Code::kInvalidArgument, "no such command");
  }
  const auto done = [&] { return state_->slots[cid].state == LoopSlot::State::kDone; };
  if (Result<> waited = state_->Await(lock, deadline, done); !waited) {
    return std::unexpected(waited.error());
  }
  return Take(cid);
}

Result<Completion> LoopHostQueue::WaitAny(Deadline deadline) {
  std::unique_lock lock(state_->mutex);
  if (state_->outstanding == 0 && state_->done.empty() && !state_->closed) {
    return Fail(Code::kInvalidArgument, "nothing is outstanding");
  }
  const auto any = [&] { return !state_->done.empty(); };
  if (Result<> waited = state_->Await(lock, deadline, any); !waited) {
    return std::unexpected(waited.error());
  }
  return Take(state_->done.front());
}

Completion LoopHostQueue::Take(std::uint16_t cid) {
  LoopSlot& slot = state_->slots[cid];
  Completion completion{.cqe = slot.cqe, .bytes = slot.moved};
  if (completion.status().ok() && slot.moved < slot.data.into.size()) {
    completion.cqe.set_status(StatusCode::kDataTransferError);
  }
  slot = {};
  state_->done.erase(std::ranges::find(state_->done, cid));
  state_->free.push_back(cid);
  return completion;
}

}  // namespace

std::unique_ptr<HostQueue> MakeLoopHostQueue(std::shared_ptr<LoopState> state) {
  return std::make_unique<LoopHostQueue>(std::move(state));
}

}  // namespace nvmf
