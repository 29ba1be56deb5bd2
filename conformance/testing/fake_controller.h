// FakeController: a controller for the suite's own tests, on threads of this process. Tests give it
// its manners; without any it serves honestly, and never refuses a malformed PDU.
//
//   FakeController fake;                                        // honest
//   FakeController mute([](Connection c) { WaitForEnd(c); });   // takes connections, says nothing
//
// Threads   one per connection. The destructor waits for them; each ends when its peer closes.
#ifndef CONFORMANCE_TESTING_FAKE_CONTROLLER_H_
#define CONFORMANCE_TESTING_FAKE_CONTROLLER_H_

#include <atomic>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "conformance/script/device.h"
#include "conformance/wire/connection.h"

namespace nvmf::conformance {

// SocketPair returns two connected stream sockets.
std::pair<int, int> SocketPair();

// ServeHonestly answers as HonestController does, until the peer closes.
void ServeHonestly(Connection connection);

// WaitForEnd reads and ignores everything until the peer closes.
void WaitForEnd(Connection& connection);

class FakeController : public ControllerDut {
 public:
  using Manners = std::function<void(Connection)>;
  explicit FakeController(Manners manners = ServeHonestly) : manners_(std::move(manners)) {}
  ~FakeController() override;

  Result<int> Dial(Deadline deadline) override;
  std::string name() const override { return "fake"; }
  std::string subnqn() const override { return "nqn.2014-08.org.example:fake"; }

  // set_listening(false): further dials are refused, as if the controller had gone.
  void set_listening(bool listening) { listening_ = listening; }
  // set_last_dial(n): the n-th connection is the last that is taken.
  void set_last_dial(int n) { last_dial_ = n; }
  // set_manners applies to connections from now on; set_manners_at to the n-th alone, from 1 on.
  void set_manners(Manners manners) { manners_ = std::move(manners); }
  void set_manners_at(int n, Manners manners) { manners_at_[n] = std::move(manners); }
  int dialled() const { return dialled_; }

 private:
  Manners manners_;
  std::map<int, Manners> manners_at_;
  std::atomic<bool> listening_ = true;
  int dialled_ = 0;
  int last_dial_ = std::numeric_limits<int>::max();
  std::vector<std::jthread> threads_;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_TESTING_FAKE_CONTROLLER_H_
