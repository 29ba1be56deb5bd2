// What Identify returns: the structures by number, and the one about a controller.
//
//   const auto id = Decode<IdentifyController>(page);     // 4096 octets
//   id.in_capsule_bytes();                                // 8192 when IOCCSZ is 516
//   id.mdts_bytes(cap.mpsmin_bytes());                    // 0: no limit
//   Text(id.mn);                                          // without its padding
//
// Shapes    4096 octets. Namespaces: identify_namespace.h, namespace_list.h.
// Units     fields as on the wire; accessors in octets, milliseconds and natural counts.
// Errors    none. Accessors bear any value: a shift or product that does not fit is cut off, as
//           each says.
// Threads   values.
// Source    NVM Express Base, "Identify Controller Data Structure".
#ifndef NVMF_NVME_IDENTIFY_H_
#define NVMF_NVME_IDENTIFY_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "nvmf/base/fields.h"
#include "nvmf/nvme/nqn.h"
#include "nvmf/nvme/text.h"

namespace nvmf {

inline constexpr std::size_t kIdentifySize = 4096;

// Cns is Controller or Namespace Structure: what an Identify command asks for.
enum class Cns : std::uint8_t {
  kNamespace = 0x00,
  kController = 0x01,
  kActiveNsids = 0x02,  // NSIDs greater than the one given.
  kNamespaceDescriptors = 0x03,
  kCommandSetNamespace = 0x05,  // The command-set versions take a CSI.
  kCommandSetController = 0x06,
  kCommandSetActiveNsids = 0x07,
  kNamespaceIndependent = 0x08,  // Common to all command sets.
  kCommandSetCombinations = 0x1C,
};

// Csi is Command Set Identifier.
enum class Csi : std::uint8_t { kNvm = 0, kKeyValue = 1, kZoned = 2 };

// Cntrltype is Controller Type; 0 is what controllers before 1.4 report.
enum class Cntrltype : std::uint8_t { kNotReported = 0, kIo = 1, kDiscovery = 2, kAdmin = 3 };

// Bits of Identify Controller's fields.
inline constexpr std::uint8_t kCmicControllers = 0x02;  // Several controllers.
inline constexpr std::uint8_t kCmicAna = 0x08;
inline constexpr std::uint32_t kOaesNamespaceAttribute = 1u << 8;
inline constexpr std::uint32_t kOaesAna = 1u << 11;
inline constexpr std::uint32_t kOaesDiscovery = 1u << 31;
inline constexpr std::uint32_t kCtrattHostId128 = 1u << 0;
inline constexpr std::uint32_t kCtrattTbkas = 1u << 6;  // Traffic Based Keep Alive.
inline constexpr std::uint16_t kOacsSecurity = 1u << 0;
inline constexpr std::uint16_t kOacsFormat = 1u << 1;
inline constexpr std::uint16_t kOacsFirmware = 1u << 2;
inline constexpr std::uint16_t kOacsNamespaceManagement = 1u << 3;
inline constexpr std::uint16_t kOacsSelfTest = 1u << 4;
inline constexpr std::uint16_t kOacsDirectives = 1u << 5;
inline constexpr std::uint16_t kOacsMi = 1u << 6;
inline constexpr std::uint8_t kLpaCommandEffects = 0x02;
inline constexpr std::uint8_t kLpaExtendedData = 0x04;  // LPO and NUMDU.
inline constexpr std::uint16_t kOncsCompare = 1u << 0;
inline constexpr std::uint16_t kOncsWriteUncorrectable = 1u << 1;
inline constexpr std::uint16_t kOncsDatasetManagement = 1u << 2;
inline constexpr std::uint16_t kOncsWriteZeroes = 1u << 3;
inline constexpr std::uint16_t kOncsSaveSelect = 1u << 4;
inline constexpr std::uint16_t kOncsReservations = 1u << 5;
inline constexpr std::uint16_t kOncsTimestamp = 1u << 6;
inline constexpr std::uint16_t kOncsVerify = 1u << 7;
inline constexpr std::uint16_t kOncsCopy = 1u << 8;
inline constexpr std::uint16_t kFusesCompareAndWrite = 0x0001;
inline constexpr std::uint8_t kVwcPresent = 0x01;
inline constexpr std::uint8_t kVwcNoFlushAll = 0x04;  // 2:1 = 2: no Flush with NSID FFFFFFFFh.
inline constexpr std::uint8_t kVwcFlushAll = 0x06;    // 2:1 = 3: Flush with NSID FFFFFFFFh.
inline constexpr std::uint32_t kSglsSupported = 0x00000001;  // 1:0: no alignment need.
inline constexpr std::uint32_t kSglsOffset = 1u << 20;
inline constexpr std::uint32_t kSglsTransport = 1u << 21;
inline constexpr std::uint8_t kFcattStatic = 0x01;  // Static controller model.
inline constexpr std::uint16_t kOfcsDisconnect = 0x0001;

// The usual queue entry sizes in SQES and CQES: 2^6 and 2^4 octets, smallest and largest.
inline constexpr std::uint8_t kSqes64 = 0x66;
inline constexpr std::uint8_t kCqes16 = 0x44;

struct IdentifyController {
  static constexpr std::size_t kSize = kIdentifySize;
  std::uint16_t vid = 0;
  std::uint16_t ssvid = 0;
  std::array<char, 20> sn{};  // Serial Number.
  std::array<char, 40> mn{};  // Model Number.
  std::array<char, 8> fr{};   // Firmware Revision.
  std::uint8_t rab = 0;
  std::array<std::byte, 3> ieee{};
  std::uint8_t cmic = 0;
  std::uint8_t mdts = 0;  // Maximum Data Transfer Size: 2^mdts pages of CAP.MPSMIN; 0 no limit.
  std::uint16_t cntlid = 0;
  std::uint32_t ver = 0;
  std::uint32_t rtd3r = 0;  // Microseconds.
  std::uint32_t rtd3e = 0;  // Microseconds: how long a shutdown may take.
  std::uint32_t oaes = 0;   // Optional Asynchronous Events Supported.
  std::uint32_t ctratt = 0;
  Cntrltype cntrltype = Cntrltype::kNotReported;
  std::array<std::byte, 16> fguid{};
  std::uint16_t oacs = 0;  // Optional Admin Command Support.
  std::uint8_t acl = 0;    // Abort Command Limit, 0's based.
  std::uint8_t aerl = 0;   // Asynchronous Event Request Limit, 0's based.
  std::uint8_t frmw = 0;
  std::uint8_t lpa = 0;   // Log Page Attributes.
  std::uint8_t elpe = 0;  // Error Log Page Entries, 0's based.
  std::uint8_t npss = 0;
  std::uint16_t kas = 0;  // Keep Alive granularity, 100 ms units.
  std::uint8_t anatt = 0;
  std::uint8_t anacap = 0;
  std::uint32_t anagrpmax = 0;
  std::uint32_t nanagrpid = 0;
  std::uint16_t cqt = 0;  // Command Quiesce Time, ms.
  std::uint8_t sqes = 0;
  std::uint8_t cqes = 0;
  std::uint16_t maxcmd = 0;  // Commands outstanding per queue.
  std::uint32_t nn = 0;      // The largest NSID.
  std::uint16_t oncs = 0;    // Optional NVM Command Support.
  std::uint16_t fuses = 0;
  std::uint8_t fna = 0;
  std::uint8_t vwc = 0;  // Volatile Write Cache.
  std::uint16_t awun = 0;
  std::uint16_t awupf = 0;
  std::uint8_t nwpc = 0;
  std::uint16_t acwu = 0;
  std::uint32_t sgls = 0;
  std::uint32_t mnan = 0;
  NqnField subnqn{};
  std::uint32_t ioccsz = 0;  // I/O Queue Command Capsule Size, 16-octet units.
  std::uint32_t iorcsz = 0;  // I/O Queue Response Capsule Size, 16-octet units.
  std::uint16_t icdoff = 0;  // In Capsule Data Offset, 16-octet units; 0 over TCP.
  std::uint8_t fcatt = 0;
  std::uint8_t msdbd = 0;  // SGL data block descriptors; 1 over TCP.
  std::uint16_t ofcs = 0;  // Optional Fabrics Commands Support.
  static constexpr void Fields(auto& id, auto&& at) {
    at(0, "vid", id.vid), at(2, "ssvid", id.ssvid), at(4, "sn", id.sn), at(24, "mn", id.mn);
    at(64, "fr", id.fr), at(72, "rab", id.rab), at(73, "ieee", id.ieee);
    at(76, "cmic", id.cmic), at(77, "mdts", id.mdts), at(78, "cntlid", id.cntlid);
    at(80, "ver", id.ver), at(84, "rtd3r", id.rtd3r), at(88, "rtd3e", id.rtd3e);
    at(92, "oaes", id.oaes), at(96, "ctratt", id.ctratt);
    at(111, "cntrltype", id.cntrltype), at(112, "fguid", id.fguid);
    at(256, "oacs", id.oacs), at(258, "acl", id.acl), at(259, "aerl", id.aerl);
    at(260, "frmw", id.frmw), at(261, "lpa", id.lpa), at(262, "elpe", id.elpe);
    at(263, "npss", id.npss), at(320, "kas", id.kas);
    at(342, "anatt", id.anatt), at(343, "anacap", id.anacap);
    at(344, "anagrpmax", id.anagrpmax), at(348, "nanagrpid", id.nanagrpid);
    at(386, "cqt", id.cqt), at(512, "sqes", id.sqes), at(513, "cqes", id.cqes);
    at(514, "maxcmd", id.maxcmd), at(516, "nn", id.nn), at(520, "oncs", id.oncs);
    at(522, "fuses", id.fuses), at(524, "fna", id.fna), at(525, "vwc", id.vwc);
    at(526, "awun", id.awun), at(528, "awupf", id.awupf), at(531, "nwpc", id.nwpc);
    at(532, "acwu", id.acwu), at(536, "sgls", id.sgls), at(540, "mnan", id.mnan);
    at(768, "subnqn", id.subnqn), at(1792, "ioccsz", id.ioccsz);
    at(1796, "iorcsz", id.iorcsz), at(1800, "icdoff", id.icdoff);
    at(1802, "fcatt", id.fcatt), at(1803, "msdbd", id.msdbd), at(1804, "ofcs", id.ofcs);
  }

  // in_capsule_bytes returns the most data that an I/O command capsule carries, octets; 0: none.
  constexpr std::uint64_t in_capsule_bytes() const {
    return ioccsz <= 4 ? 0 : std::uint64_t{ioccsz} * 16 - 64;
  }
  // set_in_capsule_bytes: `octets` is a multiple of 16, at most 2^36 - 80.
  constexpr void set_in_capsule_bytes(std::uint64_t octets) {
    ioccsz = static_cast<std::uint32_t>((octets + 64) / 16);
  }
  // mdts_bytes returns the most data of one command, octets, where pages are `mpsmin_bytes` (a
  // power of two); 0 when there is no limit. A limit past 2^64 - 1 is told as 2^64 - 1.
  constexpr std::uint64_t mdts_bytes(std::uint64_t mpsmin_bytes) const {
    if (mdts == 0 || mpsmin_bytes == 0) return 0;
    if (mdts > std::countl_zero(mpsmin_bytes)) return std::numeric_limits<std::uint64_t>::max();
    return mpsmin_bytes << mdts;
  }
  constexpr std::uint32_t aborts() const { return std::uint32_t{acl} + 1; }
  constexpr std::uint32_t async_events() const { return std::uint32_t{aerl} + 1; }
  constexpr std::uint32_t error_log_entries() const { return std::uint32_t{elpe} + 1; }
  constexpr std::uint32_t kas_ms() const { return std::uint32_t{kas} * 100; }
  bool operator==(const IdentifyController&) const = default;
};
static_assert(LayoutIsSound<IdentifyController>());

}  // namespace nvmf

#endif  // NVMF_NVME_IDENTIFY_H_
