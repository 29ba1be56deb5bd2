// What a target grants and how large it is.
#ifndef NVMF_TARGET_TARGET_OPTIONS_H_
#define NVMF_TARGET_TARGET_OPTIONS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "nvmf/base/result.h"
#include "nvmf/nvme/discovery.h"
#include "nvmf/nvme/status.h"

namespace nvmf::target {

// Port is an address at which hosts find the target: what the discovery log tells them.
struct Port {
  AdrFam adrfam = AdrFam::kIpv4;
  std::string traddr = "127.0.0.1";  // Numeric. "0.0.0.0" or "::": where the host came in.
  std::uint16_t trsvcid = kNvmePort;
  bool operator==(const Port&) const = default;
};

// TargetEvent is told as it happens, on the thread that served the connection. Text is borrowed.
struct TargetEvent {
  enum class Kind : std::uint8_t {
    kAssociation,  // A host has connected its admin queue.
    kQueue,        // It has connected I/O queue `qid`.
    kRefused,      // A Connect was refused with `status`.
    kQueueEnded,   // I/O queue `qid` has ended; `error` says why.
    kEnded,        // The association has ended; `error` says why.
    kHandshake,    // A connection ended before its Connect was accepted; `error` says why.
  };
  Kind kind = Kind::kAssociation;
  std::uint16_t cntlid = 0;
  std::uint16_t qid = 0;
  std::string_view subnqn{};
  std::string_view hostnqn{};
  Status status{};
  Error error{.code = Code::kClosed};
};

struct TargetOptions {
  // The transport, as ICResp, R2T and C2HData show it.
  bool header_digest = true;  // Grant it when asked.
  bool data_digest = true;
  std::uint8_t cpda = 0;                    // 0..31
  std::uint32_t maxh2cdata = 128 * 1024;    // >= 4096, a multiple of 4.
  std::uint32_t max_c2h_data = 128 * 1024;  // Most payload of one C2HData.
  std::uint32_t max_r2tl = 0xFFFFFFFC;      // Most data asked for by one R2T.
  std::uint32_t max_r2t = 4;                // R2Ts outstanding per command, 1..4.
  bool success_flag = true;                 // C2HData may stand for the completion.
  bool grant_no_flow_control = true;        // Let hosts do without SQ flow control.

  // The controllers, as CAP, Identify and Connect show them.
  std::uint32_t mdts_bytes = 1 << 20;     // Most data of a command: 4096 times a power of two.
  std::uint32_t in_capsule_bytes = 8192;  // Of I/O capsules; a multiple of 16; 0: none.
  std::uint32_t admin_entries = 4096;     // Largest admin queue, 32..4096.
  std::uint32_t io_entries = 1024;        // Largest I/O queue, 2..16383.
  std::uint16_t io_queues = 64;           // Per controller.
  bool keep_alive_required = true;        // Refuse KATO 0 on I/O controllers.
  std::uint32_t kas_ms = 1000;            // What KATO is rounded up to: a multiple of 100.
  std::uint16_t static_controllers = 0;   // So many that hosts choose from; 0: one made for each.
  bool io_loss_ends_association = false;  // By the letter, where queues are not deleted singly.

  // Bounds. A connection past them is closed at once, the oldest handshake to make room.
  std::size_t max_connections = 1024;
  std::size_t max_handshakes = 256;
  std::size_t max_controllers = 512;
  std::size_t write_buffer_bytes = 4 << 20;              // Per I/O queue; at least mdts_bytes.
  std::chrono::milliseconds handshake_timeout{10'000};   // ICReq and Connect.
  std::chrono::milliseconds stall_timeout{60'000};       // A host that takes no answers.
  std::chrono::milliseconds idle_timeout{120'000};       // No command, where no Keep Alive runs.
  std::chrono::milliseconds cntlid_reuse_delay{10'000};  // Not of static controllers.
  std::chrono::milliseconds event_interval{1000};        // How late an event may be told.

  std::function<void(const TargetEvent&)> on_event{};
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_TARGET_OPTIONS_H_
