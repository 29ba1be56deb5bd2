#include "nvmf/stream/bell.h"

#include <sys/eventfd.h>

namespace nvmf {

Bell::Bell() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Bell::Ring() { static_cast<void>(eventfd_write(event_.get(), 1)); }

void Bell::Silence() {
  eventfd_t rings;
  static_cast<void>(eventfd_read(event_.get(), &rings));
}

void Bell::CountListener() {
  const std::lock_guard lock(mutex_);
  ++listeners_;
  counted_.notify_all();
}

void Bell::ForgetListeners() {
  const std::lock_guard lock(mutex_);
  listeners_ = 0;
}

bool Bell::AwaitListeners(std::size_t count, Deadline deadline) {
  std::unique_lock lock(mutex_);
  return counted_.wait_until(lock, deadline.at(), [&] { return listeners_ >= count; });
}

}  // namespace nvmf
