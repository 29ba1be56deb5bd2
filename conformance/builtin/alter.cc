#include "conformance/builtin/alter.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "nvmf/nvme/opcode.h"

namespace nvmf::conformance {
namespace {

constexpr std::size_t kStatusAt = tcp::kHeaderBytes + 14;  // Of CapsuleResp.

MutableBytes DataOf(Bytes& pdu) {
  return MutableBytes(pdu).subspan(std::min(pdu.size(), tcp::C2HData::kSize));
}

void FillData(Bytes& pdu, std::uint8_t value) { std::ranges::fill(DataOf(pdu), std::byte{value}); }

}  // namespace

Alter Set(std::size_t at, std::uint8_t value) {
  return [=](Bytes& pdu) {
    if (at < pdu.size()) pdu[at] = std::byte{value};
  };
}

Alter Xor(std::size_t at, std::uint8_t bits) {
  return [=](Bytes& pdu) {
    if (at < pdu.size()) pdu[at] ^= std::byte{bits};
  };
}

Alter XorFromEnd(std::size_t back, std::uint8_t bits) {
  return [=](Bytes& pdu) {
    if (back <= pdu.size()) pdu[pdu.size() - back] ^= std::byte{bits};
  };
}

void Twice(Bytes& pdu) { pdu = Join(pdu, pdu); }
void Never(Bytes& pdu) { pdu.clear(); }

void Zeros(Bytes& pdu) { FillData(pdu, 0); }
void Ones(Bytes& pdu) { FillData(pdu, 0xFF); }
void OtherOctets(Bytes& pdu) {
  for (std::byte& octet : DataOf(pdu)) octet ^= std::byte{0xFF};
}

Alter NeverTheSame() {
  return [times = std::make_shared<std::atomic<unsigned>>(0)](Bytes& pdu) {
    XorFromEnd(5, static_cast<std::uint8_t>(++*times))(pdu);
  };
}

Alter SetStatus(StatusCode code) {
  return [=](Bytes& pdu) {
    if (pdu.size() < kStatusAt + 2) return;
    StoreLittle(MutableBytes(pdu).subspan(kStatusAt), Status(code).ToWire());
  };
}

Alter FailAs(StatusCode code) {
  return [=](Bytes& pdu) {
    if (pdu.size() < kStatusAt + 2) return;
    const auto field = LoadLittle<std::uint16_t>(ByteView(pdu).subspan(kStatusAt));
    if (!Status::FromWire(field).ok()) SetStatus(code)(pdu);
  };
}

Alter SetDword(std::size_t at, std::uint32_t value) {
  return [=](Bytes& pdu) {
    if (pdu.size() < tcp::CapsuleResp::kSize) return;
    StoreLittle(MutableBytes(pdu).subspan(tcp::kHeaderBytes + at), value);
  };
}

Whose OfFabrics(FabricsType type) {
  return [=](const Sqe& sqe) {
    return sqe.opc == kFabricsOpcode && sqe.fctype() == std::to_underlying(type);
  };
}

Whose OfOpcode(std::uint8_t opc) {
  return [=](const Sqe& sqe) { return sqe.opc == opc; };
}

}  // namespace nvmf::conformance
