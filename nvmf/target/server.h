// Server lets hosts reach a target: it listens, and hands over each connection that comes.
//
//   Server server(target);
//   Result<Port> port = server.Listen("127.0.0.1", 0);      // port->trsvcid is the kernel's choice
//   server.Start();
//   ...
//   server.Stop();                                          // the target stays as it is
//
// Shapes    any number of addresses, IPv4 and IPv6; one thread accepts for all of them and never
//           waits for a peer.
// Errors    kIo with errno; kInvalidArgument for text that is no numeric address. When descriptors
//           run out it waits a while and goes on.
// Threads   Listen before Start; Stop from any thread.
// Lifetime  the target must outlive it.
#ifndef NVMF_TARGET_SERVER_H_
#define NVMF_TARGET_SERVER_H_

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "nvmf/base/result.h"
#include "nvmf/stream/descriptor.h"
#include "nvmf/target/target.h"

namespace nvmf::target {

class Server {
 public:
  explicit Server(Target& target) : target_(target) {}
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listen listens at a numeric address; port 0 leaves the choice to the kernel. It also tells the
  // address to the target's discovery log, and returns it.
  Result<Port> Listen(const std::string& address, std::uint16_t port);
  // Adopt listens on with a socket that listens already; the target knows of its address.
  Result<Port> Adopt(Descriptor listener);
  Result<> Start();
  void Stop();  // Start may follow.

  bool running() const { return thread_.joinable(); }
  const std::vector<int>& listeners() const { return listeners_; }
  Target& target() { return target_; }

 private:
  void AcceptAll();
  bool AcceptOne(int listener);

  Target& target_;
  std::vector<int> listeners_{};
  int wake_ = -1;  // Becomes readable when it is time to stop.
  std::thread thread_{};
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_SERVER_H_
