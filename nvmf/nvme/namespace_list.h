// Lists about namespaces: the NSIDs that are active, and the names one namespace goes by.
//
//   NamespaceDescriptorReader names(page);
//   while (std::optional<NamespaceDescriptor> name = names.Next()) Use(name->nidt, name->nid);
//   if (names.damaged()) ...
//
//   NamespaceDescriptorWriter writer(page);
//   writer.Add(Nidt::kUuid, uuid);
//
// Shapes    NsidList 4096 octets. A descriptor is 4 octets and its name, in a page of any size.
// Errors    Next says nullopt at the end and at damage, which damaged() tells apart; Add false.
// Threads   one thread at a time per object.
// Lifetime  reader, writer and the names handed out borrow the page.
// Source    NVM Express Base, "Active Namespace ID list" and "Namespace Identification
//           Descriptor list".
#ifndef NVMF_NVME_NAMESPACE_LIST_H_
#define NVMF_NVME_NAMESPACE_LIST_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "nvmf/base/fields.h"

namespace nvmf {

// NsidList is up to 1024 NSIDs, ascending, zero filled. Log page 04h has the same shape.
struct NsidList {
  static constexpr std::size_t kSize = 4096;
  static constexpr std::size_t kMost = 1024;
  std::array<std::uint32_t, kMost> nsids{};
  static constexpr void Fields(auto& list, auto&& at) { at(0, "nsids", list.nsids); }

  // used returns the NSIDs before the first zero. It borrows.
  constexpr std::span<const std::uint32_t> used() const {
    return {nsids.begin(), std::ranges::find(nsids, 0u)};
  }
  bool operator==(const NsidList&) const = default;
};
static_assert(LayoutIsSound<NsidList>());

// Nidt is Namespace Identifier Type.
enum class Nidt : std::uint8_t { kEui64 = 1, kNguid = 2, kUuid = 3, kCsi = 4 };

// NidSize returns the octets that a name of type `nidt` has; 0 for types not known here.
std::size_t NidSize(Nidt nidt);

// NamespaceDescriptorHeader stands before each name.
struct NamespaceDescriptorHeader {
  static constexpr std::size_t kSize = 4;
  Nidt nidt = {};
  std::uint8_t nidl = 0;  // Namespace Identifier Length, octets; 0 ends the list.
  static constexpr void Fields(auto& header, auto&& at) {
    at(0, "nidt", header.nidt), at(1, "nidl", header.nidl);
  }
  bool operator==(const NamespaceDescriptorHeader&) const = default;
};
static_assert(LayoutIsSound<NamespaceDescriptorHeader>());

struct NamespaceDescriptor {
  Nidt nidt = {};
  ByteView nid{};  // Its octets, inside the page.
};

class NamespaceDescriptorReader {
 public:
  explicit NamespaceDescriptorReader(ByteView page) : rest_(page) {}

  // Next returns the next name; nullopt at the end of the list, and for good once a name overruns
  // the page or has not the length of its type. Names of unknown types are handed out.
  std::optional<NamespaceDescriptor> Next();

  // damaged tells whether Next stopped at something that is not a descriptor.
  bool damaged() const { return damaged_; }

 private:
  ByteView rest_;
  bool damaged_ = false;
};

class NamespaceDescriptorWriter {
 public:
  // The page becomes zeros, an empty list.
  explicit NamespaceDescriptorWriter(MutableBytes page);

  // Add writes one more name. False, and nothing written, when it does not fit or has not the
  // length of its type.
  [[nodiscard]] bool Add(Nidt nidt, ByteView nid);

 private:
  MutableBytes rest_;
};

}  // namespace nvmf

#endif  // NVMF_NVME_NAMESPACE_LIST_H_
