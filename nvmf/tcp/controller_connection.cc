#include "nvmf/tcp/controller_connection.h"

#include <algorithm>
#include <utility>

namespace nvmf::tcp {
namespace {

constexpr std::uint32_t kCccidAt = OffsetOf<H2CData>("cccid");
constexpr std::uint32_t kTtagAt = OffsetOf<H2CData>("ttag");
constexpr std::uint32_t kDataoAt = OffsetOf<H2CData>("datao");
constexpr std::uint32_t kDatalAt = OffsetOf<H2CData>("datal");
constexpr std::uint32_t kPlenAt = OffsetOf<PduHeader>("plen");
constexpr std::size_t kWindows = ControllerParams::kMaxR2t;
// TTAG = tag * kWindows + window must fit 16 bits.
constexpr std::uint16_t kMostEntries = 65536 / kWindows - 1;
constexpr std::uint32_t kMostInCapsule = 1 << 20;

ControllerParams Sane(ControllerParams params) {
  params.cpda = std::min<std::uint8_t>(params.cpda, 31);
  params.maxh2cdata = std::max<std::uint32_t>(params.maxh2cdata / 4 * 4, 4096);
  params.max_c2h_data = std::max<std::uint32_t>(params.max_c2h_data / 4 * 4, 4);
  params.max_r2tl = std::max<std::uint32_t>(params.max_r2tl / 4 * 4, 4);
  params.max_r2t = std::clamp<std::uint32_t>(params.max_r2t, 1, ControllerParams::kMaxR2t);
  params.in_capsule_bytes = std::max<std::uint32_t>(params.in_capsule_bytes, 8192);
  return params;
}

}  // namespace

ControllerConnection::ControllerConnection(const ControllerParams& params)
    : Connection(Side::kController, params.receive_room),
      params_(Sane(params)),
      in_capsule_room_(params_.in_capsule_bytes),
      cids_(65536 / 64),
      events_(0),
      to_send_(0),
      leaving_(0) {
  expect_.max_in_capsule = params_.in_capsule_bytes;
  expect_.max_h2c_data = params_.maxh2cdata;
  Grow(kConnectEntries);
}

// A queue grows while at most the Connect is outstanding, and never shrinks.
void ControllerConnection::Grow(std::uint16_t entries) {
  const std::size_t old = slots_.size();
  if (entries <= old) return;
  slots_.resize(entries);
  events_.Grow(2 * slots_.size());
  to_send_.Grow(slots_.size());
  leaving_.Grow(slots_.size());
  free_.reserve(slots_.size());
  for (std::size_t i = slots_.size(); i-- > old;) free_.push_back(static_cast<Tag>(i));
}

void ControllerConnection::SetQueue(std::uint16_t entries, bool flow_control,
                                    std::uint32_t in_capsule_bytes) {
  entries_ = std::clamp<std::uint16_t>(entries, 2, kMostEntries);
  sq_head_ = static_cast<std::uint16_t>(sq_head_ % entries_);
  flow_control_ = flow_control;
  expect_.max_in_capsule = std::min(in_capsule_bytes, in_capsule_room_);
  Grow(entries_);
}

// A command that waits for its owner: it was not answered, and no data are due for it.
bool ControllerConnection::IsWaiting(Tag tag, ByteView fetched) const {
  const Slot& slot = slots_[tag];
  return slot.state == State::kOwned && slot.windows == 0 && slot.announced == slot.requested &&
         slot.requested == fetched.size();
}

namespace {

ByteView FetchedFor(Tag tag, std::span<const ControllerConnection::Fetched> fetched) {
  const auto found = std::ranges::find(fetched, tag, &ControllerConnection::Fetched::tag);
  return found == fetched.end() ? ByteView() : found->data;
}

}  // namespace

bool ControllerConnection::AllWait(std::span<const Fetched> fetched) const {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Tag tag = static_cast<Tag>(i);
    if (slots_[i].state != State::kFree && !IsWaiting(tag, FetchedFor(tag, fetched))) return false;
  }
  return true;
}

Result<ControllerState> ControllerConnection::Export(std::span<const Fetched> fetched) {
  if (failed()) return std::unexpected(failure());
  if (!settled() || !AllWait(fetched)) {
    return nvmf::Fail(Code::kBusy, "an answer or data are under way");
  }
  std::vector<Tag> tags;
  for (std::size_t tag = 0; tag < slots_.size(); ++tag) {
    if (slots_[tag].state != State::kFree) tags.push_back(static_cast<Tag>(tag));
  }
  std::ranges::sort(tags, {}, [&](Tag tag) { return slots_[tag].arrival; });
  ControllerState state{.negotiated = negotiated(),
                        .entries = entries_,
                        .sq_head = sq_head_,
                        .flow_control = flow_control_,
                        .in_capsule_bytes = expect_.max_in_capsule};
  for (const Tag tag : tags) {
    const ByteView data = slots_[tag].requested != 0 ? FetchedFor(tag, fetched) : in_capsule(tag);
    state.commands.push_back({.sqe = slots_[tag].sqe, .data = {data.begin(), data.end()}});
  }
  const ByteView unread = receiver_.unread();
  state.unread.assign(unread.begin(), unread.end());
  return state;
}

Result<std::unique_ptr<ControllerConnection>> ControllerConnection::Resume(
    const ControllerParams& params, const ControllerState& state) {
  if (state.entries < 2 || state.entries > kMostEntries || state.sq_head >= state.entries ||
      state.commands.size() > state.entries) {
    return nvmf::Fail(Code::kInvalidArgument, "no controller's queue is like this");
  }
  ControllerParams ours = params;
  ours.cpda = state.negotiated.cpda;
  ours.maxh2cdata = state.negotiated.maxh2cdata;
  ours.in_capsule_bytes = std::max(params.in_capsule_bytes, state.in_capsule_bytes);
  if (ours.in_capsule_bytes > kMostInCapsule) {
    return nvmf::Fail(Code::kInvalidArgument, "capsules larger than any controller offers");
  }
  auto controller = std::make_unique<ControllerConnection>(ours);
  controller->SetQueue(state.entries, state.flow_control, state.in_capsule_bytes);
  controller->sq_head_ = state.sq_head;
  for (const ControllerState::Command& command : state.commands) {
    if (Result<> restored = controller->Restore(command); !restored) {
      return std::unexpected(restored.error());
    }
  }
  Result<> resumed = controller->Connection::Resume(state.negotiated, state.unread);
  if (!resumed) return std::unexpected(resumed.error());
  controller->Receive();
  return controller;
}

// The other owner has judged the commands as they came; a record may say that it has.
Result<> ControllerConnection::Restore(const ControllerState::Command& command) {
  if (command.data.size() > in_capsule_room_ || free_.empty()) {
    return nvmf::Fail(Code::kInvalidArgument, "more than the queue holds");
  }
  const Sgl& sgl = command.sqe.sgl1;
  const bool is_waiting =
      DataDirection(command.sqe) == Direction::kNone
          ? sgl.length == 0
          : sgl.length % 4 == 0 &&
                (sgl.type == Sgl::kTransport ||
                 (sgl.type == Sgl::kInCapsule && sgl.length == command.data.size()));
  const std::uint64_t cid_bit = std::uint64_t{1} << command.sqe.cid % 64;
  if (!is_waiting || command.data.size() % 4 != 0 || (cids_[command.sqe.cid / 64] & cid_bit) != 0) {
    return nvmf::Fail(Code::kInvalidArgument, "no command waits like this");
  }
  const auto carried = static_cast<std::uint32_t>(command.data.size());
  const Tag tag = TakeSlot(command.sqe, carried);
  Slot& slot = slots_[tag];
  if (carried != 0) {
    std::ranges::copy(command.data, slot.capsule_data.get());
    slot.sqe.sgl1 = {.length = carried, .type = Sgl::kInCapsule};
  }
  slot.state = State::kOwned;
  cids_[slot.sqe.cid / 64] |= cid_bit;
  events_.push({.kind = Event::Kind::kCommand, .tag = tag});
  return {};
}

ByteView ControllerConnection::in_capsule(Tag tag) const {
  const Slot& slot = slots_[tag];
  return ByteView(slot.capsule_data.get(), slot.carried);
}

void ControllerConnection::OnHeader() {
  switch (receiver_.pdu().header.type) {
    case PduType::kIcReq:
      return OnIcReq(receiver_.As<IcReq>());
    case PduType::kCapsuleCmd:
      return OnCapsuleCmd(receiver_.As<CapsuleCmd>());
    case PduType::kH2CData:
      return OnH2CData(receiver_.As<H2CData>());
    case PduType::kIcResp:
    case PduType::kH2CTermReq:
    case PduType::kC2HTermReq:
    case PduType::kCapsuleResp:
    case PduType::kC2HData:
    case PduType::kR2T:
      break;  // kPduRules refused them.
  }
}

void ControllerConnection::OnIcReq(const IcReq& req) {
  constexpr Fes kField = Fes::kInvalidPduHeaderField;
  if (req.pfv != 0) return Violate({kField, OffsetOf<IcReq>("pfv")}, "ICReq: unknown PFV");
  if (req.hpda > 31) return Violate({kField, OffsetOf<IcReq>("hpda")}, "ICReq: HPDA above 31");
  const int granted = req.dgst & ((params_.header_digest ? kDgstHeader : 0) |
                                  (params_.data_digest ? kDgstData : 0));
  icresp_ = {.cpda = params_.cpda,
             .dgst = static_cast<std::uint8_t>(granted),
             .maxh2cdata = params_.maxh2cdata};
  icresp_due_ = true;
  GoLive({.header_digest = (granted & kDgstHeader) != 0,
          .data_digest = (granted & kDgstData) != 0,
          .hpda = req.hpda,
          .cpda = params_.cpda,
          .maxr2t = std::uint64_t{req.maxr2t} + 1,
          .maxh2cdata = params_.maxh2cdata});
}

void ControllerConnection::OnCapsuleCmd(const CapsuleCmd& pdu) {
  const std::uint32_t carried = receiver_.pdu().data;
  const bool in_capsule = pdu.sqe.sgl1.type == Sgl::kInCapsule;
  if (carried != 0 && (!in_capsule || pdu.sqe.sgl1.length != carried)) {
    return Violate({Fes::kInvalidPduHeaderField, kPlenAt},
                   "CapsuleCmd: data that no SGL describes");
  }
  if (outstanding_ >= entries_ || free_.empty()) {
    return Violate({Fes::kPduSequenceError}, "more commands than the submission queue has entries");
  }
  sq_head_ = static_cast<std::uint16_t>((sq_head_ + 1U) % entries_);
  const Tag tag = TakeSlot(pdu.sqe, carried);
  if (carried == 0) return OnCommandComplete(tag);
  receiving_ = tag;
  receiving_window_ = kCapsule;
  receiver_.PlaceData(MutableBytes(slots_[tag].capsule_data.get(), carried));
}

// TakeSlot gives a command a slot with room for `carried` octets of in-capsule data.
Tag ControllerConnection::TakeSlot(const Sqe& sqe, std::uint32_t carried) {
  const Tag tag = free_.back();
  free_.pop_back();
  ++outstanding_;
  Slot& slot = slots_[tag];
  std::unique_ptr<std::byte[]> room = std::move(slot.capsule_data);
  const bool queued = slot.queued;
  slot = Slot{.state = State::kReceiving,
              .queued = queued,
              .carried = carried,
              .arrival = ++arrivals_,
              .sqe = sqe};
  slot.capsule_data = std::move(room);
  if (carried != 0 && !slot.capsule_data) {
    slot.capsule_data = std::make_unique_for_overwrite<std::byte[]>(in_capsule_room_);
  }
  return tag;
}

// The descriptor is judged as it was received, before anybody may overwrite it.
void ControllerConnection::OnCommandComplete(Tag tag) {
  Slot& slot = slots_[tag];
  slot.state = State::kOwned;
  std::uint64_t& word = cids_[slot.sqe.cid / 64];
  const std::uint64_t bit = std::uint64_t{1} << slot.sqe.cid % 64;
  if ((word & bit) != 0) {
    // Its answer must not free the CID that the first command holds.
    slot.shares_cid = true;
    return Answer(tag, StatusCode::kCommandIdConflict, true);
  }
  word |= bit;
  if (slot.data_error) return Answer(tag, StatusCode::kTransientTransportError, false);
  const Direction direction = DataDirection(slot.sqe);
  if (direction == Direction::kNone) {
    slot.sqe.sgl1.length = 0;  // A descriptor means nothing where no data move.
    return events_.push({.kind = Event::Kind::kCommand, .tag = tag});
  }
  const Sgl& sgl = slot.sqe.sgl1;
  if (slot.sqe.psdt() != 1) return Answer(tag, StatusCode::kInvalidField, true);
  const bool none = sgl == Sgl{};  // As good as a length of 0: not every host describes no data.
  if (sgl.type != Sgl::kInCapsule && sgl.type != Sgl::kTransport && !none) {
    return Answer(tag, StatusCode::kSglTypeInvalid, true);
  }
  if (sgl.type == Sgl::kInCapsule) {
    // Without a length it says that no data move, whatever the opcode's direction.
    if (direction == Direction::kToHost && sgl.length != 0) {
      return Answer(tag, StatusCode::kSglTypeInvalid, true);
    }
    if (sgl.address != 0) return Answer(tag, StatusCode::kSglOffsetInvalid, true);
    if (sgl.length != slot.carried) return Answer(tag, StatusCode::kSglDataLengthInvalid, true);
  }
  if (sgl.length % 4 != 0) return Answer(tag, StatusCode::kSglGranularityInvalid, true);
  events_.push({.kind = Event::Kind::kCommand, .tag = tag});
}

void ControllerConnection::Answer(Tag tag, StatusCode code, bool dnr) {
  Cqe cqe;
  cqe.set_status(Status(code, dnr));
  (void)Respond(tag, cqe);
}

Result<> ControllerConnection::RequestData(Tag tag, std::uint32_t offset, MutableBytes into) {
  if (failed()) return std::unexpected(failure());
  Slot& slot = slots_[tag];
  const Sgl& sgl = slot.sqe.sgl1;
  if (slot.state != State::kOwned || sgl.type != Sgl::kTransport || slot.windows != 0 ||
      offset != slot.requested || slot.announced != slot.requested || into.empty() ||
      into.size() % 4 != 0 || !Contains(0, sgl.length, offset, into.size())) {
    return nvmf::Fail(Code::kInvalidArgument, "not the next part of a command's data");
  }
  slot.into = into;
  slot.part_at = offset;
  slot.requested = offset + static_cast<std::uint32_t>(into.size());
  Enqueue(tag);
  return {};
}

Result<> ControllerConnection::SendData(Tag tag, ByteView data, const Cqe& cqe) {
  if (failed()) return std::unexpected(failure());
  Slot& slot = slots_[tag];
  if (slot.state != State::kOwned || data.size() > slot.sqe.sgl1.length || data.size() % 4 != 0) {
    return nvmf::Fail(Code::kInvalidArgument, "more data than the command has room for");
  }
  slot.state = State::kAnswered;
  slot.requested = slot.announced;  // Nothing more is asked for.
  slot.into = {};
  const bool receiving = receiving_ == tag && receiving_window_ != kCapsule;
  if (slot.windows != 0 && receiving) receiver_.DropData();  // The lent memory goes back now.
  slot.data = data;
  slot.cqe = cqe;
  slot.cqe.cid = slot.sqe.cid;
  if (slot.windows == 0) Enqueue(tag);  // Else when the data that are due have come.
  return {};
}

void ControllerConnection::OnH2CData(const H2CData& pdu) {
  constexpr Fes kField = Fes::kInvalidPduHeaderField;
  const std::size_t tag = pdu.ttag / kWindows;
  if (tag >= slots_.size() || !slots_[tag].window[pdu.ttag % kWindows].open) {
    return Violate({kField, kTtagAt}, "H2CData: no R2T has this TTAG");
  }
  Slot& slot = slots_[tag];
  Window& window = slot.window[pdu.ttag % kWindows];
  if (pdu.cccid != slot.sqe.cid) return Violate({kField, kCccidAt}, "H2CData: CCCID");
  if (pdu.datao % 4 != 0) return Violate({kField, kDataoAt}, "H2CData: DATAO");
  if (pdu.datal == 0 || pdu.datal % 4 != 0 || pdu.datal != receiver_.pdu().data) {
    return Violate({kField, kDatalAt}, "H2CData: DATAL");
  }
  const std::uint32_t done = window.expected - window.at;
  if (!Contains(window.at, std::uint64_t{done} + window.left, pdu.datao, pdu.datal)) {
    return Violate({Fes::kDataTransferOutOfRange}, "H2CData: outside what was asked for");
  }
  if (pdu.datao != window.expected) return Violate({Fes::kPduSequenceError}, "H2CData: DATAO");
  const bool last = (receiver_.pdu().header.flags & kLastPdu) != 0;
  if (last != (pdu.datal == window.left)) {
    return Violate({Fes::kPduSequenceError}, "H2CData: LAST_PDU");
  }
  window.expected += pdu.datal;
  window.left -= pdu.datal;
  receiving_ = static_cast<Tag>(tag);
  receiving_window_ = pdu.ttag % kWindows;
  if (slot.into.empty()) return receiver_.DropData();
  receiver_.PlaceData(slot.into.subspan(pdu.datao - slot.part_at, pdu.datal));
}

void ControllerConnection::OnDataDone() {
  Slot& slot = slots_[receiving_];
  if (!receiver_.data_digest_ok()) slot.data_error = true;
  if (receiving_window_ == kCapsule) return OnCommandComplete(receiving_);
  Window& window = slot.window[receiving_window_];
  if (window.left != 0) return;
  window = {};
  --slot.windows;
  if (slot.state == State::kAnswered) {
    if (slot.windows == 0) Enqueue(receiving_);
  } else if (slot.announced != slot.requested) {
    Enqueue(receiving_);
  } else if (slot.windows == 0) {
    slot.into = {};
    events_.push({.kind = Event::Kind::kData, .tag = receiving_, .data_error = slot.data_error});
  }
}

void ControllerConnection::Enqueue(Tag tag) {
  if (std::exchange(slots_[tag].queued, true)) return;
  to_send_.push(tag);
}

bool ControllerConnection::PushNext() {
  if (std::exchange(icresp_due_, false)) {
    sender_.Push(icresp_, {}, {});
    return true;
  }
  while (!to_send_.empty()) {
    const Tag tag = to_send_.pop();
    Slot& slot = slots_[tag];
    slot.queued = false;
    bool pushed = false;
    if (slot.state == State::kOwned) {
      pushed = PushR2T(slot);
    } else if (slot.state == State::kAnswered && slot.windows == 0) {
      pushed = PushData(slot);
    }
    if (slot.state == State::kSent) {
      slot.mark = sender_.pushed();
      leaving_.push(tag);
    } else if (HasMore(slot)) {
      Enqueue(tag);
    }
    if (pushed) return true;
  }
  return false;
}

bool ControllerConnection::HasMore(const Slot& slot) const {
  const std::uint64_t limit = std::min<std::uint64_t>(params_.max_r2t, negotiated().maxr2t);
  if (slot.state == State::kOwned) {
    return slot.announced != slot.requested && slot.windows < limit;
  }
  return slot.state == State::kAnswered && slot.windows == 0;
}

bool ControllerConnection::PushR2T(Slot& slot) {
  if (!HasMore(slot)) return false;
  const auto window = std::ranges::find_if(slot.window, [](const Window& w) { return !w.open; });
  const std::uint32_t r2tl = std::min(slot.requested - slot.announced, params_.max_r2tl);
  *window = {.open = true, .at = slot.announced, .left = r2tl, .expected = slot.announced};
  ++slot.windows;
  const auto tag = static_cast<std::size_t>(&slot - slots_.data());
  const auto ttag = tag * kWindows + static_cast<std::size_t>(window - slot.window.begin());
  sender_.Push(R2T{.cccid = slot.sqe.cid,
                   .ttag = static_cast<std::uint16_t>(ttag),
                   .r2to = slot.announced,
                   .r2tl = r2tl},
               FramingOut(), {});
  slot.announced += r2tl;
  return true;
}

// Pushes one C2HData, or the completion when the data are out.
bool ControllerConnection::PushData(Slot& slot) {
  const auto size = static_cast<std::uint32_t>(slot.data.size());
  if (slot.sent == size) {
    PushResp(slot);
    return true;
  }
  const std::uint32_t datal = std::min(size - slot.sent, params_.max_c2h_data);
  const bool last = slot.sent + datal == size;
  // SUCCESS stands for a completion that has nothing to say: no SQHD, no DW0, no status.
  const bool success = last && params_.success_flag && !flow_control_ && slot.cqe.status().ok() &&
                       slot.cqe.dw0 == 0 && slot.cqe.dw1 == 0;
  Framing framing = FramingOut();
  framing.flags = static_cast<std::uint8_t>((last ? kLastPdu : 0) | (success ? kSuccess : 0));
  sender_.Push(C2HData{.cccid = slot.sqe.cid, .datao = slot.sent, .datal = datal}, framing,
               slot.data.subspan(slot.sent, datal));
  slot.sent += datal;
  if (success) slot.state = State::kSent;
  return true;
}

void ControllerConnection::PushResp(Slot& slot) {
  if (flow_control_) slot.cqe.sqhd = sq_head_;
  sender_.Push(CapsuleResp{.cqe = slot.cqe}, FramingOut(), {});
  slot.state = State::kSent;
}

void ControllerConnection::OnSent() {
  while (!leaving_.empty() && slots_[leaving_.front()].mark <= sender_.sent()) {
    const Tag tag = leaving_.pop();
    Slot& slot = slots_[tag];
    if (!slot.shares_cid) cids_[slot.sqe.cid / 64] &= ~(std::uint64_t{1} << slot.sqe.cid % 64);
    slot.state = State::kFree;
    slot.data = {};
    free_.push_back(tag);
    --outstanding_;
  }
}

}  // namespace nvmf::tcp
