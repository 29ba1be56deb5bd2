// A target: subsystems, and the connections of the hosts that use them.
//
//   Target target;
//   auto disk = std::make_shared<Subsystem>(SubsystemOptions{.nqn = nqn});
//   disk->AddNamespace(MakeRamBackend(64 << 20));
//   target.AddSubsystem(disk);
//   target.Serve(SocketStream::Adopt(fd));       // returns at once; call it for each connection
//   ...
//   target.Stop();                               // ends all connections and waits for them
//
// Shapes    a thread per connection, for as long as it lasts. Any number of subsystems; the
//           discovery subsystem answers by its well-known name on every connection.
// Errors    a connection that ends says why through TargetOptions::on_event; nothing is logged.
// Threads   any. on_event is called on connections' threads, several at a time; it must not call
//           Stop.
// Lifetime  the target owns the streams given to it. Its destructor is Stop().
// Source    NVM Express Base, "Theory of Operation", "Discovery Controller".
#ifndef NVMF_TARGET_TARGET_H_
#define NVMF_TARGET_TARGET_H_

#include <memory>
#include <string_view>

#include "nvmf/base/result.h"
#include "nvmf/stream/stream.h"
#include "nvmf/target/subsystem.h"
#include "nvmf/target/tally.h"
#include "nvmf/target/target_options.h"

namespace nvmf::target {

struct TargetParts;

class Target {
 public:
  explicit Target(TargetOptions options = {});
  ~Target();
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  // AddSubsystem says false when the NQN is none or is taken. RemoveSubsystem also ends its
  // associations.
  bool AddSubsystem(std::shared_ptr<Subsystem> subsystem);
  bool RemoveSubsystem(std::string_view nqn);

  // What the discovery log tells besides the subsystems: where they are to be found, and other
  // discovery services. Without a port, each host is told the address it came in at.
  void AddPort(const Port& port);
  void AddReferral(const Port& port);

  // Rescan looks how large the backends are by now, and tells hosts. True when a namespace changed.
  bool Rescan();

  // Serve serves one connection on a thread of its own and returns at once. `local` is the address
  // at which the host came in. Where a bound of the options is reached, or after Stop, the stream
  // is closed instead.
  void Serve(std::unique_ptr<Stream> stream, const Port& local = {});
  // ServeHere does it on the caller's thread, and returns how the connection ended.
  Error ServeHere(std::unique_ptr<Stream> stream, const Port& local = {});

  // Stop ends every connection and waits until they are gone. Nothing is served from then on.
  void Stop();

  // counts returns what all queues have done so far.
  Counts counts() const;
  std::size_t connections() const;
  std::size_t associations() const;

  // For a takeover alone: what it is made of, and one whose queues wait to begin.
  TargetParts& parts() const { return *parts_; }
  static std::unique_ptr<Target> ForTakeover(TargetOptions options);

 private:
  Target(TargetOptions options, bool taking);

  const std::unique_ptr<TargetParts> parts_;
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_TARGET_H_
