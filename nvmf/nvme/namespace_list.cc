#include "nvmf/nvme/namespace_list.h"

namespace nvmf {
namespace {

constexpr std::size_t kHeader = NamespaceDescriptorHeader::kSize;

// LengthFits tells whether a name of `size` octets may have type `nidt`.
bool LengthFits(Nidt nidt, std::size_t size) {
  const std::size_t wanted = NidSize(nidt);
  return wanted == 0 ? size > 0 && size <= 0xFF : size == wanted;
}

}  // namespace

std::size_t NidSize(Nidt nidt) {
  switch (nidt) {
    case Nidt::kEui64:
      return 8;
    case Nidt::kNguid:
    case Nidt::kUuid:
      return 16;
    case Nidt::kCsi:
      return 1;
  }
  return 0;
}

std::optional<NamespaceDescriptor> NamespaceDescriptorReader::Next() {
  if (rest_.size() < kHeader) return std::nullopt;  // A full page needs no end mark.
  const auto header = Decode<NamespaceDescriptorHeader>(rest_.first<kHeader>());
  if (header.nidl == 0) {
    rest_ = {};
    return std::nullopt;
  }
  if (header.nidl > rest_.size() - kHeader || !LengthFits(header.nidt, header.nidl)) {
    rest_ = {};
    damaged_ = true;
    return std::nullopt;
  }
  const ByteView nid = rest_.subspan(kHeader, header.nidl);
  rest_ = rest_.subspan(kHeader + header.nidl);
  return NamespaceDescriptor{.nidt = header.nidt, .nid = nid};
}

NamespaceDescriptorWriter::NamespaceDescriptorWriter(MutableBytes page) : rest_(page) {
  std::ranges::fill(page, std::byte{0});
}

bool NamespaceDescriptorWriter::Add(Nidt nidt, ByteView nid) {
  if (!LengthFits(nidt, nid.size())) return false;
  if (rest_.size() < kHeader || rest_.size() - kHeader < nid.size()) return false;
  EncodeInto(
      rest_.first<kHeader>(),
      NamespaceDescriptorHeader{.nidt = nidt, .nidl = static_cast<std::uint8_t>(nid.size())});
  std::ranges::copy(nid, rest_.subspan(kHeader).begin());
  rest_ = rest_.subspan(kHeader + nid.size());
  return true;
}

}  // namespace nvmf
