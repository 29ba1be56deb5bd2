#include "conformance/wire/pdu_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "nvmf/tcp/pdu.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;

// Header reads as much of a P as is there.
template <tcp::Pdu P>
P Header(ByteView bytes) {
  std::array<std::byte, P::kSize> whole{};
  std::ranges::copy(bytes.first(std::min(bytes.size(), whole.size())), whole.begin());
  return Decode<P>(whole);
}

template <tcp::Pdu P>
std::string Fields(ByteView bytes) {
  return Describe(Header<P>(bytes));
}

// Named appends " name=value" unless the value is zero: most fields of a command are.
void Named(std::string& text, const char* name, std::uint64_t value) {
  if (value != 0) text += std::string(" ") + name + '=' + Hex(value);
}

std::string CommandText(ByteView bytes) {
  const Sqe sqe = Header<tcp::CapsuleCmd>(bytes).sqe;
  std::string text = "opc=" + Hex(sqe.opc, 2) + " cid=" + Hex(sqe.cid);
  if (sqe.flags != Sqe::kPsdtSgl) text += " flags=" + Hex(sqe.flags, 2);
  Named(text, sqe.opc == kFabricsOpcode ? "fctype" : "nsid", sqe.nsid);
  Named(text, "mptr", sqe.mptr);
  if (sqe.sgl1 != Sgl{}) {
    text += " sgl=" + Hex(sqe.sgl1.type, 2) + ':' + std::to_string(sqe.sgl1.length);
    Named(text, "at", sqe.sgl1.address);
  }
  Named(text, "cdw10", sqe.cdw10), Named(text, "cdw11", sqe.cdw11);
  Named(text, "cdw12", sqe.cdw12), Named(text, "cdw13", sqe.cdw13);
  Named(text, "cdw14", sqe.cdw14), Named(text, "cdw15", sqe.cdw15);
  return text;
}

std::string ResponseText(ByteView bytes) {
  const Cqe cqe = Header<tcp::CapsuleResp>(bytes).cqe;
  std::string text = "cid=" + Hex(cqe.cid) + ' ' + cqe.status().Text();
  Named(text, "dw0", cqe.dw0), Named(text, "dw1", cqe.dw1);
  Named(text, "sqhd", cqe.sqhd), Named(text, "sqid", cqe.sqid);
  return text;
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
      return CommandText(bytes);
    case PduType::kCapsuleResp:
      return ResponseText(bytes);
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
