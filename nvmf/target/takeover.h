// A takeover: one process goes on with another's target, and its hosts notice a pause.
//
//   Result<Given> given = GiveTarget(channel, server, -1, {}, reason);      // the owner
//   Result<Taken> taken = TakeTarget(channel, on_event, {}, reason);        // its successor
//   if (taken) taken->server->Start();
//
// What goes: options, subsystems and namespaces (memory and files as descriptors), ports,
// referrals, GENCTR; listening sockets; every association with its registers, features, timers and
// events; and every queue pair, with its socket and the commands that it has not begun. Connections
// that are still shaking hands get a moment to finish, and are closed if they do not.
//
// The owner serves on while its successor gets ready and idle queues come to listen; then all
// queues rest until the successor has said `taken` and the owner `yours`. Before that word leaves,
// whatever goes wrong leaves everything with the owner, which goes on where it stopped. After it
// the owner never serves again: if the successor dies before it reads the word, the connections
// end.
//
// Errors    kRefused, kBusy, kUnsupported, kInvalidArgument, kTimeout, kClosed, kIo: nothing has
//           changed hands. `reason` is what the other process said, if it said no.
// Threads   one takeover of a target at a time; nobody changes the target's subsystems meanwhile.
// Lifetime  after GiveTarget the target serves nothing any more: destroy it.
#ifndef NVMF_TARGET_TAKEOVER_H_
#define NVMF_TARGET_TAKEOVER_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "nvmf/base/result.h"
#include "nvmf/stream/descriptor.h"
#include "nvmf/stream/descriptor_channel.h"
#include "nvmf/target/server.h"
#include "nvmf/target/target.h"

namespace nvmf::target {

struct TakeoverLimits {
  std::chrono::milliseconds ready{30'000};  // For a successor to get ready, while the owner serves,
  std::chrono::milliseconds alert{3'000};   // for queues to listen and handshakes to end,
  std::chrono::milliseconds park{5'000};    // for queues to come to rest,
  std::chrono::milliseconds answer{5'000};  // for the successor to take them.
};

struct Given {
  std::size_t queues = 0;
  std::chrono::nanoseconds paused{};  // From asking I/O queues to rest until `yours` had left.
};

// GiveTarget gives away the target of `server`, which it stops, and starts again if nothing comes
// of it. `control` is one more descriptor for the successor; -1: none.
Result<Given> GiveTarget(DescriptorChannel& channel, Server& server, int control,
                         const TakeoverLimits& limits, std::string& reason);

struct Taken {
  std::unique_ptr<Target> target;
  std::unique_ptr<Server> server;  // Listening; Start it.
  Descriptor control;
  std::size_t queues = 0;
};

Result<Taken> TakeTarget(DescriptorChannel& channel,
                         std::function<void(const TargetEvent&)> on_event,
                         const TakeoverLimits& limits, std::string& reason);

}  // namespace nvmf::target

#endif  // NVMF_TARGET_TAKEOVER_H_
