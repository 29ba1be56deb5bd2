#include "nvmf/target/options_field.h"

#include <algorithm>
#include <array>
#include <limits>

namespace nvmf::target {
namespace {

constexpr std::uint32_t kMostCommandBytes = 1 << 28;
constexpr std::uint32_t kMostBufferBytes = 1 << 30;
constexpr std::uint32_t kMostInCapsule = 1 << 20;
constexpr std::uint32_t kMostKasMs = 0xFFFF * 100;  // KAS has 16 bits.
constexpr std::uint64_t kMostMs = 365ull * 24 * 3600 * 1000;

// Bit i of flags.
constexpr std::array kFlags = {
    &TargetOptions::header_digest,       &TargetOptions::data_digest,
    &TargetOptions::success_flag,        &TargetOptions::grant_no_flow_control,
    &TargetOptions::keep_alive_required, &TargetOptions::io_loss_ends_association,
};

std::uint32_t Cut(std::size_t n) {
  return static_cast<std::uint32_t>(
      std::min<std::size_t>(n, std::numeric_limits<std::uint32_t>::max()));
}

std::uint64_t Ms(std::chrono::milliseconds wait) {
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(wait.count(), 0, kMostMs));
}

std::chrono::milliseconds Wait(std::uint64_t ms) { return std::chrono::milliseconds(ms); }

}  // namespace

OptionsField ToField(const TargetOptions& options) {
  OptionsField field{.cpda = options.cpda,
                     .io_queues = options.io_queues,
                     .maxh2cdata = options.maxh2cdata,
                     .max_c2h_data = options.max_c2h_data,
                     .max_r2tl = options.max_r2tl,
                     .max_r2t = options.max_r2t,
                     .mdts_bytes = options.mdts_bytes,
                     .in_capsule_bytes = options.in_capsule_bytes,
                     .admin_entries = options.admin_entries,
                     .io_entries = options.io_entries,
                     .static_controllers = options.static_controllers,
                     .max_connections = Cut(options.max_connections),
                     .max_handshakes = Cut(options.max_handshakes),
                     .max_controllers = Cut(options.max_controllers),
                     .write_buffer_bytes = Cut(options.write_buffer_bytes),
                     .handshake_ms = Ms(options.handshake_timeout),
                     .stall_ms = Ms(options.stall_timeout),
                     .idle_ms = Ms(options.idle_timeout),
                     .cntlid_reuse_ms = Ms(options.cntlid_reuse_delay),
                     .event_interval_ms = Ms(options.event_interval),
                     .kas_ms = options.kas_ms};
  for (std::size_t i = 0; i < kFlags.size(); ++i) {
    if (options.*kFlags[i]) field.flags |= 1u << i;
  }
  return field;
}

std::optional<TargetOptions> FromField(const OptionsField& field) {
  const std::uint64_t longest = std::max({field.handshake_ms, field.stall_ms, field.idle_ms,
                                          field.cntlid_reuse_ms, field.event_interval_ms});
  if (field.mdts_bytes > kMostCommandBytes || field.write_buffer_bytes > kMostBufferBytes ||
      field.in_capsule_bytes > kMostInCapsule || longest > kMostMs || field.kas_ms > kMostKasMs ||
      field.flags >> kFlags.size()) {
    return std::nullopt;
  }
  TargetOptions options{.cpda = field.cpda,
                        .maxh2cdata = field.maxh2cdata,
                        .max_c2h_data = field.max_c2h_data,
                        .max_r2tl = field.max_r2tl,
                        .max_r2t = field.max_r2t,
                        .mdts_bytes = field.mdts_bytes,
                        .in_capsule_bytes = field.in_capsule_bytes,
                        .admin_entries = field.admin_entries,
                        .io_entries = field.io_entries,
                        .io_queues = field.io_queues,
                        .static_controllers = field.static_controllers,
                        .max_connections = field.max_connections,
                        .max_handshakes = field.max_handshakes,
                        .max_controllers = field.max_controllers,
                        .write_buffer_bytes = field.write_buffer_bytes,
                        .handshake_timeout = Wait(field.handshake_ms),
                        .stall_timeout = Wait(field.stall_ms),
                        .idle_timeout = Wait(field.idle_ms),
                        .cntlid_reuse_delay = Wait(field.cntlid_reuse_ms),
                        .event_interval = Wait(field.event_interval_ms)};
  if (field.kas_ms != 0) options.kas_ms = field.kas_ms;
  for (std::size_t i = 0; i < kFlags.size(); ++i) options.*kFlags[i] = field.flags >> i & 1;
  return options;
}

}  // namespace nvmf::target
