#include "fuzz/dictionary.h"

#include <array>
#include <cstdio>
#include <utility>

#include "nvmf/nvme/nqn.h"
#include "nvmf/nvme/opcode.h"
#include "nvmf/nvme/property.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::fuzz {
namespace {

void Add(std::string& text, const std::string& name, ByteView octets) {
  text += name + "=\"";
  for (const std::byte octet : octets) {
    char escaped[8];
    std::snprintf(escaped, sizeof escaped, "\\x%02X", std::to_integer<unsigned>(octet));
    text += escaped;
  }
  text += "\"\n";
}

// The common header of each PDU type, with its digests off and on.
template <tcp::Pdu P>
void AddHeader(std::string& text) {
  std::string name = tcp::PduTypeName(P::kType);
  for (const bool digests : {false, true}) {
    const tcp::Framing framing{.header_digest = digests, .data_digest = digests};
    Add(text, "header_" + name + (digests ? "_digests" : ""), Encode(framing.Header<P>()));
    if (P::kType < tcp::PduType::kCapsuleCmd) break;
  }
}

template <class... Codes>
void AddOpcodes(std::string& text, const char* group, Codes... codes) {
  // An SQE begins with OPC and PSDT.
  const std::uint8_t all[] = {static_cast<std::uint8_t>(std::to_underlying(codes))...};
  for (const std::uint8_t code : all) {
    const std::array<std::byte, 2> octets{std::byte{code}, std::byte{Sqe::kPsdtSgl}};
    Add(text, std::string(group) + "_" + std::to_string(code), octets);
  }
}

void AddWord(std::string& text, const char* name, std::uint32_t word) {
  std::array<std::byte, 4> octets;
  StoreLittle(MutableBytes(octets), word);
  Add(text, name, octets);
}

void AddText(std::string& text, const char* name, std::string_view value) {
  Add(text, name, std::as_bytes(std::span(value)));
}

}  // namespace

std::string Dictionary() {
  std::string text = "# Made by //fuzz:make_dictionary from the library's constants.\n";
  AddHeader<tcp::IcReq>(text), AddHeader<tcp::IcResp>(text);
  AddHeader<tcp::H2CTermReq>(text), AddHeader<tcp::C2HTermReq>(text);
  AddHeader<tcp::CapsuleCmd>(text), AddHeader<tcp::CapsuleResp>(text);
  AddHeader<tcp::H2CData>(text), AddHeader<tcp::C2HData>(text), AddHeader<tcp::R2T>(text);
  AddOpcodes(text, "admin", AdminOpcode::kGetLogPage, AdminOpcode::kIdentify, AdminOpcode::kAbort,
             AdminOpcode::kSetFeatures, AdminOpcode::kGetFeatures, AdminOpcode::kAsyncEventRequest,
             AdminOpcode::kKeepAlive, AdminOpcode::kFabrics);
  AddOpcodes(text, "nvm", NvmOpcode::kFlush, NvmOpcode::kWrite, NvmOpcode::kRead,
             NvmOpcode::kCompare, NvmOpcode::kWriteZeroes, NvmOpcode::kDatasetManagement,
             NvmOpcode::kVerify);
  Add(text, "sgl_in_capsule", Encode(Sgl{.length = 1024, .type = Sgl::kInCapsule}));
  Add(text, "sgl_transport", Encode(Sgl{.length = 4096, .type = Sgl::kTransport}));
  AddWord(text, "cc_enable", Cc::Enable().raw);
  AddWord(text, "nssr", kNssrMagic);
  AddWord(text, "nsid_all", kNsidAll);
  AddWord(text, "in_capsule_limit", 8192);
  AddWord(text, "wraps_with_4096", 0xFFFFF000);
  AddWord(text, "largest_dwords", 0xFFFFFFFC);
  AddText(text, "nqn_discovery", kDiscoveryNqn);
  AddText(text, "nqn_uuid", kUuidNqnPrefix);
  AddText(text, "uuid", "01234567-89ab-cdef-0123-456789abcdef");
  AddText(text, "nqn", "nqn.2026-11.org.example:disk");
  AddText(text, "ipv4", "192.168.100.20");
  AddText(text, "ipv6", "2001:db8::1");
  return text;
}

}  // namespace nvmf::fuzz
