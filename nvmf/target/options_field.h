// OptionsField is TargetOptions at a fixed size, for records; who listens to events stays behind.
#ifndef NVMF_TARGET_OPTIONS_FIELD_H_
#define NVMF_TARGET_OPTIONS_FIELD_H_

#include <cstdint>
#include <optional>

#include "nvmf/base/fields.h"
#include "nvmf/target/target_options.h"

namespace nvmf::target {

struct OptionsField {
  static constexpr std::size_t kSize = 112;
  std::uint32_t flags = 0;  // Of options_field.cc, in their order.
  std::uint8_t cpda = 0;
  std::uint16_t io_queues = 0;
  std::uint32_t maxh2cdata = 0;
  std::uint32_t max_c2h_data = 0;
  std::uint32_t max_r2tl = 0;
  std::uint32_t max_r2t = 0;
  std::uint32_t mdts_bytes = 0;
  std::uint32_t in_capsule_bytes = 0;
  std::uint32_t admin_entries = 0;
  std::uint32_t io_entries = 0;
  std::uint16_t static_controllers = 0;
  std::uint32_t max_connections = 0;
  std::uint32_t max_handshakes = 0;
  std::uint32_t max_controllers = 0;
  std::uint32_t write_buffer_bytes = 0;
  std::uint64_t handshake_ms = 0;
  std::uint64_t stall_ms = 0;
  std::uint64_t idle_ms = 0;
  std::uint64_t cntlid_reuse_ms = 0;
  std::uint64_t event_interval_ms = 0;
  std::uint32_t kas_ms = 0;  // 0: an owner that did not tell, and had the usual one.
  static constexpr void Fields(auto& o, auto&& at) {
    at(0, "flags", o.flags), at(4, "cpda", o.cpda), at(6, "io_queues", o.io_queues);
    at(8, "maxh2cdata", o.maxh2cdata), at(12, "max_c2h_data", o.max_c2h_data);
    at(16, "max_r2tl", o.max_r2tl), at(20, "max_r2t", o.max_r2t);
    at(24, "mdts_bytes", o.mdts_bytes), at(28, "in_capsule_bytes", o.in_capsule_bytes);
    at(32, "admin_entries", o.admin_entries), at(36, "io_entries", o.io_entries);
    at(40, "static_controllers", o.static_controllers);
    at(44, "max_connections", o.max_connections), at(48, "max_handshakes", o.max_handshakes);
    at(52, "max_controllers", o.max_controllers);
    at(56, "write_buffer_bytes", o.write_buffer_bytes), at(64, "handshake_ms", o.handshake_ms);
    at(72, "stall_ms", o.stall_ms), at(80, "idle_ms", o.idle_ms);
    at(88, "cntlid_reuse_ms", o.cntlid_reuse_ms), at(96, "event_interval_ms", o.event_interval_ms);
    at(104, "kas_ms", o.kas_ms);
  }
};
static_assert(LayoutIsSound<OptionsField>());

OptionsField ToField(const TargetOptions& options);
// FromField returns nullopt for options that would ask more of this process than any target needs.
std::optional<TargetOptions> FromField(const OptionsField& field);

}  // namespace nvmf::target

#endif  // NVMF_TARGET_OPTIONS_FIELD_H_
