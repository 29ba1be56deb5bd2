// TcpDut: a controller somewhere on the network.
//
//   TcpDut dut(*ParseUrl("nvme+tcp://127.0.0.1:4420/nqn..."));
//
// Errors    Dial: kRefused when nobody listens, kTimeout, kIo, kInvalidArgument for a name that
//           does not resolve.
// Threads   one at a time.
#ifndef CONFORMANCE_SUITE_TCP_DUT_H_
#define CONFORMANCE_SUITE_TCP_DUT_H_

#include <string>
#include <utility>

#include "conformance/script/device.h"
#include "conformance/suite/url.h"

namespace nvmf::conformance {

class TcpDut : public ControllerDut {
 public:
  explicit TcpDut(Url url) : url_(std::move(url)) {}
  Result<int> Dial(Deadline deadline) override;
  std::string name() const override;
  std::string subnqn() const override { return url_.subnqn; }

 private:
  Url url_;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_TCP_DUT_H_
