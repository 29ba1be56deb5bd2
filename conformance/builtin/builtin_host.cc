#include "conformance/builtin/builtin_host.h"

#include <unistd.h>

#include <utility>

#include "conformance/builtin/errand.h"
#include "conformance/wire/socket_pair.h"

namespace nvmf::conformance {

Result<> BuiltinHost::Start(const HostErrand& errand) {
  Stop();
  stopping_ = false;
  thread_ = std::thread([this, errand] {
    HostOutcome outcome = RunErrand(errand, [this] { return Dial(); });
    const std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
    changed_.notify_all();
  });
  return {};
}

Result<int> BuiltinHost::Dial() {
  const auto ends = MakeSocketPair();
  if (!ends) return std::unexpected(ends.error());
  const std::lock_guard lock(mutex_);
  if (stopping_) {
    (void)close(ends->first);
    (void)close(ends->second);
    return Fail(Code::kRefused, "the trial is over");
  }
  waiting_.push_back(ends->second);
  changed_.notify_all();
  return ends->first;
}

Result<int> BuiltinHost::Accept(Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_until(lock, deadline.at(), [&] { return !waiting_.empty(); })) {
    return Fail(Code::kTimeout, "the host opens no connection");
  }
  const int fd = waiting_.front();
  waiting_.pop_front();
  return fd;
}

Result<HostOutcome> BuiltinHost::Finish(Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_until(lock, deadline.at(), [&] { return outcome_.has_value(); })) {
    return Fail(Code::kTimeout, "the host is not done");
  }
  return *outcome_;
}

void BuiltinHost::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    while (!waiting_.empty()) {
      (void)close(waiting_.front());
      waiting_.pop_front();
    }
  }
  if (thread_.joinable()) thread_.join();
  outcome_.reset();
}

std::string BuiltinHost::subnqn() const { return kBuiltinSubNqn; }

}  // namespace nvmf::conformance
