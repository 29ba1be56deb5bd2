#include "nvmf/target/target.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "nvmf/target/connection_set.h"
#include "nvmf/target/directory.h"
#include "nvmf/target/session.h"

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

}  // namespace

class Target::Impl {
 public:
  explicit Impl(TargetOptions asked)
      : options(Sane(std::move(asked))),
        directory(options),
        connections(options.max_connections, options.max_handshakes) {}

  Error Serve(Connection& connection, const Port& local) {
    return Session(directory, options, connection, local).Run();
  }

  const TargetOptions options;
  Directory directory;
  ConnectionSet connections;
};

Target::Target(TargetOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Target::~Target() { Stop(); }

bool Target::AddSubsystem(std::shared_ptr<Subsystem> subsystem) {
  return impl_->directory.AddSubsystem(std::move(subsystem));
}

bool Target::RemoveSubsystem(std::string_view nqn) { return impl_->directory.RemoveSubsystem(nqn); }

void Target::AddPort(const Port& port) { impl_->directory.AddPort(port); }

void Target::AddReferral(const Port& port) { impl_->directory.AddReferral(port); }

bool Target::Rescan() { return impl_->directory.Rescan(); }

void Target::Serve(std::unique_ptr<Stream> stream, const Port& local) {
  static_cast<void>(impl_->connections.Start(
      std::move(stream),
      [this, local](Connection& connection) { return impl_->Serve(connection, local); }));
}

Error Target::ServeHere(std::unique_ptr<Stream> stream, const Port& local) {
  return impl_->connections.RunHere(
      std::move(stream), [&](Connection& connection) { return impl_->Serve(connection, local); });
}

void Target::Stop() { impl_->connections.Stop(); }

Counts Target::counts() const { return impl_->directory.tallies().Sum(); }

std::size_t Target::connections() const { return impl_->connections.size(); }

std::size_t Target::associations() const { return impl_->directory.controllers(); }

}  // namespace nvmf::target
