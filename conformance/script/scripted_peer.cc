#include "conformance/script/scripted_peer.h"

#include <algorithm>
#include <utility>

#include "conformance/script/judge.h"
#include "conformance/wire/pdu_text.h"

namespace nvmf::conformance {
namespace {

// What is remembered for TermReqs that repeat it: both ends of each sending, and of those so much.
constexpr std::size_t kEndKept = 4096;
constexpr std::size_t kSaidKept = 64u << 10;

bool IsTermReq(const Event& event) {
  return event.Is(tcp::PduType::kC2HTermReq) || event.Is(tcp::PduType::kH2CTermReq);
}

}  // namespace

ScriptedPeer::ScriptedPeer(Trial& trial, Connection connection, Side side)
    : trial_(&trial),
      connection_(std::move(connection)),
      side_(side),
      number_(trial.transcript().OpenConnection()) {}

void ScriptedPeer::Remark(const std::string& text, Side speaker) {
  trial_->transcript().Add(
      {.what = Record::What::kRemark, .connection = number_, .speaker = speaker, .text = text});
}

void ScriptedPeer::SendRaw(ByteView bytes) {
  if (!holding_) return SendInPieces(bytes, piece_);
  Remember(bytes);
  held_.insert(held_.end(), bytes.begin(), bytes.end());
}

void ScriptedPeer::Release() {
  holding_ = false;
  Say(std::exchange(held_, {}), piece_);
}

void ScriptedPeer::SendInPieces(ByteView bytes, std::size_t piece) {
  Remember(bytes);
  Say(bytes, piece);
}

void ScriptedPeer::Remember(ByteView bytes) {
  const ByteView front = bytes.first(std::min(bytes.size(), kEndKept));
  const ByteView back = bytes.last(std::min(bytes.size() - front.size(), kEndKept));
  said_.insert(said_.end(), front.begin(), front.end());
  said_.insert(said_.end(), back.begin(), back.end());
  if (said_.size() > 2 * kSaidKept) said_.erase(said_.begin(), said_.end() - kSaidKept);
}

void ScriptedPeer::Say(ByteView bytes, std::size_t piece) {
  if (guard_) {
    if (const auto refused = guard_->Inspect(bytes, negotiated_)) {
      throw Unmet{{kError, "the guard stopped the script: " + *refused}};
    }
  }
  const std::string cut =
      piece < bytes.size() ? " in pieces of " + std::to_string(piece) + " octets" : "";
  trial_->transcript().Add({.what = Record::What::kSent,
                            .connection = number_,
                            .speaker = side_,
                            .text = PduText(bytes) + cut,
                            .octets = Bytes(bytes.begin(), bytes.end())});
  while (!bytes.empty()) {
    const std::size_t n = std::min(piece, bytes.size());
    const Result<> sent = connection_.Send(bytes.first(n), trial_->Step());
    // A peer that has closed may still be heard: what it said before is the answer.
    if (!sent) return Remark("could not send: " + sent.error().Message(), side_);
    bytes = bytes.subspan(n);
  }
}

Event ScriptedPeer::Hear(Deadline deadline) {
  Event event = reader_.Next(connection_, negotiated_, deadline);
  const bool pdu = event.kind == Event::Kind::kPdu;
  trial_->transcript().Add({.what = pdu ? Record::What::kReceived : Record::What::kRemark,
                            .connection = number_,
                            .speaker = other(),
                            .text = event.Text(),
                            .octets = event.pdu.bytes});
  if (!pdu) return event;
  for (const Observation& flaw : JudgePdu(event.pdu, other(), negotiated_)) trial_->Observe(flaw);
  return event;
}

Event ScriptedPeer::NextWithin(Duration wait) {
  if (trial_->out_of_time()) throw Unmet{{kHang, "the case ran out of time"}};
  Event event = Hear(trial_->Within(wait));
  if (IsTermReq(event)) {
    JudgeErrorData(event.pdu);
    if (sees_to_end_) SeeToEnd();
  }
  return event;
}

void ScriptedPeer::JudgeErrorData(const Received& term_req) {
  const ByteView data = term_req.payload();
  const char* rule = side_ == Side::kHost ? "TCP-TERM-02" : "TCP-TERMH-01";
  const bool repeats =
      std::search(said_.begin(), said_.end(), data.begin(), data.end()) != said_.end();
  Observe(repeats, rule, "the error data of the TermReq are not octets that were sent");
  Observe(data.size() >= tcp::kHeaderBytes, rule,
          "the TermReq does not repeat the header of the PDU in error");
}

void ScriptedPeer::SeeToEnd() {
  const char* rule = side_ == Side::kHost ? "TCP-TERM-01" : "TCP-TERMH-01";
  CloseWrite();
  const Deadline deadline = trial_->Step();
  while (true) {
    const Event event = Hear(deadline);
    if (event.ended()) return;
    Observe(event.kind == Event::Kind::kSilence, rule, "it went on after its TermReq");
    if (event.kind == Event::Kind::kPdu) continue;
    return Observe(false, rule, "it did not close after its TermReq and our FIN", kNonStrict);
  }
}

Outcome ScriptedPeer::Expect(const Answer& answer, VerdictKind kind, std::string_view why) {
  Outcome outcome(Next());
  outcome.Or(answer, kind, why);
  return outcome;
}

Outcome ScriptedPeer::ExpectFatal(std::initializer_list<Violation> legal) {
  const bool host = side_ == Side::kHost;
  return Expect(TermReq(legal), kPass)
      .Or(Closed(), kNonStrict, host ? "closed without C2HTermReq" : "closed without H2CTermReq");
}

Outcome ScriptedPeer::ExpectQuiet() {
  Outcome outcome(NextWithin(trial_->limits().quiet));
  outcome.Or(Silence(), kPass);
  return outcome;
}

Received ScriptedPeer::TakeReceived(tcp::PduType type) {
  Event event = Next();
  if (!event.Is(type)) Miss(tcp::PduTypeName(type), event);
  return std::move(event.pdu);
}

void ScriptedPeer::Miss(const std::string& wanted, const Event& event) const {
  const bool silent = event.kind == Event::Kind::kSilence;
  const std::string text = "expected " + wanted + "; came " + event.Text();
  if (!trial_->on_trial()) throw Unmet{{kBlocked, "set-up: " + text}};
  throw Unmet{{silent ? kHang : kFail, text}};
}

void ScriptedPeer::Refuse(const std::string& text) const {
  if (!trial_->on_trial()) throw Unmet{{kBlocked, "set-up: " + text}};
  throw Unmet{{kFail, text}};
}

void ScriptedPeer::Observe(bool holds, std::string_view rule, const std::string& text,
                           VerdictKind otherwise) {
  if (!holds) trial_->Observe({rule, otherwise, text});
}

void ScriptedPeer::CloseWrite() {
  Remark("close of the sending side (FIN)", side_);
  connection_.CloseWrite();
}

void ScriptedPeer::Close() {
  Remark("close", side_);
  connection_.Close();
}

void ScriptedPeer::Reset() {
  if (guard_ && !guard_->MayReset()) {
    throw Unmet{{kError, "the guard stopped the script: a reset needs the disruptive grant"}};
  }
  Remark("reset (RST)", side_);
  connection_.Reset();
}

}  // namespace nvmf::conformance
