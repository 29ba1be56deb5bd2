// What the two ends of a loop share. Internal to the loop transport.
#ifndef NVMF_LOOP_LOOP_STATE_H_
#define NVMF_LOOP_LOOP_STATE_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "nvmf/base/data.h"
#include "nvmf/base/event.h"
#include "nvmf/base/result.h"
#include "nvmf/base/ring.h"
#include "nvmf/nvme/sqe.h"
#include "nvmf/stream/deadline.h"
#include "nvmf/transport/controller_queue.h"
#include "nvmf/transport/host_queue.h"

namespace nvmf {

struct LoopSlot {
  enum class State : std::uint8_t { kFree, kOutstanding, kDone };
  State state = State::kFree;
  std::uint32_t fetched = 0;  // End of the data that the controller has asked for.
  std::uint32_t moved = 0;
  Data data{};
  Sqe sqe{};
  Cqe cqe{};
};

// All of it is guarded by `mutex`. CIDs and tags are indices of `slots`.
struct LoopState {
  explicit LoopState(std::uint16_t entries);

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<LoopSlot> slots;
  std::vector<std::uint16_t> free;
  std::vector<std::uint16_t> done;  // Completed and not yet taken, oldest first.
  Ring<Event> events;
  std::size_t outstanding = 0;
  std::uint16_t consumed = 0;  // SQHD.
  bool flow_control = true;
  bool closed = false;

  // Close says that one end is gone.
  void Close();
  // Await waits, with `lock` on mutex, until `ready()`. kClosed, kTimeout.
  Result<> Await(std::unique_lock<std::mutex>& lock, Deadline deadline, auto&& ready) {
    const auto over = [&] { return ready() || closed; };
    if (deadline.never()) {
      changed.wait(lock, over);
    } else if (!changed.wait_until(lock, deadline.at(), over)) {
      return Fail(Code::kTimeout, "the deadline passed");
    }
    return ready() ? Result<>() : Fail(Code::kClosed, "the other end of the loop is gone");
  }
};

std::unique_ptr<HostQueue> MakeLoopHostQueue(std::shared_ptr<LoopState> state);
std::unique_ptr<ControllerQueue> MakeLoopControllerQueue(std::shared_ptr<LoopState> state);

}  // namespace nvmf

#endif  // NVMF_LOOP_LOOP_STATE_H_
