#include "fuzz/mutator/pdu_octets.h"

#include <algorithm>

#include "fuzz/model/octets.h"

namespace nvmf::fuzz {
namespace {

constexpr std::uint8_t kHlen[10] = {128, 128, 24, 24, 72, 24, 24, 24, 0, 24};

// Field is a number at a fixed place of a PDU type, worth bending.
struct Field {
  std::uint8_t type;
  std::uint8_t at;
  std::uint8_t size;
};
constexpr Field kFields[] = {
    {0, 8, 2},  {0, 10, 1}, {0, 11, 1}, {0, 12, 4}, {1, 8, 2},  {1, 10, 1}, {1, 11, 1}, {1, 12, 4},
    {2, 8, 2},  {2, 10, 4}, {3, 8, 2},  {3, 10, 4}, {4, 8, 1},  {4, 9, 1},  {4, 10, 2}, {4, 12, 1},
    {4, 32, 4}, {4, 40, 4}, {4, 47, 1}, {5, 8, 4},  {5, 16, 2}, {5, 20, 2}, {5, 22, 2}, {6, 8, 2},
    {6, 10, 2}, {6, 12, 4}, {6, 16, 4}, {7, 8, 2},  {7, 12, 4}, {7, 16, 4}, {9, 8, 2},  {9, 10, 2},
    {9, 12, 4}, {9, 16, 4}, {9, 4, 4},  {5, 4, 4},  {6, 1, 1},  {7, 1, 1},  {6, 4, 4},  {7, 4, 4},
    {4, 4, 4},  {2, 4, 4},  {3, 4, 4},  {0, 4, 4},  {1, 4, 4},
};

constexpr std::uint32_t kNumbers[] = {
    0,      1,      2,       3,          4,          5,          8,          12,         16,
    31,     32,     33,      64,         128,        152,        153,        255,        256,
    512,    1024,   4092,    4096,       4100,       8192,       8196,       0x5A,       0x40,
    0xFFFC, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF, 0xFFFFF000, 0x01,
};
constexpr std::uint32_t kCids[] = {0, 1, 2, 3, 4, 8, 12, 16, 32, 33, 64, 0xFFFF};
constexpr std::uint8_t kOpcodes[] = {0x00, 0x01, 0x02, 0x03, 0x06, 0x7F, 0x05, 0x0C};
constexpr std::uint32_t kSizes[] = {0, 4, 8, 16, 64, 512, 1024};

std::size_t RoundUp(std::size_t n, std::size_t unit) { return (n + unit - 1) / unit * unit; }

}  // namespace

std::uint8_t HlenOf(std::uint8_t type) { return type < 10 ? kHlen[type] : 0; }
bool MayCarryData(std::uint8_t type) { return type == 4 || type == 6 || type == 7; }

void PduBuffer::Assign(std::span<const std::uint8_t> from) {
  size_ = std::min(from.size(), kRoom);
  std::copy_n(from.begin(), size_, room_.begin());
}

void PduBuffer::Resize(std::size_t size) {
  size = std::min(size, kRoom);
  if (size > size_) std::fill(room_.begin() + size_, room_.begin() + size, std::uint8_t{0});
  size_ = size;
}

std::uint32_t PduBuffer::Get(std::size_t at, std::size_t size) const {
  return at + size <= size_ ? model::Number(room_, at, size) : 0;
}

void PduBuffer::Put(std::size_t at, std::size_t size, std::uint32_t value) {
  if (at + size > size_) return;
  for (std::size_t i = 0; i < size; ++i)
    room_[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

Care Care::Rolled(Random& random) {
  return {.lengths = !random.OneIn(16),
          .announced = !random.OneIn(8),
          .digests = !random.OneIn(32),
          .padding = random.OneIn(8) ? random.Octet() : std::uint8_t{0}};
}

namespace {

// The payload as the octets stand: from PDO where that can be, else from the end of the header.
std::span<const std::uint8_t> Payload(PduBuffer& pdu, std::size_t hlen) {
  const std::span<const std::uint8_t> all = pdu.octets();
  const std::size_t flags = pdu.Get(1, 1);
  const std::size_t least = hlen + (flags % 2 != 0 ? 4 : 0);
  std::size_t begin = pdu.Get(3, 1);
  if (begin < least || begin > all.size()) begin = std::min(least, all.size());
  const std::size_t trailer = flags / 2 % 2 != 0 ? 4 : 0;
  return all.subspan(begin, all.size() - begin - std::min(trailer, all.size() - begin));
}

void MendTermReq(PduBuffer& pdu) {
  pdu.Resize(std::min<std::size_t>(pdu.size(), 152));
  pdu.Put(2, 1, 24);
  pdu.Put(4, 4, static_cast<std::uint32_t>(pdu.size()));
}

void MendInitialize(PduBuffer& pdu) {
  pdu.Resize(128);
  pdu.Put(2, 1, 128);
  pdu.Put(4, 4, 128);
}

}  // namespace

void Mend(PduBuffer& pdu, const Layer& layer, const Care& care) {
  const std::uint8_t type = pdu.type();
  const std::size_t hlen = HlenOf(type);
  if (hlen == 0 || pdu.size() < hlen) return;
  if (!care.lengths) return;
  if (type <= 1) return MendInitialize(pdu);
  if (type <= 3) return MendTermReq(pdu);
  std::array<std::uint8_t, PduBuffer::kRoom> kept;
  std::size_t data = 0;
  if (MayCarryData(type)) {
    const auto payload = Payload(pdu, hlen);
    data = std::min<std::size_t>(care.announced ? payload.size() / 4 * 4 : payload.size(), 1024);
    std::copy_n(payload.begin(), data, kept.begin());
  }
  const std::size_t least = hlen + (layer.hdgst ? 4 : 0);
  const std::size_t wide = RoundUp(least + care.padding, layer.alignment);
  const std::size_t tight = RoundUp(least, layer.alignment);
  const std::size_t pdo = data == 0 ? least : wide <= 255 ? wide : tight;
  const bool ddgst = layer.ddgst && data != 0;
  pdu.Resize(hlen);
  pdu.Put(1, 1, (pdu.Get(1, 1) & ~3U) | (layer.hdgst ? 1U : 0U) | (ddgst ? 2U : 0U));
  pdu.Put(2, 1, static_cast<std::uint32_t>(hlen));
  pdu.Put(3, 1, data == 0 ? 0 : static_cast<std::uint32_t>(pdo));
  pdu.Put(4, 4, static_cast<std::uint32_t>(pdo + data + (ddgst ? 4 : 0)));
  if (care.announced && (type == 6 || type == 7)) pdu.Put(16, 4, static_cast<std::uint32_t>(data));
  if (care.announced && type == 4 && data != 0) {
    pdu.Put(32, 4, static_cast<std::uint32_t>(data));
    pdu.Put(47, 1, 1);
  }
  const std::uint32_t lie = care.digests ? 0 : 0x00010000;
  if (layer.hdgst) {
    const std::uint32_t digest = model::DigestOf(pdu.octets()) ^ lie;
    pdu.Resize(hlen + 4);
    pdu.Put(hlen, 4, digest);
  }
  if (data == 0) return;
  pdu.Resize(pdo + data);
  std::copy_n(kept.begin(), data, pdu.octets().begin() + static_cast<std::ptrdiff_t>(pdo));
  if (!ddgst) return;
  const std::uint32_t digest = model::DigestOf(pdu.octets().subspan(pdo)) ^ lie;
  pdu.Resize(pdo + data + 4);
  pdu.Put(pdo + data, 4, digest);
}

void Make(PduBuffer& pdu, std::uint8_t type, std::uint32_t data, Random& random) {
  pdu.Resize(0);
  pdu.Resize(HlenOf(type));
  pdu.Put(0, 1, type);
  pdu.Put(2, 1, HlenOf(type));
  const std::uint32_t cid = random.Pick(kCids);
  switch (type) {
    case 0:
      pdu.Put(11, 1, random.Below(4)), pdu.Put(12, 4, random.Below(4));
      break;
    case 1:
      pdu.Put(11, 1, random.Below(4)), pdu.Put(12, 4, 4U << random.Below(12));
      break;
    case 2:
    case 3:
      pdu.Put(8, 2, 1 + random.Below(6));
      break;
    case 4:
      pdu.Put(8, 1, random.Pick(kOpcodes)), pdu.Put(9, 1, 0x40), pdu.Put(10, 2, random.Below(8));
      pdu.Put(12, 1, random.Below(10)), pdu.Put(32, 4, data == 0 ? random.Pick(kSizes) : data);
      pdu.Put(47, 1, data == 0 ? 0x5A : 1);
      break;
    case 5:
      pdu.Put(20, 2, cid), pdu.Put(16, 2, random.Below(4));
      break;
    case 6:
      pdu.Put(1, 1, random.OneIn(2) ? 4 : 0), pdu.Put(8, 2, random.Below(8)), pdu.Put(10, 2, cid);
      break;
    case 7:
      pdu.Put(1, 1, 4 * random.Below(4)), pdu.Put(8, 2, cid);
      break;
    case 9:
      pdu.Put(8, 2, cid), pdu.Put(10, 2, random.Below(16)), pdu.Put(16, 4, random.Pick(kSizes));
      break;
    default:
      break;
  }
  if (!MayCarryData(type) || data == 0) return;
  const std::size_t begin = pdu.size();
  pdu.Resize(begin + data);
  for (std::uint8_t& octet : pdu.octets().subspan(begin)) octet = random.Octet();
}

void Bend(PduBuffer& pdu, Random& random) {
  for (int tries = 0; tries < 64; ++tries) {
    const Field field = random.Pick(kFields);
    if (field.type != pdu.type()) continue;
    const bool names = field.size == 2 && field.at <= 20;
    std::uint32_t value = names && !random.OneIn(8) ? random.Pick(kCids) : random.Pick(kNumbers);
    if (names && random.OneIn(2)) value = random.Below(40);  // SQHD, CID: about a queue's size.
    const std::uint32_t old = pdu.Get(field.at, field.size);
    if (random.OneIn(4)) value = old + 4;
    if (random.OneIn(8)) value = old - 4;
    if (random.OneIn(16)) value = old ^ 1U << random.Below(8U * field.size);
    return pdu.Put(field.at, field.size, value);
  }
}

}  // namespace nvmf::fuzz
