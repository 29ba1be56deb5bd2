#include "nvmf/target/target.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "nvmf/target/session.h"
#include "nvmf/target/target_parts.h"

namespace nvmf::target {
namespace {

// Options that contradict the protocol become the nearest that do not.
TargetOptions Sane(TargetOptions options) {
  options.mdts_bytes = std::bit_floor(std::max<std::uint32_t>(options.mdts_bytes, 8192));
  options.in_capsule_bytes = options.in_capsule_bytes / 16 * 16;
  options.admin_entries = std::clamp<std::uint32_t>(options.admin_entries, 32, 4096);
  options.io_entries = std::clamp<std::uint32_t>(options.io_entries, 2, 16383);
  options.static_controllers = std::min<std::uint16_t>(options.static_controllers, 0x8000);
  options.io_queues = std::clamp<std::uint16_t>(options.io_queues, 1, 65534);
  return options;
}

Error Run(TargetParts& parts, Connection& connection, const Port& local) {
  return Session(parts.directory, parts.options, parts.parking, connection, local).Run();
}

}  // namespace

Target::Target(TargetOptions options) : Target(std::move(options), false) {}

Target::Target(TargetOptions options, bool taking)
    : parts_(std::make_unique<TargetParts>(Sane(std::move(options)), taking)) {}

std::unique_ptr<Target> Target::ForTakeover(TargetOptions options) {
  return std::unique_ptr<Target>(new Target(std::move(options), true));
}

Target::~Target() { Stop(); }

bool Target::AddSubsystem(std::shared_ptr<Subsystem> subsystem) {
  return parts_->directory.AddSubsystem(std::move(subsystem));
}

bool Target::RemoveSubsystem(std::string_view nqn) {
  return parts_->directory.RemoveSubsystem(nqn);
}

void Target::AddPort(const Port& port) { parts_->directory.AddPort(port); }

void Target::AddReferral(const Port& port) { parts_->directory.AddReferral(port); }

bool Target::Rescan() { return parts_->directory.Rescan(); }

void Target::Serve(std::unique_ptr<Stream> stream, const Port& local) {
  static_cast<void>(parts_->connections.Start(
      std::move(stream),
      [this, local](Connection& connection) { return Run(*parts_, connection, local); }));
}

Error Target::ServeHere(std::unique_ptr<Stream> stream, const Port& local) {
  return parts_->connections.RunHere(
      std::move(stream), [&](Connection& connection) { return Run(*parts_, connection, local); });
}

void Target::Stop() { parts_->connections.Stop(); }

Counts Target::counts() const { return parts_->directory.tallies().Sum(); }

std::size_t Target::connections() const { return parts_->connections.size(); }

std::size_t Target::associations() const { return parts_->directory.controllers(); }

}  // namespace nvmf::target
