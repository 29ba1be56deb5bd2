#include "nvmf/cmd/perf_load.h"

#include <algorithm>
#include <limits>
#include <random>
#include <thread>
#include <utility>

#include "nvmf/nvme/nvm.h"

namespace nvmf::cmd {
namespace {

constexpr std::size_t kCids = std::size_t{1} << 16;

std::chrono::nanoseconds PeriodOf(double rate) {
  return rate <= 0 ? std::chrono::nanoseconds(0)
                   : std::chrono::nanoseconds(
                         std::max<std::int64_t>(1, static_cast<std::int64_t>(1e9 / rate)));
}

}  // namespace

PerfLoad::PerfLoad(HostQPair queue, const PerfLoadOptions& options)
    : queue_(std::move(queue)),
      options_(options),
      period_(PeriodOf(options.rate)),
      pattern_(options.pattern),
      slots_(options.depth),
      slot_of_(kCids) {
  std::mt19937_64 random(options.pattern.seed);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].memory.resize(options.io_bytes);
    for (std::byte& octet : slots_[i].memory) octet = static_cast<std::byte>(random() & 0xFF);
    idle_.push_back(static_cast<std::uint16_t>(i));
  }
}

Outcome<> PerfLoad::SubmitNext(Clock::time_point now) {
  const std::uint16_t index = idle_.back();
  Slot& slot = slots_[index];
  const PerfPattern::Next next = pattern_.Take();
  slot.offset = next.place * options_.io_bytes;
  slot.read = next.read;
  slot.begun = period_.count() == 0 ? now : due_;
  due_ += period_;
  const Sqe sqe = MakeBlockCommand(next.read ? NvmOpcode::kRead : NvmOpcode::kWrite, options_.nsid,
                                   slot.offset / options_.block_bytes,
                                   options_.io_bytes / options_.block_bytes);
  const auto cid = queue_.Submit(sqe, next.read ? ReadInto(slot.memory) : WriteFrom(slot.memory));
  if (!cid) return Sorry("offset " + std::to_string(slot.offset), cid.error());
  idle_.pop_back();
  slot_of_[*cid] = index;
  return {};
}

Outcome<bool> PerfLoad::TakeOne(Deadline deadline, Clock::time_point begin) {
  const Result<Completion> done = queue_.WaitAny(deadline);
  if (!done && done.error().code == Code::kTimeout) return false;
  if (!done) return Sorry("waiting for a command", done.error());
  const std::uint16_t index = slot_of_[done->cqe.cid];
  const Slot& slot = slots_[index];
  const Clock::time_point now = Clock::now();
  if (!done->status().ok()) {
    return Sorry("offset " + std::to_string(slot.offset) + ": " + done->status().Text());
  }
  idle_.push_back(index);
  if (now >= begin) (slot.read ? reads_ : writes_).Add(now - slot.begun);
  return true;
}

Outcome<> PerfLoad::TakeOneInTime(Clock::time_point begin) {
  const Outcome<bool> taken = TakeOne(Deadline::After(options_.timeout), begin);
  if (!taken) return Sorry(taken.error());
  if (*taken) return {};
  return Sorry("no command has completed for " + std::to_string(options_.timeout.count()) + " ms");
}

Outcome<> PerfLoad::Run(Clock::time_point begin, Clock::time_point end,
                        const std::atomic<bool>& stop) {
  Clock::time_point now = due_ = Clock::now();
  while (now < end && !stop.load(std::memory_order_relaxed)) {
    while (HasRoom() && Due(now)) {
      if (Outcome<> sent = SubmitNext(now); !sent) return sent;
    }
    if (idle_.size() == slots_.size()) {
      std::this_thread::sleep_until(std::min(due_, end));
    } else if (period_.count() != 0 && HasRoom()) {
      const Outcome<bool> taken = TakeOne(Deadline::At(std::min(due_, end)), begin);
      if (!taken) return Sorry(taken.error());
    } else if (Outcome<> taken = TakeOneInTime(begin); !taken) {
      return taken;
    }
    now = Clock::now();
  }
  while (idle_.size() != slots_.size()) {
    if (Outcome<> taken = TakeOneInTime(begin); !taken) return taken;
  }
  return {};
}

}  // namespace nvmf::cmd
