// ControllerConnection is the controller's end of an NVMe/TCP connection: commands out of it, data
// and completions into it.
//
//   ControllerConnection controller({});
//   ... move octets until controller.HasEvent() ...
//   Event event = controller.NextEvent();           // a command, or data that were asked for
//   controller.RequestData(event.tag, 0, buffer);   // R2T; kData follows
//   controller.SendData(event.tag, page, Cqe{});    // C2HData and the completion
//
// Shapes    as many commands at a time as the submission queue has entries; data of a command in
//           contiguous parts. In-capsule data are kept until the command is answered.
// Units     octets and natural counts.
// Errors    commands whose data descriptor is unusable, or whose in-capsule data came damaged, are
//           answered here and never surface.
// Threads   one at a time.
// Lifetime  memory given to RequestData is borrowed until its kData event, or until SendData or
//           Respond answers before that; memory given to SendData
//           until outstanding output has left, or until the connection has failed and its output
//           was abandoned.
// Source    NVMe/TCP, "Command Data Buffers", "H2CData", "C2HData", "R2T"; NVM Express Base,
//           "Submission Queue Flow Control".
#ifndef NVMF_TCP_CONTROLLER_CONNECTION_H_
#define NVMF_TCP_CONTROLLER_CONNECTION_H_

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "nvmf/base/event.h"
#include "nvmf/base/result.h"
#include "nvmf/base/ring.h"
#include "nvmf/nvme/sqe.h"
#include "nvmf/tcp/connection.h"

namespace nvmf::tcp {

// ControllerParams is what the controller grants and how large it is.
struct ControllerParams {
  bool header_digest = true;  // Grant it when asked.
  bool data_digest = true;
  std::uint8_t cpda = 0;                    // 0..31
  std::uint32_t maxh2cdata = 128 * 1024;    // >= 4096, a multiple of 4.
  std::uint32_t in_capsule_bytes = 8192;    // At least what admin and fabrics commands may carry.
  std::uint32_t max_c2h_data = 128 * 1024;  // Most payload put in one C2HData.
  std::uint32_t max_r2tl = 0xFFFFFFFC;      // Most data asked for by one R2T; a multiple of 4.
  std::uint32_t max_r2t = 1;                // R2Ts outstanding per command, 1..kMaxR2t.
  bool success_flag = true;                 // C2HData stands for the completion where it may.
  std::size_t receive_room = PduReceiver::kDefaultRoom;

  static constexpr std::uint32_t kMaxR2t = 4;
};

// ControllerState is what a connection between transfers is made of, for another owner to go on
// with: commands that have come and were neither answered nor asked for data, and octets unread.
struct ControllerState {
  struct Command {
    Sqe sqe{};
    std::vector<std::byte> data{};  // That came with it, or was fetched for it: all there is.
    bool operator==(const Command&) const = default;
  };
  Negotiated negotiated{};
  std::uint16_t entries = 0;
  std::uint16_t sq_head = 0;
  bool flow_control = true;
  std::uint32_t in_capsule_bytes = 0;
  std::vector<Command> commands{};  // In order of arrival.
  std::vector<std::byte> unread{};
  bool operator==(const ControllerState&) const = default;
};

class ControllerConnection final : public Connection {
 public:
  explicit ControllerConnection(const ControllerParams& params);

  // Fetched is data that RequestData brought in full, which only the caller has.
  struct Fetched {
    Tag tag = 0;
    ByteView data{};
  };
  // Export returns the state of a connection between transfers, which stays as it is. kBusy: an
  // answer or data are under way, a PDU is half way, or data were asked for and are not in
  // `fetched`.
  Result<ControllerState> Export(std::span<const Fetched> fetched = {});
  // at_rest tells whether Export would do without `fetched`.
  bool at_rest() { return settled() && AllWait({}); }
  // Resume makes a connection that goes on from `state`: each command becomes an event, its data in
  // capsule. `params` says what this owner may ask of the host; what was negotiated stays.
  // kInvalidArgument: no connection can be in this state.
  static Result<std::unique_ptr<ControllerConnection>> Resume(const ControllerParams& params,
                                                              const ControllerState& state);

  bool HasEvent() const { return !events_.empty(); }
  Event NextEvent() { return events_.pop(); }

  const Sqe& sqe(Tag tag) const { return slots_[tag].sqe; }
  // in_capsule returns the data that came with the command; empty if there were none.
  ByteView in_capsule(Tag tag) const;
  // data_length returns the octets that SGL1 offers or has room for.
  std::uint32_t data_length(Tag tag) const { return slots_[tag].sqe.sgl1.length; }

  // RequestData asks for the next `into.size()` octets of the command's data, from `offset`.
  // kInvalidArgument: not the next part, outside the data, in capsule, or not a multiple of 4.
  Result<> RequestData(Tag tag, std::uint32_t offset, MutableBytes into);
  // SendData sends `data`, then completes with `cqe`. CID and SQHD are ours to fill.
  // kInvalidArgument: more than SGL1 has room for, or not a multiple of 4.
  Result<> SendData(Tag tag, ByteView data, const Cqe& cqe);
  // Respond completes the command. Data still due for it are received and dropped first.
  Result<> Respond(Tag tag, const Cqe& cqe) { return SendData(tag, {}, cqe); }

  // SetQueue says what Connect settled; until then the queue holds kConnectEntries commands.
  // `in_capsule_bytes` is at least 8192 on an admin queue.
  void SetQueue(std::uint16_t entries, bool flow_control, std::uint32_t in_capsule_bytes);
  // AbortConnection ends the connection because the peer broke a rule above the transport.
  void AbortConnection(const char* what) { Violate({Fes::kPduSequenceError}, what, {}); }

  std::size_t outstanding() const { return outstanding_; }

  static constexpr std::uint16_t kConnectEntries = 32;

 private:
  struct Window {  // An R2T that the host is answering.
    bool open = false;
    std::uint32_t at = 0;
    std::uint32_t left = 0;
    std::uint32_t expected = 0;  // DATAO that must come next.
  };
  enum class State : std::uint8_t { kFree, kReceiving, kOwned, kAnswered, kSent };
  struct Slot {
    State state = State::kFree;
    bool queued = false;
    bool data_error = false;
    bool shares_cid = false;      // Refused because another command has its CID.
    std::uint8_t windows = 0;     // Open ones.
    std::uint32_t carried = 0;    // In-capsule octets.
    std::uint32_t requested = 0;  // End of what RequestData asked for.
    std::uint32_t announced = 0;  // End of what R2Ts asked for.
    std::uint32_t part_at = 0;    // Where the lent buffer begins.
    std::uint32_t sent = 0;       // C2HData octets queued.
    std::uint64_t arrival = 0;    // The how manieth command of the connection.
    std::uint64_t mark = 0;
    MutableBytes into{};
    ByteView data{};
    Sqe sqe{};
    Cqe cqe{};
    std::array<Window, ControllerParams::kMaxR2t> window{};
    std::unique_ptr<std::byte[]>
        capsule_data{};  // in_capsule_room_ octets, made when first needed.
  };

  void OnHeader() override;
  void OnDataDone() override;
  bool PushNext() override;
  void OnSent() override;
  void OnIcReq(const IcReq& req);
  void OnCapsuleCmd(const CapsuleCmd& pdu);
  void OnH2CData(const H2CData& pdu);
  void OnCommandComplete(Tag tag);
  Tag TakeSlot(const Sqe& sqe, std::uint32_t carried);
  bool IsWaiting(Tag tag, ByteView fetched) const;
  bool AllWait(std::span<const Fetched> fetched) const;
  Result<> Restore(const ControllerState::Command& command);
  void Answer(Tag tag, StatusCode code, bool dnr);
  bool PushR2T(Slot& slot);
  bool PushData(Slot& slot);
  void PushResp(Slot& slot);
  bool HasMore(const Slot& slot) const;
  void Enqueue(Tag tag);
  void Grow(std::uint16_t entries);

  ControllerParams params_;
  bool icresp_due_ = false;
  IcResp icresp_;
  bool flow_control_ = true;
  std::uint16_t entries_ = kConnectEntries;
  std::uint16_t sq_head_ = 0;
  std::size_t outstanding_ = 0;
  std::uint64_t arrivals_ = 0;
  Tag receiving_ = 0;  // Whose payload is coming.
  static constexpr std::size_t kCapsule = ControllerParams::kMaxR2t;
  std::size_t receiving_window_ = kCapsule;  // Which of its R2Ts the payload answers, if any.
  std::uint32_t in_capsule_room_;
  std::vector<Slot> slots_;
  std::vector<Tag> free_;
  std::vector<std::uint64_t> cids_;  // One bit a CID that is outstanding.
  Ring<Event> events_;
  Ring<Tag> to_send_;
  Ring<Tag> leaving_;  // Answered in full; free once their octets have left.
};

}  // namespace nvmf::tcp

#endif  // NVMF_TCP_CONTROLLER_CONNECTION_H_
