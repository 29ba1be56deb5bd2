#include "conformance/wire/pdu_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "nvmf/tcp/pdu.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;

template <tcp::Pdu P>
std::string Fields(ByteView bytes) {
  std::array<std::byte, P::kSize> whole{};
  std::ranges::copy(bytes.first(std::min(bytes.size(), whole.size())), whole.begin());
  return Describe(Decode<P>(whole));
}

std::string FieldsOf(PduType type, ByteView bytes) {
  switch (type) {
    case PduType::kIcReq:
      return Fields<tcp::IcReq>(bytes);
    case PduType::kIcResp:
      return Fields<tcp::IcResp>(bytes);
    case PduType::kH2CTermReq:
      return Fields<tcp::H2CTermReq>(bytes);
    case PduType::kC2HTermReq:
      return Fields<tcp::C2HTermReq>(bytes);
    case PduType::kCapsuleCmd:
      return Fields<tcp::CapsuleCmd>(bytes);
    case PduType::kCapsuleResp:
      return Fields<tcp::CapsuleResp>(bytes);
    case PduType::kH2CData:
      return Fields<tcp::H2CData>(bytes);
    case PduType::kC2HData:
      return Fields<tcp::C2HData>(bytes);
    case PduType::kR2T:
      return Fields<tcp::R2T>(bytes);
  }
  return "type=" + Hex(static_cast<std::uint8_t>(type), 2);
}

}  // namespace

std::string Hex(std::uint64_t value, int digits) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%0*llXh", digits,
                static_cast<unsigned long long>(value));
  return text.data();
}

std::string PduText(ByteView bytes) {
  const std::string count = " (" + std::to_string(bytes.size()) + " octets)";
  if (bytes.size() < tcp::kHeaderBytes) return "less than a header" + count;
  const auto header = Decode<tcp::PduHeader>(bytes.first<tcp::kHeaderBytes>());
  std::string text = std::string(tcp::PduTypeName(header.type)) + ' ';
  text += FieldsOf(header.type, bytes);
  text += " flags=" + Hex(header.flags, 2) + " hlen=" + std::to_string(header.hlen);
  text += " pdo=" + std::to_string(header.pdo) + " plen=" + std::to_string(header.plen);
  return text + count;
}

}  // namespace nvmf::conformance
