// BuiltinHost: the library's own host as a device under test. Each errand runs on a thread of its
// own; its connections are socket pairs whose other ends come out of Accept.
//
// Errors    as HostDut.
// Threads   its methods are called from one.
// Lifetime  Stop returns once the errand's thread has ended, which it does when its connections are
//           closed, or after the errand's patience.
#ifndef CONFORMANCE_BUILTIN_BUILTIN_HOST_H_
#define CONFORMANCE_BUILTIN_BUILTIN_HOST_H_

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "conformance/script/device.h"

namespace nvmf::conformance {

class BuiltinHost final : public HostDut {
 public:
  BuiltinHost() = default;
  ~BuiltinHost() override { Stop(); }
  BuiltinHost(const BuiltinHost&) = delete;
  BuiltinHost& operator=(const BuiltinHost&) = delete;

  Result<> Start(const HostErrand& errand) override;
  Result<int> Accept(Deadline deadline) override;
  Result<HostOutcome> Finish(Deadline deadline) override;
  void Stop() override;
  std::string name() const override { return "built-in"; }
  bool obeys_patience() const override { return true; }
  std::string subnqn() const override;

 private:
  Result<int> Dial();  // Called from the errand's thread.

  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::deque<int> waiting_{};  // Our ends of connections that nobody has accepted.
  std::optional<HostOutcome> outcome_{};
  bool stopping_ = false;
  std::thread thread_{};
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_BUILTIN_HOST_H_
