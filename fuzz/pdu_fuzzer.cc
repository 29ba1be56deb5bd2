// Invariant: any octets decode as any PDU or NVMe structure; what was decoded encodes to the same
// octets with the reserved ones zero, and decodes to the same value again; each field stands where
// the specification puts it; and what the small parsers (names, lists, digests) accept is what a
// second writing of their rules accepts.
//
// Input: octet 0 chooses the structure or the parser (bit 7: describe it, too), the rest is it.
#include "fuzz/harness/check.h"
#include "fuzz/harness/wire_check.h"
#include "fuzz/words_check.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/discovery.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/identify.h"
#include "nvmf/nvme/identify_namespace.h"
#include "nvmf/nvme/log_page.h"
#include "nvmf/nvme/namespace_list.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::fuzz {
namespace {

using tcp::PduHeader;

template <WireStruct T, const auto& kLayout>
T Structure(Octets input, bool describe) {
  const T value = CheckStructure<T, kLayout>(input);
  if (describe) FUZZ_CHECK(!Describe(value).empty());
  return value;
}

template <WireStruct T>
void Plain(Octets input, bool describe) {
  Structure<T, model::kNoPlaces>(input, describe);
}
template <WireStruct T, const auto& kLayout>
void Placed(Octets input, bool describe) {
  Structure<T, kLayout>(input, describe);
}

// A PDU carries a common header of its own: both together are its octets.
template <tcp::Pdu P, const auto& kLayout>
void WholePdu(Octets input, bool describe) {
  const P pdu = Structure<P, kLayout>(input, describe);
  const auto header = Structure<PduHeader, model::kHeader>(input, describe);
  std::array<std::byte, P::kSize> octets;
  tcp::EncodePduInto(std::span<std::byte, P::kSize>(octets), header, pdu);
  FUZZ_CHECK(Decode<P>(octets) == pdu);
  FUZZ_CHECK(Decode<PduHeader>(std::span<const std::byte, 8>(octets.data(), 8)) == header);
  FUZZ_CHECK(tcp::PduTypeName(header.type) != nullptr);
  CheckFraming<P>(input);
}

using Check = void (*)(Octets input, bool describe);
constexpr Check kChecks[] = {
    WholePdu<tcp::IcReq, model::kIcReq>,
    WholePdu<tcp::IcResp, model::kIcResp>,
    WholePdu<tcp::H2CTermReq, model::kTermReq>,
    WholePdu<tcp::C2HTermReq, model::kTermReq>,
    WholePdu<tcp::CapsuleCmd, model::kCapsuleCmd>,
    WholePdu<tcp::CapsuleResp, model::kCapsuleResp>,
    WholePdu<tcp::H2CData, model::kH2CData>,
    WholePdu<tcp::C2HData, model::kC2HData>,
    WholePdu<tcp::R2T, model::kR2T>,
    Placed<ConnectCmd, model::kConnect>,
    Placed<ConnectData, model::kConnectData>,
    Placed<PropertyGetCmd, model::kPropertyGet>,
    Placed<PropertySetCmd, model::kPropertySet>,
    Plain<DisconnectCmd>,
    Placed<AuthenticationCmd, model::kAuthentication>,
    Placed<IdentifyCmd, model::kIdentify>,
    Placed<GetLogPageCmd, model::kGetLogPage>,
    Placed<FeaturesCmd, model::kFeatures>,
    Placed<AbortCmd, model::kAbort>,
    Placed<DiscoveryHeader, model::kDiscoveryHeader>,
    Placed<DiscoveryEntry, model::kDiscoveryEntry>,
    Placed<IdentifyController, model::kIdentifyController>,
    Placed<IdentifyNamespace, model::kIdentifyNamespace>,
    Placed<DsmRange, model::kDsmRange>,
    Placed<LbaFormat, model::kLbaFormat>,
    Plain<NsidList>,
    Plain<ErrorLogEntry>,
    Plain<SmartLog>,
    Plain<FirmwareLog>,
    Plain<CommandEffects>,
    Plain<SupportedLogPages>,
    Plain<HostBehavior>,
    Plain<NamespaceDescriptorHeader>,
    CheckNames,
    CheckStatus,
    CheckNqn,
    CheckUuid,
    CheckDescriptors,
    CheckDigest,
    CheckProperties,
    CheckCommands,
    CheckEntry,
    CheckErrorText,
    CheckBuilders,
    CheckIdentify,
};

}  // namespace
}  // namespace nvmf::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nvmf::fuzz;
  if (size == 0) return 0;
  kChecks[(data[0] & 0x7F) % std::size(kChecks)](Octets(data, size).subspan(1), data[0] >= 0x80);
  return 0;
}
