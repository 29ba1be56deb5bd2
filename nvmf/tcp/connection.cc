#include "nvmf/tcp/connection.h"

namespace nvmf::tcp {

Connection::Connection(Side self, std::size_t receive_room) : receiver_(receive_room) {
  expect_.self = self;
}

void Connection::CommitInput(std::size_t n) {
  receiver_.Commit(n);
  Receive();
}

void Connection::Receive() {
  while (!failed()) {
    switch (receiver_.Next(expect_)) {
      case PduReceiver::Step::kNeedInput:
        return;
      case PduReceiver::Step::kDataDone:
        OnDataDone();
        break;
      case PduReceiver::Step::kViolation:
        Violate(receiver_.violation(), "a PDU header is wrong");
        break;
      case PduReceiver::Step::kHeader:
        if (FindRule(receiver_.pdu().header.type)->payload == Payload::kTerm) {
          OnTermReq();
        } else {
          OnHeader();
        }
        break;
    }
  }
}

OutputSpans Connection::PendingOutput() {
  while (!failed() && sender_.HasRoom() && PushNext()) {
  }
  return sender_.Pending();
}

void Connection::CommitOutput(std::size_t n) {
  sender_.Consume(n);
  OnSent();
}

void Connection::Fail(const Error& error) {
  if (failed()) return;
  failure_ = error;
  sender_.Clear();
  OnFailed();
}

void Connection::Violate(Violation violation, const char* what, ByteView offending) {
  if (failed()) return;
  failure_ = Error{.code = Code::kPeerViolation, .violation = violation, .what = what};
  const bool at_host = expect_.self == Side::kHost;
  sender_.PushTermReq(at_host ? PduType::kH2CTermReq : PduType::kC2HTermReq, violation, offending);
  OnFailed();
}

void Connection::OnTermReq() {
  Error error{.code = Code::kTerminatedByPeer, .what = "the peer sent a TermReq"};
  if (!receiver_.pdu().close_at_once) {
    const auto term = receiver_.As<H2CTermReq>();
    error.violation = Violation{static_cast<Fes>(term.fes), term.fei};
  }
  Fail(error);
}

void Connection::GoLive(const Negotiated& negotiated) {
  negotiated_ = negotiated;
  expect_.phase = Phase::kLive;
  expect_.header_digest = negotiated.header_digest;
  expect_.data_digest = negotiated.data_digest;
  const bool at_host = expect_.self == Side::kHost;
  expect_.pda = at_host ? negotiated.hpda : negotiated.cpda;
}

Result<> Connection::Resume(const Negotiated& negotiated, ByteView unread) {
  const bool possible = negotiated.hpda <= 31 && negotiated.cpda <= 31 && negotiated.maxr2t != 0 &&
                        negotiated.maxh2cdata != 0 && negotiated.maxh2cdata % 4 == 0;
  if (!possible) return nvmf::Fail(Code::kInvalidArgument, "no negotiation ends like this");
  GoLive(negotiated);
  if (!receiver_.Preload(unread)) {
    return nvmf::Fail(Code::kInvalidArgument, "more unread octets than are ever read ahead");
  }
  return {};
}

Framing Connection::FramingOut() const {
  const bool at_host = expect_.self == Side::kHost;
  return {.header_digest = negotiated_.header_digest,
          .data_digest = negotiated_.data_digest,
          .pda = at_host ? negotiated_.cpda : negotiated_.hpda};
}

}  // namespace nvmf::tcp
