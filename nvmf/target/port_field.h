// PortField is a Port at a fixed size, for records.
#ifndef NVMF_TARGET_PORT_FIELD_H_
#define NVMF_TARGET_PORT_FIELD_H_

#include <array>
#include <cstdint>
#include <optional>

#include "nvmf/base/fields.h"
#include "nvmf/nvme/text.h"
#include "nvmf/target/target_options.h"

namespace nvmf::target {

struct PortField {
  static constexpr std::size_t kSize = 68;
  AdrFam adrfam = AdrFam::kIpv4;
  std::uint16_t trsvcid = 0;
  std::array<char, 64> traddr{};
  static constexpr void Fields(auto& port, auto&& at) {
    at(0, "adrfam", port.adrfam), at(2, "trsvcid", port.trsvcid), at(4, "traddr", port.traddr);
  }
  bool operator==(const PortField&) const = default;
};
static_assert(LayoutIsSound<PortField>());

inline PortField ToField(const Port& port) {
  PortField field{.adrfam = port.adrfam, .trsvcid = port.trsvcid};
  static_cast<void>(SetText(field.traddr, port.traddr, '\0'));
  return field;
}

inline Port FromField(const PortField& field) {
  return {
      .adrfam = field.adrfam, .traddr = std::string(Text(field.traddr)), .trsvcid = field.trsvcid};
}

}  // namespace nvmf::target

#endif  // NVMF_TARGET_PORT_FIELD_H_
