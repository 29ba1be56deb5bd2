#include "nvmf/target/subsystem.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace nvmf::target {
namespace {

constexpr std::uint64_t kPrime = 0x100000001B3;  // FNV-1a

std::uint64_t Hash(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  return hash;
}

// Spread makes every bit of the result depend on every bit of `n` (splitmix64).
std::uint64_t Spread(std::uint64_t n) {
  n = (n ^ n >> 30) * 0xBF58476D1CE4E5B9;
  n = (n ^ n >> 27) * 0x94D049BB133111EB;
  return n ^ n >> 31;
}

// The same name and NSID give the same UUID, so that hosts know the namespace again.
Uuid MakeUuid(std::string_view nqn, std::uint32_t nsid) {
  Uuid uuid;
  const std::uint64_t seed = Spread(Hash(nqn)) + nsid;
  StoreLittle(MutableBytes(uuid).first(8), Spread(seed));
  StoreLittle(MutableBytes(uuid).last(8), Spread(~seed));
  uuid[6] = (uuid[6] & std::byte{0x0F}) | std::byte{0x80};  // Version 8, "custom";
  uuid[8] = (uuid[8] & std::byte{0x3F}) | std::byte{0x80};  // the variant of RFC 9562.
  return uuid;
}

auto Find(const Namespaces& namespaces, std::uint32_t nsid) {
  return std::ranges::lower_bound(namespaces, nsid, {}, &Namespace::nsid);
}

std::uint32_t LowestFree(const Namespaces& namespaces) {
  std::uint32_t free = 1;
  for (const auto& ns : namespaces) free += ns->nsid() == free ? 1 : 0;
  return free;
}

}  // namespace

bool Subsystem::Allows(std::string_view hostnqn) const {
  const std::vector<std::string>& hosts = options_.hosts;
  return options_.allow_any_host || std::ranges::find(hosts, hostnqn) != hosts.end();
}

std::uint32_t Subsystem::AddNamespace(std::shared_ptr<Backend> backend, NamespaceOptions options) {
  if (!std::has_single_bit(options.block_bytes) || options.block_bytes < 512 ||
      options.block_bytes > 65536 || !backend || backend->size() < options.block_bytes) {
    return 0;
  }
  const std::lock_guard lock(mutex_);
  Namespaces changed = *namespaces_;
  if (options.nsid == 0) options.nsid = LowestFree(changed);
  const auto at = Find(changed, options.nsid);
  if (options.nsid > kMaxNamespaces) return 0;
  if (at != changed.end() && (*at)->nsid() == options.nsid) return 0;
  if (!options.uuid) options.uuid = MakeUuid(nqn(), options.nsid);
  changed.insert(at, std::make_shared<Namespace>(std::move(backend), options));
  Publish(std::move(changed));
  return options.nsid;
}

bool Subsystem::RemoveNamespace(std::uint32_t nsid) {
  const std::lock_guard lock(mutex_);
  Namespaces changed = *namespaces_;
  const auto at = Find(changed, nsid);
  if (at == changed.end() || (*at)->nsid() != nsid) return false;
  changed.erase(at);
  Publish(std::move(changed));
  return true;
}

bool Subsystem::Change(std::uint32_t nsid, auto&& change) {
  const std::lock_guard lock(mutex_);
  Namespaces changed = *namespaces_;
  const auto at = changed.begin() + (Find(changed, nsid) - changed.cbegin());
  if (at == changed.end() || (*at)->nsid() != nsid) return false;
  NamespaceOptions options = (*at)->options();
  change(options);
  auto ns = std::make_shared<const Namespace>((*at)->shared_backend(), options);
  if (ns->nsze() < std::max<std::uint64_t>(options.blocks, 1)) return false;
  *at = std::move(ns);
  Publish(std::move(changed));
  return true;
}

bool Subsystem::ResizeNamespace(std::uint32_t nsid, std::uint64_t blocks) {
  return Change(nsid, [&](NamespaceOptions& options) { options.blocks = blocks; });
}

bool Subsystem::ProtectNamespace(std::uint32_t nsid, bool write_protected) {
  return Change(nsid,
                [&](NamespaceOptions& options) { options.write_protected = write_protected; });
}

bool Subsystem::Rescan() {
  const std::lock_guard lock(mutex_);
  Namespaces changed = *namespaces_;
  for (auto& ns : changed) {
    ns->backend().Rescan();
    auto now = std::make_shared<const Namespace>(ns->shared_backend(), ns->options());
    if (now->nsze() != ns->nsze() && now->nsze() != 0) ns = std::move(now);
  }
  if (changed == *namespaces_) return false;
  Publish(std::move(changed));
  return true;
}

std::shared_ptr<const Namespaces> Subsystem::namespaces() const {
  const std::lock_guard lock(mutex_);
  return namespaces_;
}

void Subsystem::Publish(Namespaces namespaces) {
  namespaces_ = std::make_shared<const Namespaces>(std::move(namespaces));
  generation_.fetch_add(1, std::memory_order_release);
}

}  // namespace nvmf::target
