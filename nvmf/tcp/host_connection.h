// HostConnection is the host's end of an NVMe/TCP connection: commands in, completions out.
//
//   HostConnection host({.header_digest = true, .entries = 32});
//   ... move octets until host.live() ...
//   Result<std::uint16_t> cid = host.Submit(sqe, ReadInto(buffer));
//   ... move octets until host.completed(*cid) ...
//   Completion done = *host.Take(*cid);
//
// Shapes    at most entries - 1 commands outstanding; data 0..2^32-4 octets, a multiple of 4.
// Units     octets and natural counts.
// Errors    Submit: kBusy (the submission queue is full), kInvalidArgument, or the failure.
// Threads   one at a time.
// Lifetime  a command's memory is borrowed until its completion is taken, or until the connection
//           has failed and its output was abandoned.
// Source    NVMe/TCP, "Command Data Buffers", "H2CData", "C2HData", "R2T".
#ifndef NVMF_TCP_HOST_CONNECTION_H_
#define NVMF_TCP_HOST_CONNECTION_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "nvmf/base/data.h"
#include "nvmf/base/result.h"
#include "nvmf/base/ring.h"
#include "nvmf/nvme/sqe.h"
#include "nvmf/tcp/connection.h"

namespace nvmf::tcp {

// HostParams is what the host asks for and how large it is.
struct HostParams {
  bool header_digest = false;
  bool data_digest = false;
  bool digests_optional = false;          // Go on without a digest that the controller declines.
  std::uint8_t hpda = 0;                  // 0..31: C2HData payload aligned to (hpda + 1) * 4.
  std::uint32_t maxr2t = 1;               // R2Ts outstanding per command, 1..kMaxR2t.
  std::uint16_t entries = 32;             // Submission queue entries, 2..65535.
  std::uint32_t in_capsule_bytes = 8192;  // Most data sent in a capsule.
  std::size_t receive_room = PduReceiver::kDefaultRoom;

  static constexpr std::uint32_t kMaxR2t = 8;
};

// HostState is what an idle connection is made of, for another owner to go on with.
struct HostState {
  Negotiated negotiated{};
  std::uint16_t entries = 0;
  std::uint16_t sq_head = 0;     // Where the submission queue stands: it is empty.
  std::uint16_t generation = 0;  // CIDs of later generations were never used.
  bool flow_control = true;
  std::uint32_t in_capsule_bytes = 0;
  std::vector<std::byte> unread{};
  bool operator==(const HostState&) const = default;
};

class HostConnection final : public Connection {
 public:
  explicit HostConnection(const HostParams& params);

  // Export returns the state of an idle connection, which stays as it is. kBusy: commands are
  // outstanding, completions were not taken, or a PDU is half way.
  Result<HostState> Export();
  // Resume makes a connection that goes on from `state`. kInvalidArgument: no connection can.
  static Result<std::unique_ptr<HostConnection>> Resume(const HostState& state);

  // Submit queues `sqe` and returns its CID. SGL1, PSDT and CID are ours to fill.
  Result<std::uint16_t> Submit(const Sqe& sqe, const Data& data);

  // known tells whether `cid` is a command whose completion was not taken yet.
  bool known(std::uint16_t cid) const { return Find(cid) != nullptr; }
  // completed tells whether Take(cid) has something to return.
  bool completed(std::uint16_t cid) const;
  // Take returns the completion of `cid`, once. Data that came short of, or damaged under, a
  // success make it fail: Data Transfer Error, Transient Transport Error.
  std::optional<Completion> Take(std::uint16_t cid);
  // NextCompleted returns the CID of the oldest completion not yet taken.
  std::optional<std::uint16_t> NextCompleted() const;

  std::size_t outstanding() const { return outstanding_; }
  bool full() const;

  // SetInCapsuleBytes says how much data this queue's capsules hold (IOCCSZ * 16 - 64).
  void SetInCapsuleBytes(std::uint32_t bytes) { params_.in_capsule_bytes = bytes; }
  // DisableFlowControl: the controller granted it; SQHD means nothing from here on.
  void DisableFlowControl() { flow_control_ = false; }

 private:
  enum class State : std::uint8_t { kFree, kOutstanding, kDone };
  static constexpr std::uint16_t kNone = 0xFFFF;
  struct Wanted {  // An R2T that is not yet served in full.
    std::uint16_t ttag = 0;
    std::uint32_t at = 0;
    std::uint32_t left = 0;
  };
  // A place in the sending order, void when its slot went to another command meanwhile.
  struct Place {
    std::uint16_t index = 0;
    std::uint16_t turn = 0;
  };
  struct Slot {
    State state = State::kFree;
    bool queued = false;           // In to_send_.
    bool capsule_pending = false;  // The capsule itself is not yet pushed.
    bool in_capsule = false;
    bool digest_error = false;
    bool last_seen = false;  // C2HData with LAST_PDU has come.
    std::uint16_t cid = 0;
    std::uint16_t turn = 0;   // Counts the commands that had this slot.
    std::uint32_t moved = 0;  // Octets received, or asked for by R2T.
    std::uint8_t r2ts = 0;    // Used of wanted.
    std::uint64_t mark = 0;   // sender_.pushed() after this command's latest PDU.
    Data data{};
    Sqe sqe{};
    Cqe cqe{};
    std::array<Wanted, HostParams::kMaxR2t> wanted{};
    std::uint16_t older = kNone;  // Neighbours among the completions not yet taken.
    std::uint16_t newer = kNone;
  };

  void OnHeader() override;
  void OnDataDone() override;
  bool PushNext() override;
  std::uint8_t AskedDigests() const;
  void OnIcResp(const IcResp& resp);
  void OnCapsuleResp(const CapsuleResp& resp);
  void OnC2HData(const C2HData& pdu);
  void OnR2T(const R2T& r2t);
  void PushCapsule(Slot& slot);
  void PushH2CData(Slot& slot);
  void Complete(Slot& slot, const Cqe& cqe);
  void NoteSqhd(std::uint16_t sqhd);
  Slot* Find(std::uint16_t cid);
  const Slot* Find(std::uint16_t cid) const;
  void Enqueue(Slot& slot);
  void LinkDone(Slot& slot);
  void UnlinkDone(Slot& slot);
  std::uint16_t IndexOf(const Slot& slot) const { return slot.cid & cid_mask_; }

  HostParams params_;
  bool icreq_pushed_ = false;
  bool flow_control_ = true;
  std::uint16_t sq_head_ = 0;
  std::uint16_t sq_tail_ = 0;
  std::size_t outstanding_ = 0;
  std::uint16_t cid_mask_;
  Slot* receiving_ = nullptr;  // Whose C2HData payload is coming.
  bool receiving_success_ = false;
  std::vector<Slot> slots_;
  std::vector<std::uint16_t> free_;
  Ring<Place> to_send_;
  std::uint16_t oldest_done_ = kNone;
  std::uint16_t newest_done_ = kNone;
};

}  // namespace nvmf::tcp

#endif  // NVMF_TCP_HOST_CONNECTION_H_
