// Identify Controller, controller on trial. (NVM Express Base, "Identify command", "Identify
// Controller Data Structure")
#include <algorithm>

#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

IdentifyController Id(HostPeer& host) {
  host.Enable();
  return Page<IdentifyController>(host.Identify());
}

Verdict AgreesWithConnect(HostPeer& host) {
  const IdentifyController id = Id(host);
  if (id.cntlid != host.cntlid()) return {kFail, "CNTLID is " + std::to_string(id.cntlid)};
  if (id.ver != host.PropertyGet(Vs::kOffset, Vs::kWidth)) return {kFail, "VER is " + Hex(id.ver)};
  const auto subnqn = NqnFromField(id.subnqn);
  return Holds(subnqn && *subnqn == host.subnqn(), "SUBNQN is another");
}

Verdict SglSupport(HostPeer& host) {
  const std::uint32_t sgls = Id(host).sgls;
  if ((sgls & 3) == 0) return {kFail, "SGLS claims no SGLs"};
  return Holds((sgls & (kSglsOffset | kSglsTransport)) != 0,
               "SGLS claims neither offsets nor transport data blocks");
}
Verdict CapsuleSizes(HostPeer& host) {
  const IdentifyController id = Id(host);
  if (id.ioccsz < 4) return {kFail, "IOCCSZ is " + std::to_string(id.ioccsz)};
  if (id.iorcsz != 1) return {kFail, "IORCSZ is " + std::to_string(id.iorcsz)};
  return Holds(id.icdoff == 0, "ICDOFF is " + std::to_string(id.icdoff));
}
Verdict Descriptors(HostPeer& host) {
  const std::uint8_t msdbd = Id(host).msdbd;
  if (msdbd == 0) return {kFail, "MSDBD is 0"};
  if (msdbd > 1)
    return {kNonStrict, "MSDBD is " + std::to_string(msdbd) + ", of which TCP has one"};
  return Pass();
}
Verdict KeepAliveGranularity(HostPeer& host) { return Holds(Id(host).kas != 0, "KAS is 0"); }
Verdict MostCommands(HostPeer& host) { return Holds(Id(host).maxcmd != 0, "MAXCMD is 0"); }
Verdict EntrySizes(HostPeer& host) {
  const IdentifyController id = Id(host);
  return Holds((id.sqes & 0xF) == 6 && (id.cqes & 0xF) == 4,
               "SQES is " + Hex(id.sqes, 2) + ", CQES " + Hex(id.cqes, 2));
}

Verdict ControllerType(HostPeer& host) {
  const IdentifyController id = Id(host);
  if (id.cntrltype == Cntrltype::kIo) return Pass();
  const bool old = host.claims().vs < Vs::Make(1, 4).raw;
  return Holds(old && id.cntrltype == Cntrltype::kNotReported,
               "CNTRLTYPE is " + std::to_string(std::to_underlying(id.cntrltype)));
}

// IsPadded: printable ASCII, and at its end nothing but spaces.
bool IsPadded(std::span<const char> text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7E; });
}
Verdict Texts(HostPeer& host) {
  const IdentifyController id = Id(host);
  if (!IsPadded(id.sn)) return {kFail, "SN is not ASCII padded with spaces"};
  if (!IsPadded(id.mn)) return {kFail, "MN is not ASCII padded with spaces"};
  return Holds(IsPadded(id.fr), "FR is not ASCII padded with spaces");
}

// What some revision gives a meaning to, or a vendor may, a controller may support.
template <std::uint8_t kCns>
Verdict UnknownCns(HostPeer& host) {
  constexpr bool kMayBeKnown = kCns == 0x09 || kCns == 0x0A || kCns >= 0xC0;
  host.Enable();
  const Exchange exchange = host.Run(HostPeer::IdentifyCommand(static_cast<Cns>(kCns)));
  if (exchange.ok() && kMayBeKnown) return {kInfo, "supported"};
  return Holds(exchange.cqe.status().code() == kInvalidField,
               "it ends with " + exchange.cqe.status().Text());
}

// Command-set specific structures, of the NVM command set (CSI 0) and of others.
Sqe OfCommandSet(const HostPeer& host, Cns cns, std::uint8_t csi) {
  const bool of_namespace = cns == Cns::kCommandSetNamespace || cns == Cns::kNamespaceIndependent;
  Sqe sqe = HostPeer::IdentifyCommand(cns, of_namespace ? host.claims().nsid : 0);
  auto cmd = ViewAs<IdentifyCmd>(sqe);
  cmd.csi = static_cast<Csi>(csi);
  if (cns == Cns::kCommandSetCombinations) cmd.cntid = 0xFFFF;  // This controller.
  return ViewAs<Sqe>(cmd);
}
template <Cns kCns>
Verdict NvmCommandSet(HostPeer& host) {
  host.Enable();
  const Exchange exchange = host.Run(OfCommandSet(host, kCns, 0));
  if (exchange.ok()) return Holds(exchange.data.size() == kIdentifySize, "other than 4096 octets");
  return Holds(exchange.cqe.status().code() == kInvalidField,
               "it ends with " + exchange.cqe.status().Text());
}
template <Cns kCns, std::uint8_t kCsi>
Verdict OtherCommandSet(HostPeer& host) {
  constexpr bool kAssigned = kCsi <= 3;
  host.Enable();
  const Exchange exchange = host.Run(OfCommandSet(host, kCns, kCsi));
  if (exchange.ok() && kAssigned) return {kInfo, "supported"};
  return Holds(exchange.cqe.status().code() == kInvalidField,
               "it ends with " + exchange.cqe.status().Text());
}
Verdict LongCommandSetPage(HostPeer& host) {
  host.Enable();
  Sqe sqe = OfCommandSet(host, Cns::kCommandSetNamespace, 0);
  sqe.sgl1.length = 2 * kIdentifySize;
  const Exchange exchange = host.Run(sqe);
  if (exchange.data.size() > kIdentifySize) return {kFail, "more than 4096 octets came"};
  return host.ExpectAlive();
}

constexpr NeedSet kSets = Need::kIoQueue | Need::kCommandSets;

constexpr Case kCases[] = {
    {"ADM-ID-01/agrees", "CNTLID, VER and SUBNQN agree with the Connect response, VS and Connect",
     AgreesWithConnect, kSafe},
    {"ADM-ID-02/sgls", "SGLS claims the descriptors that TCP needs", SglSupport, kSafe,
     Need::kIoController},
    {"ADM-ID-02/capsules", "IOCCSZ, IORCSZ and ICDOFF are those of capsules over TCP", CapsuleSizes,
     kSafe, Need::kIoController},
    {"ADM-ID-02/msdbd", "MSDBD allows one descriptor", Descriptors, kSafe, Need::kIoController},
    {"ADM-ID-02/kas", "The granularity of Keep Alive, KAS, is not 0", KeepAliveGranularity, kSafe,
     Need::kIoController},
    {"ADM-ID-02/maxcmd", "MAXCMD allows commands: it is not 0", MostCommands, kSafe,
     Need::kIoController},
    {"ADM-ID-02/entry-sizes", "SQES and CQES require entries of 64 and 16 octets", EntrySizes,
     kSafe, Need::kIoController},
    {"ADM-ID-03/cntrltype", "CNTRLTYPE tells an I/O controller", ControllerType, kSafe,
     Need::kIoController},
    {"ADM-ID-03/texts", "SN, MN and FR are ASCII padded with spaces", Texts, kSafe},
    {"ADM-ID-04/09", "Identify with CNS 09h, if it is not supported, is refused", UnknownCns<0x09>,
     kSafe},
    {"ADM-ID-04/0a", "Identify with CNS 0Ah, if it is not supported, is refused", UnknownCns<0x0A>,
     kSafe},
    {"ADM-ID-04/0b", "Identify with CNS 0Bh, if it is not supported, is refused", UnknownCns<0x0B>,
     kSafe},
    {"ADM-ID-04/0c", "Identify with CNS 0Ch, if it is not supported, is refused", UnknownCns<0x0C>,
     kSafe},
    {"ADM-ID-04/0d", "Identify with CNS 0Dh, if it is not supported, is refused", UnknownCns<0x0D>,
     kSafe},
    {"ADM-ID-04/0e", "Identify with CNS 0Eh, if it is not supported, is refused", UnknownCns<0x0E>,
     kSafe},
    {"ADM-ID-04/0f", "Identify with CNS 0Fh, if it is not supported, is refused", UnknownCns<0x0F>,
     kSafe},
    {"ADM-ID-04/1e", "Identify with CNS 1Eh, if it is not supported, is refused", UnknownCns<0x1E>,
     kSafe},
    {"ADM-ID-04/ff", "Identify with CNS FFh, if it is not supported, is refused", UnknownCns<0xFF>,
     kSafe},
    {"ADM-ID-09/05-nvm", "CNS 05h of the NVM command set brings 4096 octets, or is refused",
     NvmCommandSet<Cns::kCommandSetNamespace>, kSafe, kSets},
    {"ADM-ID-09/06-nvm", "CNS 06h of the NVM command set brings 4096 octets, or is refused",
     NvmCommandSet<Cns::kCommandSetController>, kSafe, kSets},
    {"ADM-ID-09/07-nvm", "CNS 07h of the NVM command set brings 4096 octets, or is refused",
     NvmCommandSet<Cns::kCommandSetActiveNsids>, kSafe, kSets},
    {"ADM-ID-09/08-nvm", "CNS 08h of the NVM command set brings 4096 octets, or is refused",
     NvmCommandSet<Cns::kNamespaceIndependent>, kSafe, kSets},
    {"ADM-ID-09/1c-nvm", "CNS 1Ch of the NVM command set brings 4096 octets, or is refused",
     NvmCommandSet<Cns::kCommandSetCombinations>, kSafe, kSets},
    {"ADM-ID-09/05-csi-1", "CNS 05h of command set 1h is refused where there is none",
     OtherCommandSet<Cns::kCommandSetNamespace, 0x1>, kSafe, kSets},
    {"ADM-ID-09/05-csi-2", "CNS 05h of command set 2h is refused where there is none",
     OtherCommandSet<Cns::kCommandSetNamespace, 0x2>, kSafe, kSets},
    {"ADM-ID-09/05-csi-30", "CNS 05h of command set 30h is refused where there is none",
     OtherCommandSet<Cns::kCommandSetNamespace, 0x30>, kSafe, kSets},
    {"ADM-ID-09/06-csi-1", "CNS 06h of command set 1h is refused where there is none",
     OtherCommandSet<Cns::kCommandSetController, 0x1>, kSafe, kSets},
    {"ADM-ID-09/06-csi-2", "CNS 06h of command set 2h is refused where there is none",
     OtherCommandSet<Cns::kCommandSetController, 0x2>, kSafe, kSets},
    {"ADM-ID-09/06-csi-30", "CNS 06h of command set 30h is refused where there is none",
     OtherCommandSet<Cns::kCommandSetController, 0x30>, kSafe, kSets},
    {"ADM-ID-09/long-sgl", "CNS 05h into 8192 octets brings no more than 4096", LongCommandSetPage,
     kSafe, kSets},
};

}  // namespace

std::span<const Case> AdmIdentifyCases() { return kCases; }

}  // namespace nvmf::conformance
