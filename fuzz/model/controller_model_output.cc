// The half of ControllerModel that judges what the controller itself sends.
#include <algorithm>

#include "fuzz/model/controller_model.h"
#include "fuzz/model/framing.h"

namespace model {

const char* ControllerModel::Sent(Octets octets) {
  out_.stream.Feed(octets);
  if (complaint_ != nullptr) return complaint_;
  if (out_.stream.verdict()) return "the controller sent what no host may accept";
  return nullptr;
}

// A command's place is free again when its answer has left.
void ControllerModel::Left(std::uint64_t left) {
  for (Command& command : commands_) {
    if (command.state == State::kSent && command.mark <= left) command = {};
  }
}

Judgement ControllerModel::Out::OnPdu(const Pdu& pdu) {
  end += pdu.plen;
  data = nullptr;
  const char* wrong = "the controller sent a PDU of no business of its own";
  switch (pdu.type) {
    case 1:
      wrong = model.OnIcRespSent(pdu);
      break;
    case 3:
      wrong = model.OnTermReqSent(pdu);
      break;
    case 5:
      wrong = model.OnRespSent(pdu);
      break;
    case 7:
      wrong = model.OnC2HDataSent(pdu);
      break;
    case 9:
      wrong = model.OnR2TSent(pdu);
      break;
    default:
      break;
  }
  if (wrong == nullptr && model.term_sent_ && pdu.type != 3) wrong = "a PDU follows the TermReq";
  if (model.complaint_ == nullptr) model.complaint_ = wrong;
  return std::nullopt;
}

void ControllerModel::Out::OnPayload(Octets part) {
  if (data == nullptr || !std::ranges::equal(part, Octets(data, part.size()))) {
    model.complaint_ = "the payload sent is not the command's";
  } else {
    data += part.size();
  }
}

void ControllerModel::Out::OnPayloadEnd(bool good) {
  if (!good) model.complaint_ = "a data digest sent is wrong";
}

const char* ControllerModel::OnIcRespSent(const Pdu& pdu) {
  if (!in_.stream.terms.live) return "ICResp before ICReq";
  Terms& out = out_.stream.terms;
  out.live = true;
  out.hdgst = in_.stream.terms.hdgst;
  out.ddgst = in_.stream.terms.ddgst;
  out.alignment = 4U * (hpda_ + 1U);
  if (pdu.flags != 0 || pdu.pdo != 0 || U16(pdu.front, 8) != 0) return "ICResp: header or PFV";
  if (pdu.front[10] != terms_.cpda || pdu.front[11] != granted_) return "ICResp: CPDA or DGST";
  if (U32(pdu.front, 12) != terms_.maxh2cdata) return "ICResp: MAXH2CDATA";
  return AllZero(pdu.front.subspan(16)) ? nullptr : "ICResp: reserved octets";
}

const char* ControllerModel::OnR2TSent(const Pdu& pdu) {
  Command* command = FindIn(State::kOwned, U16(pdu.front, 8));
  if (command == nullptr || command->announced == command->requested) return "R2T nobody asked for";
  if (OpenWindows(*command) >= std::min<std::uint64_t>(terms_.max_r2t, maxr2t_))
    return "R2T: MAXR2T";
  const std::uint16_t ttag = U16(pdu.front, 10);
  for (const Command& other : commands_) {
    for (const Window& open : other.window) {
      if (open.open && open.ttag == ttag) return "R2T: TTAG in use";
    }
  }
  const std::uint32_t due = std::min(command->requested - command->announced, terms_.max_r2tl);
  if (U32(pdu.front, 12) != command->announced || U32(pdu.front, 16) != due) return "R2T: range";
  if (!FramedTightly(pdu, out_.stream.terms, 0) || U32(pdu.front, 20) != 0) return "R2T: framing";
  Window& window = *std::ranges::find(command->window, false, &Window::open);
  window = {.open = true,
            .ttag = ttag,
            .begin = command->announced,
            .next = command->announced,
            .end = command->announced + due};
  command->announced += due;
  return nullptr;
}

const char* ControllerModel::OnC2HDataSent(const Pdu& pdu) {
  Command* command = FindIn(State::kAnswered, U16(pdu.front, 8));
  if (command == nullptr || OpenWindows(*command) != 0) return "C2HData nobody sent";
  const std::uint32_t due = std::min(command->size - command->sent, terms_.max_c2h_data);
  if (U32(pdu.front, 12) != command->sent) return "C2HData: DATAO";
  if (due == 0 || U32(pdu.front, 16) != due || pdu.data != due) return "C2HData: DATAL";
  if (U16(pdu.front, 10) != 0 || U32(pdu.front, 20) != 0) return "C2HData: reserved octets";
  const bool last = command->sent + due == command->size;
  const bool plain =
      AllZero(Octets(command->cqe).first(8)) && (U16(command->cqe, 14) >> 1 & 0x7FF) == 0;
  const bool success = last && terms_.success && !flow_control_ && plain;
  const auto flags = static_cast<std::uint8_t>((last ? 4 : 0) | (success ? 8 : 0));
  if (!FramedTightly(pdu, out_.stream.terms, flags)) return "C2HData: framing, LAST_PDU or SUCCESS";
  out_.data = command->data + command->sent;
  command->sent += due;
  if (!success) return nullptr;
  command->state = State::kSent;
  command->mark = out_.end;
  return nullptr;
}

const char* ControllerModel::OnRespSent(const Pdu& pdu) {
  Command* command = FindIn(State::kAnswered, U16(pdu.front, 20));
  // Two commands of one CID may both be answered: then either may go first.
  for (Command& other : commands_) {
    const Octets cqe = pdu.front.subspan(8, 16);
    if (other.state != State::kAnswered || other.sent != other.size || OpenWindows(other) != 0)
      continue;
    if (std::ranges::equal(cqe.first(8), Octets(other.cqe).first(8)) &&
        std::ranges::equal(cqe.subspan(12), Octets(other.cqe).subspan(12))) {
      command = &other;
      break;
    }
  }
  if (command == nullptr || command->sent != command->size || OpenWindows(*command) != 0) {
    return "CapsuleResp before its time";
  }
  if (!FramedTightly(pdu, out_.stream.terms, 0)) return "CapsuleResp: framing";
  std::array<std::uint8_t, 16> cqe = command->cqe;
  if (flow_control_) {
    cqe[8] = static_cast<std::uint8_t>(head_);
    cqe[9] = static_cast<std::uint8_t>(head_ >> 8);
  }
  if (!std::ranges::equal(pdu.front.subspan(8, 16), cqe)) return "CapsuleResp: CQE";
  command->state = State::kSent;
  command->mark = out_.end;
  return nullptr;
}

const char* ControllerModel::OnTermReqSent(const Pdu& pdu) {
  if ((!has_verdict() && !aborted_) || term_sent_) return "C2HTermReq without need";
  term_sent_ = true;
  const Verdict bad = verdict();
  if (pdu.flags != 0 || pdu.pdo != 0) return "C2HTermReq: framing";
  if (U16(pdu.front, 8) != bad.fes || U32(pdu.front, 10) != bad.fei) return "C2HTermReq: FES, FEI";
  if (!AllZero(pdu.front.subspan(14, 10))) return "C2HTermReq: reserved octets";
  if (aborted_) return nullptr;  // No PDU in error.
  return QuotesFront(pdu.front.subspan(24), in_.stream.front()) ? nullptr
                                                                : "C2HTermReq: error data";
}

}  // namespace model
