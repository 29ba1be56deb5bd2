#include "fuzz/model/host_model.h"

#include <algorithm>

namespace model {
namespace {

constexpr std::uint16_t kTransientTransportError = 0x22 << 1;
constexpr std::uint16_t kDataTransferError = 0x04 << 1;

}  // namespace

HostModel::HostModel(const HostTerms& terms) : terms_(terms) {
  out_.stream.terms.most_in_capsule = 0xFFFFFFFF;  // Its own limit is judged with each command.
}

HostModel::Command* HostModel::Find(std::uint16_t cid) {
  for (Command& command : commands_) {
    if (command.state != State::kFree && command.cid == cid) return &command;
  }
  return nullptr;
}

HostModel::Command* HostModel::FindSent(std::uint16_t cid) {
  Command* command = Find(cid);
  return command != nullptr && command->state == State::kSent ? command : nullptr;
}

std::size_t HostModel::Count(State a, State b, State c) const {
  return static_cast<std::size_t>(std::ranges::count_if(commands_, [&](const Command& command) {
    return command.state == a || command.state == b || command.state == c;
  }));
}

// One entry of the ring stays free; what was not taken holds its entry, too.
bool HostModel::full() const {
  if (Count(State::kQueued, State::kSent, State::kDone) + 1 >= terms_.entries) return true;
  return flow_control_ && (tail_ + 1) % terms_.entries == head_;
}

const char* HostModel::Submitted(const Command& command) {
  if (Find(command.cid) != nullptr) return "a CID is in use twice";
  const auto free = std::ranges::find(commands_, State::kFree, &Command::state);
  if (free == commands_.end()) return "more commands than entries";
  *free = command;
  free->state = State::kQueued;
  free->turn = ++turn_;
  free->in_capsule = command.write && command.size != 0 && command.size <= terms_.in_capsule;
  free->sqe[1] = static_cast<std::uint8_t>((command.sqe[1] & 0x3F) | 0x40);
  free->sqe[2] = static_cast<std::uint8_t>(command.cid);
  free->sqe[3] = static_cast<std::uint8_t>(command.cid >> 8);
  std::fill_n(free->sqe.begin() + 24, 16, std::uint8_t{0});
  for (unsigned i = 0; i < 4; ++i) {
    free->sqe[32 + i] = static_cast<std::uint8_t>(command.size >> (8 * i));
  }
  free->sqe[39] = free->in_capsule ? 0x01 : 0x5A;
  tail_ = (tail_ + 1) % terms_.entries;
  return nullptr;
}

const HostModel::Command* HostModel::OldestDone() const {
  const Command* oldest = nullptr;
  for (const Command& command : commands_) {
    if (command.state != State::kDone) continue;
    if (oldest == nullptr || command.turn < oldest->turn) oldest = &command;
  }
  return oldest;
}

void HostModel::Finish(End end) {
  if (end_ != End::kNone) return;
  end_ = end;
  in_.stream.Stop();
}

Judgement HostModel::In::OnPdu(const Pdu& pdu) {
  Judgement bad;
  switch (pdu.type) {
    case 1:
      bad = host.OnIcResp(pdu);
      break;
    case 3:
      host.OnTermReq(pdu);
      break;
    case 5:
      bad = host.OnCapsuleResp(pdu);
      break;
    case 7:
      bad = host.OnC2HData(pdu);
      break;
    case 9:
      bad = host.OnR2T(pdu);
      break;
    default:
      break;
  }
  return bad;
}

void HostModel::In::OnPayload(Octets part) {
  std::ranges::copy(part, command->into + at);
  at += static_cast<std::uint32_t>(part.size());
}

void HostModel::In::OnPayloadEnd(bool good) {
  command->moved = at;
  if (!good) command->damaged = true;
  Command* done = command;
  command = nullptr;
  if (success) host.Complete(*done, 0, 0);
}

Judgement HostModel::OnIcResp(const Pdu& pdu) {
  if (U16(pdu.front, 8) != 0) return BadField(8);
  cpda_ = pdu.front[10];
  if (cpda_ > 31) return BadField(10);
  const std::uint8_t granted = pdu.front[11] & 3;
  if ((granted % 2 == 1 && !terms_.hdgst) || (granted / 2 == 1 && !terms_.ddgst))
    return BadField(11);
  maxh2cdata_ = U32(pdu.front, 12);
  if (maxh2cdata_ == 0 || maxh2cdata_ % 4 != 0) return BadField(12);
  const bool hdgst = granted % 2 == 1;
  const bool ddgst = granted / 2 == 1;
  if ((hdgst != terms_.hdgst || ddgst != terms_.ddgst) && !terms_.optional) {
    Finish(End::kRefused);
    return std::nullopt;
  }
  in_.stream.terms = {
      .live = true, .hdgst = hdgst, .ddgst = ddgst, .alignment = 4U * (terms_.hpda + 1U)};
  Terms& out = out_.stream.terms;
  out.hdgst = hdgst;
  out.ddgst = ddgst;
  out.alignment = 4U * (cpda_ + 1U);
  out.most_h2c_data = maxh2cdata_;
  return std::nullopt;
}

void HostModel::OnTermReq(const Pdu& pdu) {
  if (!pdu.unreadable) told_ = Verdict{U16(pdu.front, 8), U32(pdu.front, 10)};
  Finish(End::kTerminated);
}

Judgement HostModel::OnCapsuleResp(const Pdu& pdu) {
  Command* command = FindSent(U16(pdu.front, 20));
  if (command == nullptr) return BadField(20);
  const std::uint32_t sqhd = U16(pdu.front, 16);
  if (flow_control_ && sqhd != 0xFFFF) {
    if (sqhd >= terms_.entries) return BadField(16);
    const std::uint32_t n = terms_.entries;
    if ((sqhd + n - head_) % n <= (tail_ + n - head_) % n) head_ = sqhd;
  }
  Complete(*command, U32(pdu.front, 8), U16(pdu.front, 22));
  return std::nullopt;
}

void HostModel::Complete(Command& command, std::uint32_t dw0, std::uint16_t status) {
  const bool success = (status >> 1 & 0x7FF) == 0;
  command.state = State::kDone;
  command.turn = ++turn_;
  command.r2ts = 0;
  command.dw0 = dw0;
  command.status = status;
  if (command.damaged) {
    command.status = kTransientTransportError;
  } else if (success && !command.write && command.moved < command.size) {
    command.status = kDataTransferError;
  }
  if (Count(State::kQueued, State::kSent, State::kSent) == 0) head_ = tail_;
}

Judgement HostModel::OnC2HData(const Pdu& pdu) {
  const bool last = (pdu.flags & 4) != 0;
  const bool success = (pdu.flags & 8) != 0;
  if (success && !last) return BadField(1);
  Command* command = FindSent(U16(pdu.front, 8));
  if (command == nullptr) return BadField(8);
  if (command->write || command->size == 0) return kSequence;
  const std::uint64_t datao = U32(pdu.front, 12);
  const std::uint64_t datal = U32(pdu.front, 16);
  if (datao % 4 != 0) return BadField(12);
  if (datal == 0 || datal % 4 != 0 || datal != pdu.data) return BadField(16);
  if (datao + datal > command->size) return kOutOfRange;
  if (datao != command->moved || command->last) return kSequence;
  command->last = last;
  in_.command = command;
  in_.at = static_cast<std::uint32_t>(datao);
  in_.success = success;
  return std::nullopt;
}

Judgement HostModel::OnR2T(const Pdu& pdu) {
  Command* command = FindSent(U16(pdu.front, 8));
  if (command == nullptr) return BadField(8);
  if (!command->write || command->size == 0 || command->in_capsule) return kSequence;
  const std::uint64_t r2to = U32(pdu.front, 12);
  const std::uint64_t r2tl = U32(pdu.front, 16);
  if (r2to % 4 != 0) return BadField(12);
  if (r2tl == 0 || r2tl % 4 != 0) return BadField(16);
  if (r2to + r2tl > command->size) return kOutOfRange;
  if (r2to != command->moved) return kSequence;
  if (command->r2ts >= terms_.maxr2t) return kTooMuch;
  command->r2t[command->r2ts++] = {.ttag = U16(pdu.front, 10),
                                   .next = static_cast<std::uint32_t>(r2to),
                                   .end = static_cast<std::uint32_t>(r2to + r2tl)};
  command->moved = static_cast<std::uint32_t>(r2to + r2tl);
  return std::nullopt;
}

}  // namespace model
