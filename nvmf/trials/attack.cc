#include "nvmf/trials/attack.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>
#include <vector>

namespace nvmf::trials {
namespace {

using cmd::Outcome;

// Ended tells whether the other end has closed or reset a connection that is never to bring data
// that anybody reads.
bool Ended(const Descriptor& connection) {
  std::byte octet;
  const ssize_t n = recv(connection.get(), &octet, 1, MSG_PEEK | MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno != EAGAIN);
}

}  // namespace

std::unique_ptr<Attack> Attack::Crowd(std::size_t size,
                                      std::function<Outcome<Descriptor>(std::uint64_t)> open) {
  const auto body = [size, open = std::move(open)](Attack& self) {
    std::vector<Descriptor> held(size);
    std::uint64_t count = 0;
    do {
      for (Descriptor& each : held) {
        if (self.stop_.load()) return;
        if (each.valid() && !Ended(each)) continue;
        each = Descriptor();
        Outcome<Descriptor> made = open(count++);
        if (!made) continue;
        ++self.made_;
        each = std::move(*made);
      }
    } while (self.Rest(std::chrono::seconds(1)));
  };
  return std::unique_ptr<Attack>(new Attack(body));
}

std::unique_ptr<Attack> Attack::Intruders(std::size_t size,
                                          std::function<Outcome<Intruder>()> enter) {
  const auto body = [size, enter = std::move(enter)](Attack& self) {
    std::vector<Intruder> held;
    while (held.size() < size && !self.stop_.load()) {
      Outcome<Intruder> made = enter();
      if (!made) {  // Shown out among the others: try again.
        self.Rest(std::chrono::milliseconds(20));
        continue;
      }
      ++self.made_;
      held.push_back(std::move(*made));
    }
    while (self.Rest(std::chrono::hours(1))) {
    }
  };
  return std::unique_ptr<Attack>(new Attack(body));
}

std::unique_ptr<Attack> Attack::Resets(unsigned rate, std::uint16_t port) {
  const auto body = [rate, port](Attack& self) {
    auto next = Deadline::Clock::now();
    while (!self.stop_.load()) {
      self.made_ += ConnectAndReset(port) ? 1 : 0;
      next += std::chrono::nanoseconds(std::chrono::seconds(1)) / rate;
      std::this_thread::sleep_until(next);
    }
  };
  return std::unique_ptr<Attack>(new Attack(body));
}

bool Attack::Rest(std::chrono::milliseconds rest) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, rest, [this] { return stop_.load(); });
}

void Attack::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_.store(true);
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace nvmf::trials
