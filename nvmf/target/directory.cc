#include "nvmf/target/directory.h"

#include <algorithm>
#include <utility>

namespace nvmf::target {
namespace {

bool IsWildcard(const Port& port) { return port.traddr == "0.0.0.0" || port.traddr == "::"; }

}  // namespace

Directory::Directory(const TargetOptions& options)
    : options_(options),
      statics_(1, options.static_controllers, std::chrono::milliseconds(0)),
      dynamics_(static_cast<std::uint16_t>(options.static_controllers + 1), kCntlidMax,
                options.cntlid_reuse_delay) {}

bool Directory::AddSubsystem(std::shared_ptr<Subsystem> subsystem) {
  const std::string& nqn = subsystem->nqn();
  if (!IsValidNqn(nqn) || nqn == kDiscoveryNqn) return false;
  const std::lock_guard lock(mutex_);
  if (!subsystems_.emplace(nqn, subsystem).second) return false;
  Changed();
  return true;
}

bool Directory::RemoveSubsystem(std::string_view nqn) {
  const std::lock_guard lock(mutex_);
  const auto found = subsystems_.find(nqn);
  if (found == subsystems_.end()) return false;
  subsystems_.erase(found);
  Changed();
  for (const auto& [cntlid, controller] : controllers_) {
    if (controller->identity().subnqn == nqn) controller->End();
  }
  return true;
}

std::shared_ptr<Subsystem> Directory::FindSubsystem(std::string_view nqn) const {
  const std::lock_guard lock(mutex_);
  const auto found = subsystems_.find(nqn);
  return found == subsystems_.end() ? nullptr : found->second;
}

bool Directory::Rescan() {
  const std::lock_guard lock(mutex_);
  bool changed = false;
  for (const auto& [nqn, subsystem] : subsystems_) changed |= subsystem->Rescan();
  return changed;
}

void Directory::AddPort(const Port& port) {
  const std::lock_guard lock(mutex_);
  ports_.push_back(port);
  Changed();
}

void Directory::AddReferral(const Port& port) {
  const std::lock_guard lock(mutex_);
  referrals_.push_back(port);
  Changed();
}

DirectoryState Directory::Save() const {
  const std::lock_guard lock(mutex_);
  DirectoryState state{.generation = generation(),
                       .next_cntlid = dynamics_.next(),
                       .ports = ports_,
                       .referrals = referrals_};
  for (const auto& [nqn, subsystem] : subsystems_) state.subsystems.push_back(subsystem);
  return state;
}

bool Directory::Restore(const DirectoryState& state) {
  for (const auto& subsystem : state.subsystems) {
    if (!AddSubsystem(subsystem)) return false;
  }
  const std::lock_guard lock(mutex_);
  ports_ = state.ports;
  referrals_ = state.referrals;
  generation_.store(state.generation, std::memory_order_release);
  return true;
}

// A port that stands for every address of its family is told as the one the host used.
std::vector<Port> Directory::PortsAt(const Port& local) const {
  std::vector<Port> ports;
  for (Port port : ports_) {
    if (IsWildcard(port)) {
      if (port.adrfam != local.adrfam) continue;
      port.traddr = local.traddr;
    }
    if (std::ranges::find(ports, port) == ports.end()) ports.push_back(port);
  }
  if (ports.empty()) ports.push_back(local);
  return ports;
}

// An address that no host could use is not told.
void Directory::Tell(SubType subtype, std::string_view nqn, const Port& port, std::size_t portid,
                     DiscoveryLog& log) const {
  std::optional<DiscoveryEntry> entry = MakeTcpEntry(subtype, nqn, port.traddr, port.trsvcid);
  if (!entry) return;
  entry->portid = static_cast<std::uint16_t>(portid);
  entry->asqsz = static_cast<std::uint16_t>(options_.admin_entries);
  entry->treq = kTreqSecureNotRequired;
  if (options_.grant_no_flow_control) entry->treq |= kTreqDisableSqFlowControl;
  if (subtype == SubType::kDiscovery) entry->eflags = kEflagsPersistent;
  if (subtype == SubType::kNvm && options_.static_controllers != 0) {
    entry->cntlid = kCntlidStaticAny;
  }
  log.entries.push_back(*entry);
}

DiscoveryLog Directory::LogFor(std::string_view hostnqn, const Port& local) const {
  const std::lock_guard lock(mutex_);
  DiscoveryLog log{.genctr = generation()};
  const std::vector<Port> ports = PortsAt(local);
  for (std::size_t i = 0; i < ports.size(); ++i) {
    Tell(SubType::kDiscovery, kDiscoveryNqn, ports[i], i + 1, log);
    for (const auto& [nqn, subsystem] : subsystems_) {
      if (subsystem->Allows(hostnqn)) Tell(SubType::kNvm, nqn, ports[i], i + 1, log);
    }
  }
  for (const Port& referral : referrals_) {
    Tell(SubType::kReferral, kDiscoveryNqn, referral, 0, log);
  }
  return log;
}

// Discovery controllers are made for each host in either model.
std::optional<std::uint16_t> Directory::TakeCntlid(bool discovery, std::uint16_t asked) {
  const auto now = Deadline::Clock::now();
  if (discovery || options_.static_controllers == 0) return dynamics_.Take(now);
  if (asked == kCntlidStaticAny) return statics_.Take(now);
  return statics_.TakeThis(asked) ? std::optional(asked) : std::nullopt;
}

std::shared_ptr<ControllerState> Directory::MakeController(ControllerIdentity identity,
                                                           std::uint16_t asked,
                                                           std::shared_ptr<Stream> admin) {
  const std::lock_guard lock(mutex_);
  if (controllers_.size() >= std::min<std::size_t>(options_.max_controllers, kCntlidMax)) {
    return nullptr;
  }
  // It may have been removed since the host was found welcome.
  if (identity.subsystem && !subsystems_.contains(identity.subnqn)) return nullptr;
  const auto cntlid = TakeCntlid(identity.discovery(), asked);
  if (!cntlid) return nullptr;
  identity.cntlid = *cntlid;
  auto controller =
      std::make_shared<ControllerState>(std::move(identity), options_.io_queues, std::move(admin));
  controllers_.emplace(*cntlid, controller);
  return controller;
}

std::shared_ptr<ControllerState> Directory::RestoreController(ControllerIdentity identity,
                                                              std::uint16_t granted,
                                                              std::shared_ptr<Stream> admin) {
  const std::lock_guard lock(mutex_);
  const std::uint16_t cntlid = identity.cntlid;
  if (granted > options_.io_queues) return nullptr;
  if (!identity.discovery() && !subsystems_.contains(identity.subnqn)) return nullptr;
  if (!statics_.TakeThis(cntlid) && !dynamics_.TakeThis(cntlid)) return nullptr;
  auto controller =
      std::make_shared<ControllerState>(std::move(identity), granted, std::move(admin));
  controllers_.emplace(cntlid, controller);
  return controller;
}

void Directory::ContinueCntlids(std::uint16_t next) {
  const std::lock_guard lock(mutex_);
  dynamics_.ContinueAt(next);
}

std::shared_ptr<ControllerState> Directory::FindController(std::string_view subnqn,
                                                           std::uint16_t cntlid) const {
  const std::lock_guard lock(mutex_);
  const auto found = controllers_.find(cntlid);
  if (found == controllers_.end() || found->second->identity().subnqn != subnqn) return nullptr;
  return found->second;
}

void Directory::RemoveController(std::uint16_t cntlid) {
  const std::lock_guard lock(mutex_);
  if (controllers_.erase(cntlid) == 0) return;
  statics_.Give(cntlid, Deadline::Clock::now());
  dynamics_.Give(cntlid, Deadline::Clock::now());
}

std::size_t Directory::controllers() const {
  const std::lock_guard lock(mutex_);
  return controllers_.size();
}

}  // namespace nvmf::target
