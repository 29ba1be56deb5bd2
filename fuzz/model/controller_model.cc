#include "fuzz/model/controller_model.h"

#include <algorithm>

namespace model {
namespace {

constexpr std::uint16_t kDnr = 0x8000;
constexpr std::uint16_t Generic(unsigned code) { return static_cast<std::uint16_t>(code << 1); }

}  // namespace

std::size_t OpenWindows(const ControllerModel::Command& command) {
  return static_cast<std::size_t>(
      std::ranges::count(command.window, true, &ControllerModel::Window::open));
}

ControllerModel::ControllerModel(const ControllerTerms& terms) : terms_(terms) {
  in_.stream.terms = {.alignment = 4U * (terms.cpda + 1U),
                      .most_in_capsule = terms.in_capsule,
                      .most_h2c_data = terms.maxh2cdata};
}

std::size_t ControllerModel::outstanding() const {
  return kMostCommands -
         static_cast<std::size_t>(std::ranges::count(commands_, State::kFree, &Command::state));
}

ControllerModel::Command* ControllerModel::FindIn(State state, std::uint16_t cid) {
  for (Command& command : commands_) {
    if (command.state == state && command.cid() == cid) return &command;
  }
  return nullptr;
}

void ControllerModel::Finish(End end) {
  if (end_ != End::kNone) return;
  end_ = end;
  in_.stream.Stop();
}

void ControllerModel::Aborted() {
  aborted_ = end_ == End::kNone;
  Finish(End::kViolation);
}

void ControllerModel::SetQueue(std::uint32_t entries, bool flow_control, std::uint32_t in_capsule) {
  entries_ = entries;
  head_ %= entries;
  flow_control_ = flow_control;
  in_.stream.terms.most_in_capsule = std::min(in_capsule, terms_.in_capsule);
}

bool ControllerModel::Request(Command& command, std::uint32_t offset, std::uint32_t size,
                              std::uint8_t* copy) {
  if (end_ != End::kNone || command.state != State::kOwned || command.sqe[39] != 0x5A) return false;
  if (OpenWindows(command) != 0 || command.announced != command.requested) return false;
  if (offset != command.requested || size == 0 || size % 4 != 0) return false;
  if (std::uint64_t{offset} + size > command.length()) return false;
  command.part_at = offset;
  command.requested = offset + size;
  command.into = copy;
  return true;
}

bool ControllerModel::Answer(Command& command, const std::uint8_t* data, std::uint32_t size,
                             const std::array<std::uint8_t, 16>& cqe) {
  if (end_ != End::kNone || command.state != State::kOwned) return false;
  if (size > command.length() || size % 4 != 0) return false;
  command.state = State::kAnswered;
  command.requested = command.announced;
  command.into = nullptr;
  command.data = data;
  command.size = size;
  command.cqe = cqe;
  command.cqe[12] = command.sqe[2];
  command.cqe[13] = command.sqe[3];
  return true;
}

void ControllerModel::Refuse(Command& command, std::uint16_t status) {
  std::array<std::uint8_t, 16> cqe{};
  cqe[14] = static_cast<std::uint8_t>(status);
  cqe[15] = static_cast<std::uint8_t>(status >> 8);
  Answer(command, nullptr, 0, cqe);
}

Judgement ControllerModel::In::OnPdu(const Pdu& pdu) {
  if (pdu.type == 0) return model.OnIcReq(pdu);
  if (pdu.type == 4) return model.OnCapsuleCmd(pdu);
  if (pdu.type == 6) return model.OnH2CData(pdu);
  if (!pdu.unreadable) model.told_ = Verdict{U16(pdu.front, 8), U32(pdu.front, 10)};
  model.Finish(End::kTerminated);
  return std::nullopt;
}

void ControllerModel::In::OnPayload(Octets part) {
  if (window == nullptr) command->capsule_data.Add(part);
  if (into == nullptr) return;
  std::ranges::copy(part, into);
  into += part.size();
}

void ControllerModel::In::OnPayloadEnd(bool good) {
  if (!good) command->damaged = true;
  if (window == nullptr) return model.OnCommandComplete(*command);
  model.OnWindowData(*command, *window);
}

Judgement ControllerModel::OnIcReq(const Pdu& pdu) {
  if (U16(pdu.front, 8) != 0) return BadField(8);
  hpda_ = pdu.front[10];
  if (hpda_ > 31) return BadField(10);
  maxr2t_ = std::uint64_t{U32(pdu.front, 12)} + 1;
  granted_ =
      static_cast<std::uint8_t>(pdu.front[11] & ((terms_.hdgst ? 1 : 0) | (terms_.ddgst ? 2 : 0)));
  Terms& in = in_.stream.terms;
  in.live = true;
  in.hdgst = (granted_ & 1) != 0;
  in.ddgst = (granted_ & 2) != 0;
  return std::nullopt;
}

Judgement ControllerModel::OnCapsuleCmd(const Pdu& pdu) {
  const Octets sqe = pdu.front.subspan(8, 64);
  if (pdu.data != 0 && (sqe[39] != 0x01 || U32(sqe, 32) != pdu.data)) return BadField(4);
  if (outstanding() >= entries_) return kSequence;
  Command& command = *std::ranges::find(commands_, State::kFree, &Command::state);
  command = {};
  command.state = State::kCarried;
  command.carried = pdu.data;
  command.serial = ++serial_;
  std::ranges::copy(sqe, command.sqe.begin());
  head_ = (head_ + 1) % entries_;
  in_.command = &command;
  in_.window = nullptr;
  in_.into = nullptr;
  if (pdu.data == 0) OnCommandComplete(command);
  return std::nullopt;
}

// What is wrong with a command's data descriptor, as a status; 0 for nothing.
std::uint16_t ControllerModel::DescriptorFault(Command& command) {
  const unsigned direction = (command.sqe[0] == 0x7F ? command.sqe[4] : command.sqe[0]) & 3U;
  if (direction == 0) {
    std::fill_n(command.sqe.begin() + 32, 4, std::uint8_t{0});  // Of no meaning.
    return 0;
  }
  const std::uint8_t type = command.sqe[39];
  if (command.sqe[1] >> 6 != 1) return Generic(0x02) | kDnr;
  const bool no_address = std::ranges::all_of(Octets(command.sqe).subspan(24, 8),
                                              [](auto octet) { return octet == 0; });
  const bool none = type == 0 && command.length() == 0 && no_address;
  if (type != 0x01 && type != 0x5A && !none) return Generic(0x11) | kDnr;
  if (type == 0x01) {
    // Data to the host never come in a capsule; but length 0 says that there are none.
    if (direction == 2 && command.length() != 0) return Generic(0x11) | kDnr;
    if (!no_address) return Generic(0x16) | kDnr;
    if (command.length() != command.carried) return Generic(0x0F) | kDnr;
  }
  return command.length() % 4 != 0 ? Generic(0x1E) | kDnr : 0;
}

void ControllerModel::OnCommandComplete(Command& command) {
  command.state = State::kOwned;
  const bool taken = std::ranges::any_of(commands_, [&](const Command& other) {
    return &other != &command && other.state != State::kFree && !other.shares_cid &&
           other.cid() == command.cid();
  });
  if (taken) {
    command.shares_cid = true;
    return Refuse(command, Generic(0x03) | kDnr);
  }
  if (command.damaged) return Refuse(command, Generic(0x22));
  if (const std::uint16_t fault = DescriptorFault(command)) return Refuse(command, fault);
  PushEvent({.command = &command});
}

Judgement ControllerModel::OnH2CData(const Pdu& pdu) {
  Command* command = nullptr;
  Window* window = nullptr;
  for (Command& candidate : commands_) {
    for (Window& open : candidate.window) {
      if (!open.open || open.ttag != U16(pdu.front, 10)) continue;
      command = &candidate;
      window = &open;
    }
  }
  if (window == nullptr) return BadField(10);
  if (U16(pdu.front, 8) != command->cid()) return BadField(8);
  const std::uint64_t datao = U32(pdu.front, 12);
  const std::uint64_t datal = U32(pdu.front, 16);
  if (datao % 4 != 0) return BadField(12);
  if (datal == 0 || datal % 4 != 0 || datal != pdu.data) return BadField(16);
  if (datao < window->begin || datao + datal > window->end) return kOutOfRange;
  const bool ends = datao + datal == window->end;
  if (datao != window->next || ((pdu.flags & 4) != 0) != ends) return kSequence;
  window->next += pdu.data;
  in_.command = command;
  in_.window = window;
  in_.into = command->into == nullptr ? nullptr : command->into + (datao - command->part_at);
  return std::nullopt;
}

void ControllerModel::OnWindowData(Command& command, Window& window) {
  if (window.next != window.end) return;
  window = {};
  if (command.state == State::kAnswered || command.announced != command.requested) return;
  if (OpenWindows(command) != 0) return;
  command.into = nullptr;
  PushEvent({.data = true, .damaged = command.damaged, .command = &command});
}

}  // namespace model
