// Namespace is what a host sees of a Backend: blocks, and the names it goes by.
//
// Shapes    whole blocks; octets of the backend past the last one are left alone.
// Units     blocks and octets.
// Threads   immutable; its Backend bears any number of threads.
// Source    NVM Express Base, "Namespaces"; NVM Command Set, "Identify Namespace Data Structure".
#ifndef NVMF_TARGET_NAMESPACE_H_
#define NVMF_TARGET_NAMESPACE_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "nvmf/nvme/nqn.h"
#include "nvmf/target/backend.h"

namespace nvmf::target {

struct NamespaceOptions {
  std::uint32_t nsid = 0;           // 0: the lowest that is free.
  std::uint32_t block_bytes = 512;  // A power of two, 512..65536.
  bool write_protected = false;
  std::optional<Uuid> uuid{};  // Without one it is made of the subsystem's name and the NSID.
};

class Namespace {
 public:
  Namespace(std::shared_ptr<Backend> backend, const NamespaceOptions& options)
      : backend_(std::move(backend)), options_(options) {}

  std::uint32_t nsid() const { return options_.nsid; }
  std::uint32_t block_bytes() const { return options_.block_bytes; }
  std::uint64_t nsze() const { return backend_->size() / options_.block_bytes; }
  bool write_protected() const { return options_.write_protected; }
  const Uuid& uuid() const { return *options_.uuid; }
  Backend& backend() const { return *backend_; }

 private:
  const std::shared_ptr<Backend> backend_;
  const NamespaceOptions options_;
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_NAMESPACE_H_
