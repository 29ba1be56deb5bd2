#include "conformance/builtin/builtin_target.h"

#include <memory>

#include "conformance/script/controller_trial.h"
#include "conformance/wire/socket_pair.h"
#include "nvmf/stream/socket_stream.h"
#include "nvmf/target/ram_backend.h"

namespace nvmf::conformance {
namespace {

constexpr const char* kSubNqn = "nqn.2014-08.org.example:conformance";
constexpr const char* kOtherSubNqn = "nqn.2014-08.org.example:another";
constexpr std::uint32_t kDiskNsid = 1;
constexpr std::uint64_t kDiskBytes = 16 << 20;
constexpr std::uint32_t kProtectedNsid = 2;
constexpr std::uint64_t kProtectedBytes = 1 << 20;

target::SubsystemOptions SubsystemNamed(const char* nqn) {
  return {.nqn = nqn,
          .model = "nvmf library",
          .allow_any_host = false,
          .hosts = {HostIdentity{}.hostnqn}};
}

}  // namespace

target::TargetOptions StrictOptions() {
  target::TargetOptions options;
  options.io_loss_ends_association = true;  // By the letter of the text.
  // A host that takes no answers is given up soon enough for a case to see it.
  options.stall_timeout = std::chrono::seconds(1);
  options.event_interval = std::chrono::milliseconds(10);
  options.kas_ms = 100;  // Keep Alive runs out soon enough, too.
  return options;
}

BuiltinTarget::BuiltinTarget(const BuiltinShape& shape)
    : name_(shape.name),
      disk_(target::MakeRamBackend(kDiskBytes)),
      subsystem_(std::make_shared<target::Subsystem>(SubsystemNamed(kSubNqn))),
      target_(shape.options) {
  target_.AddPort({});
  target_.AddReferral({.traddr = "127.0.0.2", .trsvcid = kDiscoveryPort});
  subsystem_->AddNamespace(disk_, {.nsid = kDiskNsid});
  subsystem_->AddNamespace(target::MakeRamBackend(kProtectedBytes),
                           {.nsid = kProtectedNsid, .write_protected = true});
  target_.AddSubsystem(subsystem_);
}

Result<int> BuiltinTarget::Dial(Deadline) {
  const auto ends = MakeSocketPair();
  if (!ends) return std::unexpected(ends.error());
  target_.Serve(SocketStream::Adopt(ends->second));
  return ends->first;
}

Result<> BuiltinTarget::Make(Change change) {
  bool made = false;
  switch (change) {
    case Change::kTakeNamespace:
      made = subsystem_->RemoveNamespace(kDiskNsid);
      break;
    case Change::kGiveNamespace:
      made = subsystem_->AddNamespace(disk_, {.nsid = kDiskNsid}) == kDiskNsid;
      break;
    case Change::kAddSubsystem:
      made =
          target_.AddSubsystem(std::make_shared<target::Subsystem>(SubsystemNamed(kOtherSubNqn)));
      break;
    case Change::kRemoveSubsystem:
      made = target_.RemoveSubsystem(kOtherSubNqn);
      break;
  }
  return made ? Result<>() : Fail(Code::kInvalidArgument, "it is so already");
}

std::string BuiltinTarget::subnqn() const { return kSubNqn; }

}  // namespace nvmf::conformance
