// The half of HostModel that judges what the host itself sends.
#include <algorithm>

#include "fuzz/model/framing.h"
#include "fuzz/model/host_model.h"

namespace model {
const char* HostModel::Sent(Octets octets) {
  out_.stream.Feed(octets);
  if (complaint_ != nullptr) return complaint_;
  if (out_.stream.verdict()) return "the host sent what no controller may accept";
  return nullptr;
}

Judgement HostModel::Out::OnPdu(const Pdu& pdu) {
  end += pdu.plen;
  data = nullptr;
  const char* wrong = "the host sent a PDU of no business of its own";
  switch (pdu.type) {
    case 0:
      wrong = host.OnIcReqSent(pdu);
      break;
    case 2:
      wrong = host.OnTermReqSent(pdu);
      break;
    case 4:
      wrong = host.OnCapsuleSent(pdu);
      break;
    case 6:
      wrong = host.OnH2CDataSent(pdu);
      break;
    default:
      break;
  }
  if (wrong == nullptr && host.term_sent_ && pdu.type != 2) wrong = "a PDU follows the TermReq";
  if (host.complaint_ == nullptr) host.complaint_ = wrong;
  return std::nullopt;
}

void HostModel::Out::OnPayload(Octets part) {
  if (data == nullptr || !std::ranges::equal(part, Octets(data, part.size()))) {
    host.complaint_ = "the payload sent is not the command's";
  } else {
    data += part.size();
  }
}

void HostModel::Out::OnPayloadEnd(bool good) {
  if (!good) host.complaint_ = "a data digest sent is wrong";
}

const char* HostModel::OnIcReqSent(const Pdu& pdu) {
  const std::uint8_t digests =
      static_cast<std::uint8_t>((terms_.hdgst ? 1 : 0) | (terms_.ddgst ? 2 : 0));
  out_.stream.terms.live = true;
  if (pdu.flags != 0 || pdu.pdo != 0 || U16(pdu.front, 8) != 0) return "ICReq: header or PFV";
  if (pdu.front[10] != terms_.hpda || pdu.front[11] != digests) return "ICReq: HPDA or DGST";
  if (U32(pdu.front, 12) != terms_.maxr2t - 1) return "ICReq: MAXR2T";
  return AllZero(pdu.front.subspan(16)) ? nullptr : "ICReq: reserved octets";
}

const char* HostModel::OnCapsuleSent(const Pdu& pdu) {
  if (!in_.stream.terms.live) return "CapsuleCmd before ICResp";
  Command* command = Find(U16(pdu.front, 10));
  if (command == nullptr || command->state != State::kQueued) return "CapsuleCmd nobody submitted";
  for (const Command& other : commands_) {
    if (other.state == State::kQueued && other.turn < command->turn)
      return "CapsuleCmd out of turn";
  }
  if (!FramedTightly(pdu, out_.stream.terms, 0)) return "CapsuleCmd: framing";
  if (!std::ranges::equal(pdu.front.subspan(8, 64), command->sqe)) return "CapsuleCmd: SQE";
  if (pdu.data != (command->in_capsule ? command->size : 0)) return "CapsuleCmd: data in capsule";
  out_.data = command->from;
  command->state = State::kSent;
  command->mark = out_.end;
  return nullptr;
}

const char* HostModel::OnH2CDataSent(const Pdu& pdu) {
  Command* command = FindSent(U16(pdu.front, 8));
  if (command == nullptr || command->r2ts == 0) return "H2CData nobody asked for";
  R2T& r2t = command->r2t[0];
  if (U16(pdu.front, 10) != r2t.ttag) return "H2CData: TTAG";
  if (U32(pdu.front, 12) != r2t.next) return "H2CData: DATAO";
  const std::uint32_t due = std::min(r2t.end - r2t.next, maxh2cdata_);
  if (U32(pdu.front, 16) != due || pdu.data != due) return "H2CData: DATAL";
  const bool last = r2t.next + due == r2t.end;
  if (!FramedTightly(pdu, out_.stream.terms, last ? 4 : 0)) return "H2CData: framing or LAST_PDU";
  if (U32(pdu.front, 20) != 0) return "H2CData: reserved octets";
  out_.data = command->from + r2t.next;
  r2t.next += due;
  command->mark = out_.end;
  if (!last) return nullptr;
  std::shift_left(command->r2t.begin(), command->r2t.end(), 1);
  --command->r2ts;
  return nullptr;
}

const char* HostModel::OnTermReqSent(const Pdu& pdu) {
  if (!in_.stream.verdict() || term_sent_) return "H2CTermReq without need";
  term_sent_ = true;
  const Verdict& bad = *in_.stream.verdict();
  if (pdu.flags != 0 || pdu.pdo != 0) return "H2CTermReq: framing";
  if (U16(pdu.front, 8) != bad.fes || U32(pdu.front, 10) != bad.fei) return "H2CTermReq: FES, FEI";
  if (!AllZero(pdu.front.subspan(14, 10))) return "H2CTermReq: reserved octets";
  return QuotesFront(pdu.front.subspan(24), in_.stream.front()) ? nullptr
                                                                : "H2CTermReq: error data";
}

}  // namespace model
