// HostModel says what a host must do: with each PDU that a controller sends, and with what it
// sends itself. It watches one HostConnection from outside and disagrees in words.
#ifndef FUZZ_MODEL_HOST_MODEL_H_
#define FUZZ_MODEL_HOST_MODEL_H_

#include <array>
#include <cstring>

#include "fuzz/model/stream_model.h"

namespace model {

// End is how a connection ended.
enum class End : std::uint8_t { kNone, kViolation, kTerminated, kRefused, kClosed };

struct HostTerms {
  bool hdgst = false;  // Asked for.
  bool ddgst = false;
  bool optional = false;  // Goes on without a digest that is declined.
  std::uint8_t hpda = 0;
  std::uint32_t maxr2t = 1;  // Natural.
  std::uint32_t entries = 2;
  std::uint32_t in_capsule = 0;
};

class HostModel {
 public:
  static constexpr std::size_t kMostR2ts = 8;
  static constexpr std::size_t kMostCommands = 64;
  enum class State : std::uint8_t { kFree, kQueued, kSent, kDone };
  struct R2T {
    std::uint16_t ttag = 0;
    std::uint32_t next = 0;
    std::uint32_t end = 0;
  };
  struct Command {
    State state = State::kFree;
    bool write = false;
    bool in_capsule = false;
    bool damaged = false;
    bool last = false;
    std::uint16_t cid = 0;
    std::uint32_t size = 0;        // Of its data.
    std::uint32_t moved = 0;       // Received, or asked for.
    std::uint64_t mark = 0;        // Where its latest PDU ends in the output.
    std::uint64_t turn = 0;        // Of its capsule, then of its completion.
    std::uint8_t* into = nullptr;  // The model's copy of what is read.
    const std::uint8_t* from = nullptr;
    std::uint16_t status = 0;
    std::uint32_t dw0 = 0;
    std::size_t r2ts = 0;
    std::array<R2T, kMostR2ts> r2t{};
    std::array<std::uint8_t, 64> sqe{};
  };

  explicit HostModel(const HostTerms& terms);

  // What the owner of the host does.
  bool live() const { return in_.stream.terms.live && end_ == End::kNone && !has_verdict(); }
  bool full() const;
  const char* Submitted(const Command& command);  // With cid, size, write, into or from, sqe.
  void Closed() { Finish(End::kClosed); }
  void Violated() { Finish(End::kViolation); }
  void SetInCapsule(std::uint32_t octets) { terms_.in_capsule = octets; }
  void DisableFlowControl() { flow_control_ = false; }

  // What goes over the wire. Sent is called with octets once, when they are first offered.
  void Received(Octets octets) { in_.stream.Feed(octets); }
  const char* Sent(Octets octets);
  void Left(std::uint64_t) {}  // A completion waits for its mark; see Takeable.

  // What the owner sees. `left` is how many octets of the output have left.
  End end() const { return end_; }
  bool has_verdict() const { return in_.stream.verdict().has_value(); }
  const Verdict& verdict() const { return *in_.stream.verdict(); }
  const Judgement& told() const { return told_; }  // By the controller's TermReq.
  bool termination_sent() const { return term_sent_; }
  bool receiving() const { return in_.command != nullptr; }
  Command* Find(std::uint16_t cid);
  const Command* OldestDone() const;
  static bool Takeable(const Command& command, std::uint64_t left) {
    return command.state == State::kDone && command.mark <= left;
  }
  std::uint32_t BytesOf(const Command& c) const {
    return c.write && c.size != 0 ? c.size : c.moved;
  }
  void Taken(Command& command) { command = {}; }
  std::uint8_t cpda() const { return cpda_; }
  std::uint32_t maxh2cdata() const { return maxh2cdata_; }
  const Terms& terms() const { return in_.stream.terms; }

 private:
  struct In final : StreamModel::Owner {
    explicit In(HostModel& owner) : host(owner), stream(Reader::kHost, *this) {}
    Judgement OnPdu(const Pdu& pdu) override;
    void OnPayload(Octets part) override;
    void OnPayloadEnd(bool good) override;
    HostModel& host;
    StreamModel stream;
    Command* command = nullptr;  // Whose payload is coming.
    std::uint32_t at = 0;
    bool success = false;
  };
  struct Out final : StreamModel::Owner {
    explicit Out(HostModel& owner) : host(owner), stream(Reader::kController, *this) {}
    Judgement OnPdu(const Pdu& pdu) override;
    void OnPayload(Octets part) override;
    void OnPayloadEnd(bool good) override;
    HostModel& host;
    StreamModel stream;
    const std::uint8_t* data = nullptr;  // What the payload must be.
    std::uint64_t end = 0;               // Of this PDU in the output.
  };
  Judgement OnIcResp(const Pdu& pdu);
  Judgement OnCapsuleResp(const Pdu& pdu);
  Judgement OnC2HData(const Pdu& pdu);
  Judgement OnR2T(const Pdu& pdu);
  void OnTermReq(const Pdu& pdu);
  const char* OnIcReqSent(const Pdu& pdu);
  const char* OnCapsuleSent(const Pdu& pdu);
  const char* OnH2CDataSent(const Pdu& pdu);
  const char* OnTermReqSent(const Pdu& pdu);
  Command* FindSent(std::uint16_t cid);
  void Complete(Command& command, std::uint32_t dw0, std::uint16_t status);
  void Finish(End end);
  std::size_t Count(State a, State b, State c) const;

  HostTerms terms_;
  In in_{*this};
  Out out_{*this};
  std::array<Command, kMostCommands> commands_{};
  std::uint32_t head_ = 0;
  std::uint32_t tail_ = 0;
  std::uint64_t turn_ = 0;
  bool flow_control_ = true;
  std::uint8_t cpda_ = 0;
  std::uint32_t maxh2cdata_ = 0;
  End end_ = End::kNone;
  Judgement told_;
  bool term_sent_ = false;
  const char* complaint_ = nullptr;
};

}  // namespace model

#endif  // FUZZ_MODEL_HOST_MODEL_H_
