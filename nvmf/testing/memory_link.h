// MemoryLink joins two tcp::Connections by memory: no thread, no port, any cut.
//
//   MemoryLink link(host, controller, {.cut = 7});
//   link.Run();                     // until neither end has anything to say
//
// Shapes    each turn moves at most `cut` octets a direction (0: all there is).
#ifndef NVMF_TESTING_MEMORY_LINK_H_
#define NVMF_TESTING_MEMORY_LINK_H_

#include <algorithm>
#include <cstring>
#include <vector>

#include "nvmf/tcp/connection.h"

namespace nvmf::testing {

class MemoryLink {
 public:
  MemoryLink(tcp::Connection& host, tcp::Connection& controller, std::size_t cut = 0)
      : host_(&host), controller_(&controller), cut_(cut) {}

  // Turn moves octets once each way; false when there was nothing to move.
  bool Turn() {
    const bool out = Move(*host_, *controller_);
    const bool in = Move(*controller_, *host_);
    return out || in;
  }
  void Run() {
    while (Turn()) {
    }
  }
  std::uint64_t moved() const { return moved_; }

 private:
  bool Move(tcp::Connection& from, tcp::Connection& to) {
    std::size_t moved = 0;
    const std::size_t most = cut_ == 0 ? SIZE_MAX : cut_;
    std::vector<std::byte> octets;
    for (const ByteView span : from.PendingOutput()) {
      const std::size_t n = std::min(span.size(), most - moved);
      octets.insert(octets.end(), span.begin(), span.begin() + static_cast<std::ptrdiff_t>(n));
      moved += n;
      if (moved == most) break;
    }
    from.CommitOutput(moved);
    moved_ += moved;
    Give(to, octets);
    return moved != 0;
  }

  static void Give(tcp::Connection& to, ByteView octets) {
    while (!octets.empty() && !to.failed()) {
      const InputSpans space = to.InputSpace();
      const std::size_t n = std::min(octets.size(), space.size());
      const std::size_t first = std::min(n, space.first.size());
      if (first != 0) std::memcpy(space.first.data(), octets.data(), first);
      if (n != first) std::memcpy(space.second.data(), octets.data() + first, n - first);
      to.CommitInput(n);
      octets = octets.subspan(n);
    }
  }

  tcp::Connection* host_;
  tcp::Connection* controller_;
  std::size_t cut_;
  std::uint64_t moved_ = 0;
};

}  // namespace nvmf::testing

#endif  // NVMF_TESTING_MEMORY_LINK_H_
