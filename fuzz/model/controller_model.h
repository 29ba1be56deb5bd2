// ControllerModel says what a controller's end of a connection must do: with each PDU that a host
// sends, and with what it sends itself. It watches one ControllerConnection from outside.
#ifndef FUZZ_MODEL_CONTROLLER_MODEL_H_
#define FUZZ_MODEL_CONTROLLER_MODEL_H_

#include <array>

#include "fuzz/model/host_model.h"
#include "fuzz/model/stream_model.h"

namespace model {

struct ControllerTerms {
  bool hdgst = false;  // Granted when asked for.
  bool ddgst = false;
  bool success = false;  // C2HData may stand for the completion.
  std::uint8_t cpda = 0;
  std::uint32_t maxh2cdata = 4096;
  std::uint32_t in_capsule = 8192;
  std::uint32_t max_c2h_data = 4;
  std::uint32_t max_r2tl = 4;
  std::uint32_t max_r2t = 1;
};

class ControllerModel {
 public:
  static constexpr std::size_t kMostCommands = 40;
  static constexpr std::size_t kMostR2ts = 4;
  enum class State : std::uint8_t { kFree, kCarried, kOwned, kAnswered, kSent };
  struct Window {
    bool open = false;
    std::uint16_t ttag = 0;
    std::uint32_t begin = 0;
    std::uint32_t next = 0;
    std::uint32_t end = 0;
  };
  struct Command {
    State state = State::kFree;
    bool damaged = false;
    bool shares_cid = false;
    std::uint32_t carried = 0;
    std::uint32_t requested = 0;
    std::uint32_t announced = 0;
    std::uint32_t part_at = 0;
    std::uint32_t sent = 0;
    std::uint32_t size = 0;  // Of the data that answer it.
    std::uint64_t mark = 0;
    std::uint32_t serial = 0;      // Which of all commands it is.
    std::uint8_t* into = nullptr;  // The model's copy of the part asked for.
    const std::uint8_t* data = nullptr;
    Digest capsule_data;
    std::array<Window, kMostR2ts> window{};
    std::array<std::uint8_t, 64> sqe{};
    std::array<std::uint8_t, 16> cqe{};
    std::uint16_t cid() const { return U16(sqe, 2); }
    std::uint32_t length() const { return U32(sqe, 32); }
  };
  struct Event {
    bool data = false;  // Else a command.
    bool damaged = false;
    Command* command = nullptr;
  };

  explicit ControllerModel(const ControllerTerms& terms);

  // What the owner does. Each tells whether the connection must agree to it.
  bool Request(Command& command, std::uint32_t offset, std::uint32_t size, std::uint8_t* copy);
  bool Answer(Command& command, const std::uint8_t* data, std::uint32_t size,
              const std::array<std::uint8_t, 16>& cqe);
  void SetQueue(std::uint32_t entries, bool flow_control, std::uint32_t in_capsule);
  void Closed() { Finish(End::kClosed); }
  void Violated() { Finish(End::kViolation); }
  void Aborted();

  void Received(Octets octets) { in_.stream.Feed(octets); }
  const char* Sent(Octets octets);
  void Left(std::uint64_t left);  // So many octets of the output have left.

  bool has_event() const { return events_taken_ != events_made_; }
  Event NextEvent() { return events_[events_taken_++ % kEvents]; }

  End end() const { return end_; }
  bool live() const { return in_.stream.terms.live && end_ == End::kNone && !has_verdict(); }
  bool has_verdict() const { return in_.stream.verdict().has_value(); }
  Verdict verdict() const { return aborted_ ? kSequence : *in_.stream.verdict(); }
  const Judgement& told() const { return told_; }
  bool termination_sent() const { return term_sent_; }
  std::size_t outstanding() const;
  const Terms& terms() const { return in_.stream.terms; }
  std::uint8_t hpda() const { return hpda_; }
  std::uint64_t maxr2t() const { return maxr2t_; }

 private:
  struct In final : StreamModel::Owner {
    explicit In(ControllerModel& owner) : model(owner), stream(Reader::kController, *this) {}
    Judgement OnPdu(const Pdu& pdu) override;
    void OnPayload(Octets part) override;
    void OnPayloadEnd(bool good) override;
    ControllerModel& model;
    StreamModel stream;
    Command* command = nullptr;
    Window* window = nullptr;      // Or in-capsule data.
    std::uint8_t* into = nullptr;  // Or dropped.
  };
  struct Out final : StreamModel::Owner {
    explicit Out(ControllerModel& owner) : model(owner), stream(Reader::kHost, *this) {}
    Judgement OnPdu(const Pdu& pdu) override;
    void OnPayload(Octets part) override;
    void OnPayloadEnd(bool good) override;
    ControllerModel& model;
    StreamModel stream;
    const std::uint8_t* data = nullptr;
    std::uint64_t end = 0;
  };
  Judgement OnIcReq(const Pdu& pdu);
  Judgement OnCapsuleCmd(const Pdu& pdu);
  Judgement OnH2CData(const Pdu& pdu);
  void OnCommandComplete(Command& command);
  void OnWindowData(Command& command, Window& window);
  void Refuse(Command& command, std::uint16_t status);
  std::uint16_t DescriptorFault(Command& command);
  const char* OnIcRespSent(const Pdu& pdu);
  const char* OnRespSent(const Pdu& pdu);
  const char* OnC2HDataSent(const Pdu& pdu);
  const char* OnR2TSent(const Pdu& pdu);
  const char* OnTermReqSent(const Pdu& pdu);
  Command* FindIn(State state, std::uint16_t cid);
  void PushEvent(const Event& event) { events_[events_made_++ % kEvents] = event; }
  void Finish(End end);

  static constexpr std::size_t kEvents = 256;
  ControllerTerms terms_;
  In in_{*this};
  Out out_{*this};
  std::array<Command, kMostCommands> commands_{};
  std::array<Event, kEvents> events_{};
  std::size_t events_made_ = 0;
  std::size_t events_taken_ = 0;
  std::uint32_t entries_ = 32;  // Until Connect settles it.
  std::uint32_t head_ = 0;
  std::uint32_t serial_ = 0;
  bool flow_control_ = true;
  std::uint8_t hpda_ = 0;
  std::uint8_t granted_ = 0;
  std::uint64_t maxr2t_ = 1;
  End end_ = End::kNone;
  Judgement told_;
  bool aborted_ = false;
  bool term_sent_ = false;
  const char* complaint_ = nullptr;
};

std::size_t OpenWindows(const ControllerModel::Command& command);

}  // namespace model

#endif  // FUZZ_MODEL_CONTROLLER_MODEL_H_
