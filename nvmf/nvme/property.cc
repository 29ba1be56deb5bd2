#include "nvmf/nvme/property.h"

namespace nvmf {
namespace {

struct Property {
  std::uint32_t offset;
  std::uint32_t width;
  const char* name;
};

// The properties that exist over fabrics.
constexpr Property kProperties[] = {
    {Cap::kOffset, Cap::kWidth, "CAP"},
    {Vs::kOffset, Vs::kWidth, "VS"},
    {Cc::kOffset, Cc::kWidth, "CC"},
    {Csts::kOffset, Csts::kWidth, "CSTS"},
    {kNssrOffset, 4, "NSSR"},
    {kNssdOffset, 4, "NSSD"},
    {Crto::kOffset, Crto::kWidth, "CRTO"},
};

const Property* Find(std::uint32_t offset) {
  const auto* found = std::ranges::find(kProperties, offset, &Property::offset);
  return found == std::end(kProperties) ? nullptr : found;
}

}  // namespace

std::uint32_t PropertyWidth(std::uint32_t offset) {
  const Property* property = Find(offset);
  return property == nullptr ? 0 : property->width;
}

const char* PropertyName(std::uint32_t offset) {
  const Property* property = Find(offset);
  return property == nullptr ? "unknown" : property->name;
}

}  // namespace nvmf
