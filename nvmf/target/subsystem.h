// Subsystem is an NVM subsystem: a name, namespaces, and the hosts that may use them.
//
//   auto disk = std::make_shared<Subsystem>(SubsystemOptions{.nqn = nqn});
//   disk->AddNamespace(MakeRamBackend(64 << 20));                    // NSID 1
//   target.AddSubsystem(disk);
//
// Shapes    NSIDs 1..kMaxNamespaces. Namespaces come, go and change while hosts use them: a
//           command sees one before or after the change, never half of it.
// Errors    AddNamespace says 0 when it cannot.
// Threads   any.
// Source    NVM Express Base, "NVM Subsystem", "Namespaces".
#ifndef NVMF_TARGET_SUBSYSTEM_H_
#define NVMF_TARGET_SUBSYSTEM_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "nvmf/target/namespace.h"

namespace nvmf::target {

struct SubsystemOptions {
  std::string nqn{};
  std::string serial = "1";                     // At most 20 ASCII characters,
  std::string model = "nvmf reference target";  // 40,
  std::string firmware = "1";                   // 8.
  bool allow_any_host = true;
  std::vector<std::string> hosts{};  // HOSTNQNs that may connect, unless any may.
};

// Namespaces is a snapshot, in the order of NSIDs.
using Namespaces = std::vector<std::shared_ptr<const Namespace>>;

class Subsystem {
 public:
  static constexpr std::uint32_t kMaxNamespaces = 1024;  // NN.

  explicit Subsystem(SubsystemOptions options) : options_(std::move(options)) {}

  const SubsystemOptions& options() const { return options_; }
  const std::string& nqn() const { return options_.nqn; }
  bool Allows(std::string_view hostnqn) const;

  // AddNamespace returns the NSID; 0 when it is taken or too large, the block size is none, or
  // there is no backend, or one of less than a block.
  std::uint32_t AddNamespace(std::shared_ptr<Backend> backend, NamespaceOptions options = {});
  bool RemoveNamespace(std::uint32_t nsid);
  // ResizeNamespace shows hosts `blocks` blocks of its backend; 0: all. False: no such namespace,
  // or the backend holds fewer. Blocks past the end are kept, and are there again when it grows.
  bool ResizeNamespace(std::uint32_t nsid, std::uint64_t blocks);
  bool ProtectNamespace(std::uint32_t nsid, bool write_protected);
  // Rescan looks how large the backends are by now. True when a namespace has changed.
  bool Rescan();

  // namespaces returns what there is now. generation() grows with each change.
  std::shared_ptr<const Namespaces> namespaces() const;
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

 private:
  bool Change(std::uint32_t nsid, auto&& change);
  void Publish(Namespaces namespaces);

  const SubsystemOptions options_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Namespaces> namespaces_ = std::make_shared<Namespaces>();
  std::atomic<std::uint64_t> generation_{1};
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_SUBSYSTEM_H_
