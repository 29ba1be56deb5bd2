#include "nvmf/controller/identify_builder.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace nvmf::controller {
namespace {

constexpr std::uint64_t kPage = 4096;  // CAP.MPSMIN.

template <std::size_t N>
void SetCut(std::array<char, N>& field, std::string_view text) {
  static_cast<void>(SetText(field, text.substr(0, N)));
}

std::uint8_t Log2(std::uint64_t n) { return static_cast<std::uint8_t>(std::countr_zero(n)); }

// ZeroBased returns the 0's-based form of a natural count.
std::uint8_t ZeroBased(std::uint32_t count) {
  assert(count >= 1 && count <= 256);
  return static_cast<std::uint8_t>(count - 1);
}

// What only a controller with I/O queues reports.
void SetIo(const ControllerSettings& settings, IdentifyController& id) {
  id.sqes = kSqes64;
  id.cqes = kCqes16;
  id.nn = settings.max_namespaces;
  id.oncs = settings.oncs;
  id.fuses = settings.fuses;
  id.fcatt = settings.static_model ? kFcattStatic : std::uint8_t{0};
  id.vwc = settings.volatile_write_cache ? kVwcPresent | kVwcFlushAll : kVwcFlushAll;
  id.set_in_capsule_bytes(settings.in_capsule_bytes);
  id.iorcsz = 1;
  id.ofcs = settings.disconnects ? kOfcsDisconnect : std::uint16_t{0};
  id.acl = ZeroBased(settings.aborts);
  id.cmic = kCmicControllers;
  id.rtd3e = 1'000'000;
}

}  // namespace

IdentifyController BuildIdentifyController(const ControllerSettings& settings) {
  assert(settings.mdts_bytes == 0 ||
         (std::has_single_bit(settings.mdts_bytes) && settings.mdts_bytes > kPage));
  IdentifyController id;
  SetCut(id.sn, settings.serial);
  SetCut(id.mn, settings.model);
  SetCut(id.fr, settings.firmware);
  id.mdts = settings.mdts_bytes == 0 ? std::uint8_t{0} : Log2(settings.mdts_bytes / kPage);
  id.cntlid = settings.cntlid;
  id.ver = settings.version.raw;
  id.oaes = settings.oaes;
  id.ctratt = kCtrattHostId128 | kCtrattTbkas;
  id.cntrltype = settings.type;
  id.aerl = ZeroBased(settings.async_events);
  id.lpa = kLpaExtendedData;
  if (settings.command_effects_log) id.lpa |= kLpaCommandEffects;
  id.kas = static_cast<std::uint16_t>(settings.kas_ms / 100);
  id.maxcmd = static_cast<std::uint16_t>(settings.max_commands);
  id.sgls = kSglsSupported | kSglsOffset | kSglsTransport;
  static_cast<void>(SetNqnField(id.subnqn, settings.subnqn.substr(0, kMaxNqn)));
  id.msdbd = 1;
  if (settings.type == Cntrltype::kIo) SetIo(settings, id);
  return id;
}

IdentifyNamespace BuildIdentifyNamespace(const NamespaceSettings& settings) {
  assert(std::has_single_bit(settings.block_bytes) && settings.block_bytes >= 512);
  IdentifyNamespace ns;
  ns.nsze = ns.ncap = ns.nuse = settings.nsze;
  ns.nmic = settings.shared ? kNmicShared : std::uint8_t{0};
  ns.nsattr = settings.write_protected ? kNsattrWriteProtected : std::uint8_t{0};
  ns.nguid = settings.uuid;
  ns.lbaf[0].lbads = Log2(settings.block_bytes);
  return ns;
}

void WriteNamespaceDescriptors(const NamespaceSettings& settings, MutableBytes page) {
  const std::array<std::byte, 1> csi{std::byte{std::to_underlying(Csi::kNvm)}};
  NamespaceDescriptorWriter writer(page);
  const bool fit = writer.Add(Nidt::kNguid, settings.uuid) &&
                   writer.Add(Nidt::kUuid, settings.uuid) && writer.Add(Nidt::kCsi, csi);
  assert(fit);
  static_cast<void>(fit);
}

NsidList BuildActiveNsids(std::span<const std::uint32_t> nsids, std::uint32_t after) {
  NsidList list;
  const auto begin = std::ranges::upper_bound(nsids, after);
  const auto count = std::min<std::ptrdiff_t>(nsids.end() - begin, NsidList::kMost);
  std::copy_n(begin, count, list.nsids.begin());
  return list;
}

NamespaceIndependent BuildNamespaceIndependent(const NamespaceSettings& settings) {
  return {.nmic = settings.shared ? kNmicShared : std::uint8_t{0},
          .nsattr = settings.write_protected ? kNsattrWriteProtected : std::uint8_t{0},
          .nstat = NamespaceIndependent::kNstatReady};
}

CommandSetCombinations BuildCommandSetCombinations() {
  CommandSetCombinations sets;
  sets.vectors[0] = std::uint64_t{1} << std::to_underlying(Csi::kNvm);
  return sets;
}

}  // namespace nvmf::controller
