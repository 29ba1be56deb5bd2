// Builds what Identify returns from plain settings.
//
//   const IdentifyController id = BuildIdentifyController({.subnqn = nqn, .cntlid = 7});
//   EncodeInto<IdentifyController>(page, id);
//   WriteNamespaceDescriptors({.nsze = blocks, .block_bytes = 512, .uuid = uuid}, page);
//
// Shapes    pages of 4096 octets.
// Units     octets, milliseconds and natural counts; 0's-based counts, 16-octet units and powers of
//           two exist only in what is built.
// Errors    none; limits are asserted. Text that does not fit is cut.
// Threads   pure functions.
// Source    NVM Express Base, "Identify command"; NVM Command Set, "Identify".
#ifndef NVMF_CONTROLLER_IDENTIFY_BUILDER_H_
#define NVMF_CONTROLLER_IDENTIFY_BUILDER_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "nvmf/nvme/identify.h"
#include "nvmf/nvme/identify_namespace.h"
#include "nvmf/nvme/namespace_list.h"
#include "nvmf/nvme/nqn.h"
#include "nvmf/nvme/property.h"

namespace nvmf::controller {

struct ControllerSettings {
  std::string_view subnqn{};
  std::string_view serial = "1";
  std::string_view model = "controller";
  std::string_view firmware = "1";
  std::uint16_t cntlid = 0;
  Cntrltype type = Cntrltype::kIo;
  Vs version = Vs::Make(2, 0);
  std::uint64_t mdts_bytes = 0;        // 4096 times a power of two; 0: no limit.
  std::uint64_t in_capsule_bytes = 0;  // Of I/O capsules; a multiple of 16.
  std::uint32_t max_commands = 128;    // Outstanding per queue, 1..65535.
  std::uint32_t max_namespaces = 1;    // NN: the largest NSID.
  std::uint32_t kas_ms = 1000;         // A multiple of 100.
  std::uint32_t async_events = 4;      // AERs outstanding, 1..256.
  std::uint32_t aborts = 4;            // Aborts at a time, 1..256.
  std::uint32_t oaes = 0;              // kOaes...
  std::uint16_t oncs = 0;              // kOncs...
  std::uint16_t fuses = 0;             // kFuses...
  bool static_model = false;           // FCATT: hosts choose their controller.
  bool volatile_write_cache = false;   // And Flush takes NSID FFFFFFFFh.
  bool command_effects_log = true;
  bool disconnects = true;  // OFCS: Disconnect.
};

IdentifyController BuildIdentifyController(const ControllerSettings& settings);

struct NamespaceSettings {
  std::uint64_t nsze = 0;           // Blocks.
  std::uint32_t block_bytes = 512;  // A power of two, 512..2^31.
  bool write_protected = false;
  bool shared = true;  // Other controllers have it as well.
  Uuid uuid{};         // Also its NGUID.
};

IdentifyNamespace BuildIdentifyNamespace(const NamespaceSettings& settings);

// WriteNamespaceDescriptors writes the names of a namespace of the NVM command set: NGUID, UUID and
// CSI.
void WriteNamespaceDescriptors(const NamespaceSettings& settings, MutableBytes page);

// BuildActiveNsids returns the first 1024 of `nsids` (ascending) that are greater than `after`.
NsidList BuildActiveNsids(std::span<const std::uint32_t> nsids, std::uint32_t after);

// NamespaceIndependent is what holds for a namespace of any command set. (NVM Express Base, "I/O
// Command Set Independent Identify Namespace Data Structure")
struct NamespaceIndependent {
  static constexpr std::size_t kSize = kIdentifySize;
  static constexpr std::uint8_t kNstatReady = 0x01;
  std::uint8_t nsfeat = 0;
  std::uint8_t nmic = 0;
  std::uint8_t rescap = 0;
  std::uint8_t fpi = 0;
  std::uint32_t anagrpid = 0;
  std::uint8_t nsattr = 0;
  std::uint16_t nvmsetid = 0;
  std::uint16_t endgid = 0;
  std::uint8_t nstat = 0;
  static constexpr void Fields(auto& ns, auto&& at) {
    at(0, "nsfeat", ns.nsfeat), at(1, "nmic", ns.nmic), at(2, "rescap", ns.rescap);
    at(3, "fpi", ns.fpi), at(4, "anagrpid", ns.anagrpid), at(8, "nsattr", ns.nsattr);
    at(10, "nvmsetid", ns.nvmsetid), at(12, "endgid", ns.endgid), at(14, "nstat", ns.nstat);
  }
  bool operator==(const NamespaceIndependent&) const = default;
};
static_assert(LayoutIsSound<NamespaceIndependent>());

NamespaceIndependent BuildNamespaceIndependent(const NamespaceSettings& settings);

// CommandSetCombinations lists which command sets go together; bit n of a vector is CSI n.
struct CommandSetCombinations {
  static constexpr std::size_t kSize = kIdentifySize;
  std::array<std::uint64_t, 512> vectors{};
  static constexpr void Fields(auto& sets, auto&& at) { at(0, "vectors", sets.vectors); }
};
static_assert(LayoutIsSound<CommandSetCombinations>());

// BuildCommandSetCombinations returns the one combination of a controller that has the NVM command
// set alone.
CommandSetCombinations BuildCommandSetCombinations();

}  // namespace nvmf::controller

#endif  // NVMF_CONTROLLER_IDENTIFY_BUILDER_H_
