// Namespace is what a host sees of a Backend: blocks, and the names it goes by.
//
// Shapes    whole blocks, as many as there were when it was made; octets of the backend past the
//           last one are left alone.
// Units     blocks and octets.
// Threads   immutable; its Backend bears any number of threads.
// Source    NVM Express Base, "Namespaces"; NVM Command Set, "Identify Namespace Data Structure".
#ifndef NVMF_TARGET_NAMESPACE_H_
#define NVMF_TARGET_NAMESPACE_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

#include "nvmf/nvme/nqn.h"
#include "nvmf/target/backend.h"

namespace nvmf::target {

struct NamespaceOptions {
  std::uint32_t nsid = 0;           // 0: the lowest that is free.
  std::uint32_t block_bytes = 512;  // A power of two, 512..65536.
  std::uint64_t blocks = 0;         // Most of them; 0: as many as the backend holds.
  bool write_protected = false;
  std::optional<Uuid> uuid{};  // Without one it is made of the subsystem's name and the NSID.
};

class Namespace {
 public:
  Namespace(std::shared_ptr<Backend> backend, const NamespaceOptions& options)
      : backend_(std::move(backend)), options_(options), nsze_(BlocksOf(*backend_, options)) {}

  std::uint32_t nsid() const { return options_.nsid; }
  std::uint32_t block_bytes() const { return options_.block_bytes; }
  std::uint64_t nsze() const { return nsze_; }
  bool write_protected() const { return options_.write_protected; }
  const Uuid& uuid() const { return *options_.uuid; }
  Backend& backend() const { return *backend_; }
  const std::shared_ptr<Backend>& shared_backend() const { return backend_; }
  const NamespaceOptions& options() const { return options_; }

 private:
  static std::uint64_t BlocksOf(const Backend& backend, const NamespaceOptions& options) {
    const std::uint64_t held = backend.size() / options.block_bytes;
    return options.blocks == 0 ? held : std::min(held, options.blocks);
  }

  const std::shared_ptr<Backend> backend_;
  const NamespaceOptions options_;
  const std::uint64_t nsze_;
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_NAMESPACE_H_
