#include "nvmf/trials/actor.h"

#include <chrono>

namespace nvmf::trials {

void Actor::Act() {
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (stop_) return;
    }
    const cmd::Outcome<> done = turn_(*this);
    ++turns_;
    if (done) continue;
    if (errors_++ == 0) {
      const std::lock_guard lock(mutex_);
      first_error_ = done.error();
    }
    Rest(std::chrono::milliseconds(100));
  }
}

void Actor::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Actor::Rest(std::chrono::milliseconds rest) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, rest, [this] { return stop_; });
}

std::string Actor::first_error() const {
  const std::lock_guard lock(mutex_);
  return first_error_;
}

}  // namespace nvmf::trials
