// Directory is what a target knows of: subsystems, the controllers made for hosts, and the
// addresses that the discovery log tells.
//
// Shapes    CNTLIDs 1..FFEFh, no two alike in all subsystems. The static ones, if any, come first;
//           the others are given out in turn, and again after a delay only.
// Threads   any.
// Source    NVM Express Base, "Discovery Log Page", "Associations".
#ifndef NVMF_TARGET_DIRECTORY_H_
#define NVMF_TARGET_DIRECTORY_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nvmf/nvme/discovery.h"
#include "nvmf/target/cntlid_pool.h"
#include "nvmf/target/controller_state.h"
#include "nvmf/target/subsystem.h"
#include "nvmf/target/tally.h"
#include "nvmf/target/target_options.h"

namespace nvmf::target {

struct DiscoveryLog {
  std::uint64_t genctr = 0;
  std::vector<DiscoveryEntry> entries{};
};

// DirectoryState is what a directory knows besides the controllers.
struct DirectoryState {
  std::uint64_t generation = 0;
  std::uint16_t next_cntlid = 0;  // Of those that are made for hosts; not restored.
  std::vector<Port> ports{};
  std::vector<Port> referrals{};
  std::vector<std::shared_ptr<Subsystem>> subsystems{};
};

class Directory {
 public:
  explicit Directory(const TargetOptions& options);

  bool AddSubsystem(std::shared_ptr<Subsystem> subsystem);
  bool RemoveSubsystem(std::string_view nqn);
  std::shared_ptr<Subsystem> FindSubsystem(std::string_view nqn) const;
  bool Rescan();
  void AddPort(const Port& port);
  void AddReferral(const Port& port);

  DirectoryState Save() const;
  // Restore fills an empty directory. False: a name is none, or comes twice.
  bool Restore(const DirectoryState& state);

  // generation is GENCTR: it grows with each change of what the log says.
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  // LogFor returns the discovery log for a host that came in at `local`.
  DiscoveryLog LogFor(std::string_view hostnqn, const Port& local) const;

  // MakeController gives `identity` a CNTLID: of the static ones the one `asked` for or any, else
  // the next. nullptr when there are too many, it is in use, or the subsystem is gone.
  std::shared_ptr<ControllerState> MakeController(ControllerIdentity identity, std::uint16_t asked,
                                                  std::shared_ptr<Stream> admin);
  std::shared_ptr<ControllerState> FindController(std::string_view subnqn,
                                                  std::uint16_t cntlid) const;
  // RestoreController takes in a controller that has its CNTLID from another owner; nullptr when
  // there can be none like it.
  std::shared_ptr<ControllerState> RestoreController(ControllerIdentity identity,
                                                     std::uint16_t granted,
                                                     std::shared_ptr<Stream> admin);
  void ContinueCntlids(std::uint16_t next);
  void RemoveController(std::uint16_t cntlid);
  std::size_t controllers() const;

  // tallies is where queues count what they do.
  Tallies& tallies() { return tallies_; }
  const Tallies& tallies() const { return tallies_; }

 private:
  std::optional<std::uint16_t> TakeCntlid(bool discovery, std::uint16_t asked);
  void Changed() { generation_.fetch_add(1, std::memory_order_release); }
  std::vector<Port> PortsAt(const Port& local) const;
  void Tell(SubType subtype, std::string_view nqn, const Port& port, std::size_t portid,
            DiscoveryLog& log) const;

  const TargetOptions& options_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Subsystem>, std::less<>> subsystems_;
  std::vector<Port> ports_;
  std::vector<Port> referrals_;
  std::map<std::uint16_t, std::shared_ptr<ControllerState>> controllers_;
  Tallies tallies_;
  CntlidPool statics_;
  CntlidPool dynamics_;
  std::atomic<std::uint64_t> generation_{1};
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_DIRECTORY_H_
