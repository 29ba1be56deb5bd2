#include "conformance/testing/fake_controller.h"

#include <array>

#include "conformance/script/controller_peer.h"
#include "conformance/wire/socket_pair.h"

namespace nvmf::conformance {
namespace {

// NoHost stands in where a ControllerPeer speaks on a connection that nobody has to start.
class NoHost : public HostDut {
 public:
  Result<> Start(const HostErrand&) override { return Fail(Code::kUnsupported, "no host"); }
  Result<int> Accept(Deadline) override { return Fail(Code::kTimeout, "no host"); }
  Result<HostOutcome> Finish(Deadline) override { return Fail(Code::kTimeout, "no host"); }
  void Stop() override {}
  std::string name() const override { return "nobody"; }
  std::string subnqn() const override { return ""; }
};

}  // namespace

std::pair<int, int> SocketPair() { return MakeSocketPair().value(); }

void ServeHonestly(Connection connection) {
  NoHost nobody;
  HostTrial trial({.step = std::chrono::seconds(20), .whole_case = std::chrono::seconds(60)},
                  nobody);
  ControllerPeer controller = ControllerPeer::On(trial, std::move(connection));
  try {
    controller.IcExchange();
    controller.ServeToEnd();
  } catch (const Unmet&) {
    // The host said something that an honest controller has no answer to: it closes.
  }
}

void WaitForEnd(Connection& connection) {
  std::array<std::byte, 4096> room;
  while (connection.Receive(room, Deadline::In(std::chrono::seconds(60)))) {
  }
}

FakeController::~FakeController() = default;

Result<int> FakeController::Dial(Deadline) {
  ++dialled_;
  if (!listening_ || dialled_ > last_dial_) return Fail(Code::kRefused, "the fake has gone");
  const auto [near, far] = SocketPair();
  const auto own = manners_at_.find(dialled_);
  threads_.emplace_back([manners = own == manners_at_.end() ? manners_ : own->second, fd = far] {
    manners(Connection(fd));
  });
  return near;
}

}  // namespace nvmf::conformance
