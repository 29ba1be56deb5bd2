// ScriptedPeer: what the two scripted peers have in common. It says whatever it is told to say,
// hears whatever comes, and judges the form of each PDU it hears.
//
//   peer.Send(IcReq{.pfv = 1});                        // honest but for PFV
//   peer.Send(IcReq{}, {}, {.hlen = 127});             // the header lies
//   peer.SendInPieces(peer.Frame(IcReq{}), 1);         // one octet per send
//   Verdict verdict = peer.ExpectFatal({{Fes::kInvalidPduHeaderField, 8}});
//
// Errors    saying never fails: a broken stream shows in what is heard next. Take and the set-up
//           verbs of the two peers throw Unmet when something else came.
// Threads   one at a time.
// Lifetime  borrows the Trial; move-only.
#ifndef CONFORMANCE_SCRIPT_SCRIPTED_PEER_H_
#define CONFORMANCE_SCRIPT_SCRIPTED_PEER_H_

#include <limits>
#include <optional>
#include <string>

#include "conformance/script/answer.h"
#include "conformance/script/guard.h"
#include "conformance/script/trial.h"
#include "conformance/wire/connection.h"
#include "conformance/wire/frame.h"
#include "conformance/wire/received.h"

namespace nvmf::conformance {

class ScriptedPeer {
 public:
  ScriptedPeer(Trial& trial, Connection connection, Side side);
  ScriptedPeer(ScriptedPeer&&) = default;
  ScriptedPeer& operator=(ScriptedPeer&&) = default;

  // Saying. Frame composes without sending; digests and alignment are as negotiated.
  template <tcp::Pdu P>
  Bytes Frame(const P& pdu, ByteView data = {}, const Lies& lies = {},
              std::uint8_t flags = 0) const {
    return Compose(pdu, negotiated_.FramingFrom(side_, data.size(), flags), data, lies);
  }
  template <tcp::Pdu P>
  void Send(const P& pdu, ByteView data = {}, const Lies& lies = {}, std::uint8_t flags = 0) {
    if constexpr (P::kType == tcp::PduType::kIcReq) negotiated_.asked_dgst = pdu.dgst;
    SendRaw(Frame(pdu, data, lies, flags));
  }
  void SendRaw(ByteView bytes);
  void SendInPieces(ByteView bytes, std::size_t piece);
  // set_piece cuts everything that is sent from now on into pieces of so many octets.
  void set_piece(std::size_t octets) { piece_ = octets; }
  // Between Hold and Release nothing is sent; Release sends it all as one piece.
  void Hold() { holding_ = true; }
  void Release();

  // Hearing. Next waits one step. After a TermReq it also sees to the end of the connection: the
  // peer that sent it may send nothing more, and is to close once we have.
  Event Next() { return NextWithin(trial_->limits().step); }
  Event NextWithin(Duration wait);

  // Expect hears one event and holds it against answers; see answer.h.
  Outcome Expect(const Answer& answer, VerdictKind kind, std::string_view why = "");
  // ExpectFatal: a TermReq with one of `legal`, or, not strict, a bare close.
  Outcome ExpectFatal(std::initializer_list<Violation> legal);
  // ExpectQuiet: nothing at all for the quiet time. A barrier shows more, where there is one.
  Outcome ExpectQuiet();

  // Take returns the next PDU, which must be a P.
  template <tcp::Pdu P>
  P Take() {
    return TakeReceived(P::kType).template As<P>();
  }
  Received TakeReceived(tcp::PduType type);

  // Miss throws: `wanted` did not come, `event` did. Refuse throws with a text of its own.
  [[noreturn]] void Miss(const std::string& wanted, const Event& event) const;
  [[noreturn]] void Refuse(const std::string& text) const;

  // Observe notes a departure from a rule, beside what the case asks.
  void Observe(bool holds, std::string_view rule, const std::string& text,
               VerdictKind otherwise = kFail);

  void CloseWrite();
  void Close();
  void Reset();
  // set_sees_to_end(false): a TermReq is an event like any other; the connection is left open.
  void set_sees_to_end(bool sees) { sees_to_end_ = sees; }

  Connection& connection() { return connection_; }
  Negotiated& negotiated() { return negotiated_; }
  const Negotiated& negotiated() const { return negotiated_; }
  Trial& trial() const { return *trial_; }

 protected:
  void set_guard(Guard guard) { guard_ = std::move(guard); }
  Guard guard() const { return guard_.value_or(Guard(Grant{.everything = true})); }
  void Remark(const std::string& text, Side speaker);

 private:
  void Remember(ByteView bytes);
  void Say(ByteView bytes, std::size_t piece);
  Event Hear(Deadline deadline);
  void SeeToEnd();
  void JudgeErrorData(const Received& term_req);
  Side other() const { return side_ == Side::kHost ? Side::kController : Side::kHost; }

  Trial* trial_;
  Connection connection_;
  Side side_;
  unsigned number_;  // Of the connection, within the case.
  Negotiated negotiated_;
  PduReader reader_;
  std::optional<Guard> guard_;
  bool sees_to_end_ = true;
  std::size_t piece_ = std::numeric_limits<std::size_t>::max();
  bool holding_ = false;
  Bytes held_;
  Bytes said_;  // The last octets sent, for TermReqs that repeat them.
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_SCRIPTED_PEER_H_
