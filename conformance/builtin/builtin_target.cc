#include "conformance/builtin/builtin_target.h"

#include <memory>

#include "conformance/script/controller_trial.h"
#include "conformance/wire/socket_pair.h"
#include "nvmf/stream/socket_stream.h"
#include "nvmf/target/ram_backend.h"

namespace nvmf::conformance {
namespace {

constexpr const char* kSubNqn = "nqn.2014-08.org.example:conformance";
constexpr std::uint64_t kDiskBytes = 16 << 20;

}  // namespace

target::TargetOptions StrictOptions() {
  target::TargetOptions options;
  options.io_loss_ends_association = true;  // By the letter of the text.
  // A host that takes no answers is given up soon enough for a case to see it.
  options.stall_timeout = std::chrono::seconds(1);
  return options;
}

BuiltinTarget::BuiltinTarget(const BuiltinShape& shape)
    : name_(shape.name), target_(shape.options) {
  auto subsystem = std::make_shared<target::Subsystem>(
      target::SubsystemOptions{.nqn = kSubNqn,
                               .model = "nvmf library",
                               .allow_any_host = false,
                               .hosts = {HostIdentity{}.hostnqn}});
  target_.AddPort({});
  subsystem->AddNamespace(target::MakeRamBackend(kDiskBytes));
  target_.AddSubsystem(std::move(subsystem));
}

Result<int> BuiltinTarget::Dial(Deadline) {
  const auto ends = MakeSocketPair();
  if (!ends) return std::unexpected(ends.error());
  target_.Serve(SocketStream::Adopt(ends->second));
  return ends->first;
}

std::string BuiltinTarget::subnqn() const { return kSubNqn; }

}  // namespace nvmf::conformance
