#include "conformance/fuzz_url/fragile_target.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <string>

#include "conformance/testing/fake_controller.h"
#include "conformance/wire/pdu_cutter.h"

namespace nvmf::conformance {
namespace {

Deadline Soon() { return Deadline::In(std::chrono::seconds(20)); }

// Pass moves what one end has said to the other; false at its end.
bool Pass(Connection& from, Connection& to, PduCutter* cutter) {
  std::array<std::byte, 16384> room;
  const auto got = from.Receive(room, Soon());
  if (!got) return false;
  if (cutter != nullptr) cutter->Put(ByteView(room).first(*got));
  return to.Send(ByteView(room).first(*got), Soon()).has_value();
}

}  // namespace

FragileTarget::FragileTarget(Deadly deadly) : deadly_(std::move(deadly)) { Listen(); }

FragileTarget::~FragileTarget() {
  Die();
  EndAll();
}

Url FragileTarget::url() const {
  return {.host = "127.0.0.1",
          .port = std::to_string(port_),
          .subnqn = "nqn.2014-08.org.example:fragile"};
}

void FragileTarget::Restart() {
  EndAll();
  Listen();
}

void FragileTarget::Listen() {
  listener_ = Connection(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  (void)setsockopt(listener_.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port_);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  (void)bind(listener_.fd(), any, size);
  (void)listen(listener_.fd(), 64);
  (void)getsockname(listener_.fd(), any, &size);
  port_ = ntohs(address.sin_port);
  dead_ = false;
  accepting_ = std::jthread([this] { AcceptAll(); });
}

// A shut listener wakes accept, which fails from then on.
void FragileTarget::AcceptAll() {
  while (true) {
    const int fd = accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::scoped_lock lock(mutex_);
    open_.push_back(fd);
    serving_.emplace_back([this, fd] { Serve(fd); });
    if (dead_) (void)shutdown(fd, SHUT_RDWR);
  }
}

void FragileTarget::Serve(int fd) {
  Connection host(fd);
  const auto [near, far] = SocketPair();
  Connection controller(near);
  std::jthread honest([far] { ServeHonestly(Connection(far)); });
  PduCutter cutter;
  for (bool open = true; open;) {
    std::array<pollfd, 2> ends = {{{.fd = host.fd(), .events = POLLIN, .revents = 0},
                                   {.fd = controller.fd(), .events = POLLIN, .revents = 0}}};
    if (poll(ends.data(), ends.size(), 20'000) <= 0) break;
    if (ends[0].revents != 0) open = Pass(host, controller, &cutter);
    if (ends[1].revents != 0) open = Pass(controller, host, nullptr) && open;
    while (const auto pdu = cutter.Next()) {
      if (deadly_(*pdu)) Die();
    }
    if (cutter.begun().size() >= tcp::kHeaderBytes && deadly_(cutter.begun())) Die();
    open = open && !dead_;
  }
  controller.Close();  // So that the thread behind it ends.
  const std::scoped_lock lock(mutex_);
  std::erase(open_, fd);
}

void FragileTarget::Die() {
  if (dead_.exchange(true)) return;
  ++deaths_;
  (void)shutdown(listener_.fd(), SHUT_RDWR);
  const std::scoped_lock lock(mutex_);
  for (const int fd : open_) (void)shutdown(fd, SHUT_RDWR);
}

void FragileTarget::EndAll() {
  if (accepting_.joinable()) accepting_.join();
  std::vector<std::jthread> ended;
  {
    const std::scoped_lock lock(mutex_);
    ended.swap(serving_);
  }
  ended.clear();
  listener_.Close();  // Not before: one of them may have called Die.
}

}  // namespace nvmf::conformance
