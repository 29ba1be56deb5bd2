// An association: one host, one subsystem, one controller, and what their queue pairs share.
//
//   Association association({.hostnqn = MakeHostNqn(uuid), .subnqn =
//   "nqn.2026-11.org.example:disk",
//                            .header_digest = true, .data_digest = true});
//
// Shapes    parameters are fixed when it is made; the controller's answers are filled in by the
//           admin queue's Connect and Identify.
// Units     milliseconds, octets, natural counts.
// Threads   any: what changes is atomic.
// Lifetime  must outlive its queue pairs' Connect calls; queue pairs copy what they need.
// Source    NVM Express Base, "Message-Based Controller Architecture (Fabrics)", "Associations".
#ifndef NVMF_ASSOCIATION_H_
#define NVMF_ASSOCIATION_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/nqn.h"

namespace nvmf {

struct AssociationParams {
  std::string hostnqn{};
  std::string subnqn{};
  HostId hostid{};
  bool header_digest = false;
  bool data_digest = false;
  bool digests_optional = false;          // Go on without a digest that the controller declines.
  bool disable_flow_control = false;      // Ask for queues without SQ flow control.
  std::uint8_t hpda = 0;                  // Alignment of C2HData payload: (hpda + 1) * 4 octets.
  std::uint32_t maxr2t = 1;               // R2Ts outstanding per command.
  std::uint32_t kato_ms = 120'000;        // Keep Alive Timeout; 0 asks for none.
  std::uint16_t cntlid = kCntlidDynamic;  // What the admin Connect asks for.
  std::chrono::milliseconds connect_timeout{10'000};  // A whole Connect, ICReq included.
  std::chrono::milliseconds command_timeout{30'000};  // One command of the host helpers.
};

class Association {
 public:
  explicit Association(AssociationParams params) : params_(std::move(params)) {}

  const AssociationParams& params() const { return params_; }

  // cntlid returns the controller's ID once the admin queue is connected.
  std::uint16_t cntlid() const { return cntlid_.load(); }
  void set_cntlid(std::uint16_t cntlid) { cntlid_.store(cntlid); }

  // io_in_capsule_bytes returns how much data an I/O capsule holds; 0 until Identify has told.
  std::uint32_t io_in_capsule_bytes() const { return io_in_capsule_bytes_.load(); }
  void set_io_in_capsule_bytes(std::uint32_t bytes) { io_in_capsule_bytes_.store(bytes); }

 private:
  const AssociationParams params_;
  std::atomic<std::uint16_t> cntlid_{kCntlidDynamic};
  std::atomic<std::uint32_t> io_in_capsule_bytes_{0};
};

}  // namespace nvmf

#endif  // NVMF_ASSOCIATION_H_
