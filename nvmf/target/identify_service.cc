#include "nvmf/target/identify_service.h"

#include <algorithm>

#include "nvmf/controller/identify_builder.h"
#include "nvmf/nvme/discovery.h"

namespace nvmf::target {
namespace {

using controller::NamespaceSettings;

constexpr std::uint32_t kFirstReservedNsid = 0xFFFFFFFE;

NamespaceSettings SettingsOf(const Namespace& ns) {
  return {.nsze = ns.nsze(),
          .block_bytes = ns.block_bytes(),
          .write_protected = ns.write_protected(),
          .uuid = ns.uuid()};
}

IdentifyController MakeController(const ControllerState& controller, const TargetOptions& options) {
  const ControllerIdentity& identity = controller.identity();
  controller::ControllerSettings settings{
      .subnqn = identity.subnqn,
      .model = "nvmf discovery controller",
      .cntlid = identity.cntlid,
      .type = Cntrltype::kDiscovery,
      .version = kVersion,
      .mdts_bytes = options.mdts_bytes,
      .in_capsule_bytes = options.in_capsule_bytes,
      .max_commands = options.io_entries,
      .max_namespaces = Subsystem::kMaxNamespaces,
      .kas_ms = options.kas_ms,
      .async_events = kAsyncEventRequests,
      .oaes = kOaesDiscovery,
      .oncs = kOncsCompare | kOncsDatasetManagement | kOncsWriteZeroes | kOncsVerify,
  };
  if (!identity.discovery()) {
    const SubsystemOptions& names = identity.subsystem->options();
    settings.serial = names.serial;
    settings.model = names.model;
    settings.firmware = names.firmware;
    settings.type = Cntrltype::kIo;
    settings.oaes = kOaesNamespaceAttribute;
    settings.fuses = kFusesCompareAndWrite;
    settings.static_model = options.static_controllers != 0;
    settings.volatile_write_cache = HasVolatileCache(*identity.subsystem);
  }
  return controller::BuildIdentifyController(settings);
}

template <WireStruct T>
Answer Page(const T& value, IdentifyPage page) {
  EncodeInto<T>(page, value);
  return {.data = page};
}

Answer Zeros(IdentifyPage page) {
  std::ranges::fill(page, std::byte{0});
  return {.data = page};
}

Answer ActiveNsids(std::uint32_t after, const Namespaces& namespaces, IdentifyPage page) {
  if (after >= kFirstReservedNsid) return Refused(StatusCode::kInvalidNamespace);
  std::vector<std::uint32_t> nsids;
  for (const auto& ns : namespaces) nsids.push_back(ns->nsid());
  return Page(controller::BuildActiveNsids(nsids, after), page);
}

// OfNamespace answers what is asked about one namespace. Without data for NSIDs that nobody has.
Answer OfNamespace(const IdentifyCmd& cmd, const Namespaces& namespaces, IdentifyPage page) {
  if (cmd.nsid == 0 || cmd.nsid > Subsystem::kMaxNamespaces) {
    return Refused(StatusCode::kInvalidNamespace);
  }
  const auto ns =
      std::ranges::find_if(namespaces, [&](const auto& each) { return each->nsid() == cmd.nsid; });
  if (ns == namespaces.end()) {
    if (cmd.cns == Cns::kNamespaceDescriptors) return Refused(StatusCode::kInvalidNamespace);
    return Zeros(page);
  }
  const NamespaceSettings settings = SettingsOf(**ns);
  switch (cmd.cns) {
    case Cns::kNamespace:
      return Page(controller::BuildIdentifyNamespace(settings), page);
    case Cns::kNamespaceIndependent:
      return Page(controller::BuildNamespaceIndependent(settings), page);
    case Cns::kNamespaceDescriptors:
      controller::WriteNamespaceDescriptors(settings, page);
      return {.data = page};
    default:
      return Zeros(page);  // The NVM command set has nothing to add here.
  }
}

}  // namespace

bool HasVolatileCache(const Subsystem& subsystem) {
  const auto namespaces = subsystem.namespaces();
  return std::ranges::any_of(*namespaces, [](const auto& ns) { return ns->backend().caches(); });
}

Answer AnswerIdentify(const IdentifyCmd& cmd, const ControllerState& controller,
                      const TargetOptions& options, IdentifyPage page) {
  if (cmd.cns == Cns::kController) return Page(MakeController(controller, options), page);
  if (controller.identity().discovery()) return Refused(StatusCode::kInvalidField);
  const auto namespaces = controller.identity().subsystem->namespaces();
  const bool nvm = cmd.csi == Csi::kNvm;
  switch (cmd.cns) {
    case Cns::kNamespace:
    case Cns::kNamespaceDescriptors:
    case Cns::kNamespaceIndependent:
      return OfNamespace(cmd, *namespaces, page);
    case Cns::kActiveNsids:
      return ActiveNsids(cmd.nsid, *namespaces, page);
    case Cns::kCommandSetNamespace:
      if (nvm) return OfNamespace(cmd, *namespaces, page);
      break;
    case Cns::kCommandSetController:
      if (nvm) return Zeros(page);  // No limits of its own.
      break;
    case Cns::kCommandSetActiveNsids:
      if (nvm) return ActiveNsids(cmd.nsid, *namespaces, page);
      break;
    case Cns::kCommandSetCombinations:
      return Page(controller::BuildCommandSetCombinations(), page);
    case Cns::kController:
      break;
  }
  return Refused(StatusCode::kInvalidField);
}

}  // namespace nvmf::target
