// WrongHost: a right host made wrong. It stands between the host and the scripted controller,
// alters what the host says, lets it hear what was not said, and tells its user what is not so.
//
//   WrongHost wrong(right, {.name = "deaf", .deaf_io_from = 3});
//   CaseResult result = TryHost(limits, wrong, test);
//
// Threads   one per connection; its methods are called from one.
// Lifetime  borrows the right host. Stop ends all connections and waits for their threads.
#ifndef CONFORMANCE_BUILTIN_WRONG_HOST_H_
#define CONFORMANCE_BUILTIN_WRONG_HOST_H_

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "conformance/builtin/host_fault.h"
#include "conformance/script/device.h"
#include "conformance/wire/connection.h"

namespace nvmf::conformance {

class WrongHost final : public HostDut {
 public:
  WrongHost(HostDut& right, HostFault fault) : right_(right), fault_(std::move(fault)) {}
  ~WrongHost() override { Stop(); }
  WrongHost(const WrongHost&) = delete;
  WrongHost& operator=(const WrongHost&) = delete;

  Result<> Start(const HostErrand& errand) override;
  Result<int> Accept(Deadline deadline) override;
  Result<HostOutcome> Finish(Deadline deadline) override;
  void Stop() override;
  std::string name() const override { return fault_.name; }
  bool obeys_patience() const override { return right_.obeys_patience(); }
  std::string subnqn() const override { return right_.subnqn(); }

 private:
  HostDut& right_;
  HostFault fault_;
  HostErrand errand_{};
  unsigned accepted_ = 0;
  Connection stop_{};  // Closed, it ends the threads: they watch the other end.
  std::shared_ptr<const Connection> stops_{};
  std::vector<std::jthread> threads_{};
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_WRONG_HOST_H_
