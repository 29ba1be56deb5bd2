#include "nvmf/tcp/host_connection.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace nvmf::tcp {
namespace {

constexpr std::uint32_t kCccidAt = 8;
constexpr std::uint32_t kOffsetAt = 12;  // DATAO, R2TO.
constexpr std::uint32_t kLengthAt = 16;  // DATAL, R2TL.
constexpr std::uint32_t kFlagsAt = OffsetOf<PduHeader>("flags");
constexpr std::uint32_t kSqhdAt = 16;
constexpr std::uint32_t kCidAt = 20;

static_assert(OffsetOf<C2HData>("cccid") == kCccidAt && OffsetOf<R2T>("cccid") == kCccidAt);
static_assert(OffsetOf<C2HData>("datao") == kOffsetAt && OffsetOf<R2T>("r2to") == kOffsetAt);
static_assert(OffsetOf<C2HData>("datal") == kLengthAt && OffsetOf<R2T>("r2tl") == kLengthAt);

HostParams Sane(HostParams params) {
  params.entries = std::max<std::uint16_t>(params.entries, 2);
  params.maxr2t = std::clamp<std::uint32_t>(params.maxr2t, 1, HostParams::kMaxR2t);
  params.hpda = std::min<std::uint8_t>(params.hpda, 31);
  return params;
}

}  // namespace

HostConnection::HostConnection(const HostParams& params)
    : Connection(Side::kHost, params.receive_room),
      params_(Sane(params)),
      cid_mask_(static_cast<std::uint16_t>(std::bit_ceil<std::uint32_t>(params_.entries) - 1)),
      slots_(params_.entries),
      to_send_(2U *
               params_.entries) {  // One void place a slot at most: it goes before the capsule.
  free_.reserve(slots_.size());
  for (std::size_t i = slots_.size(); i-- > 0;) {
    slots_[i].cid = static_cast<std::uint16_t>(i);
    free_.push_back(static_cast<std::uint16_t>(i));
  }
}

Result<HostState> HostConnection::Export() {
  if (failed()) return std::unexpected(failure());
  if (!settled() || free_.size() != slots_.size()) {
    return nvmf::Fail(Code::kBusy, "the queue pair is not idle");
  }
  HostState state{.negotiated = negotiated(),
                  .entries = params_.entries,
                  .sq_head = sq_tail_,
                  .flow_control = flow_control_,
                  .in_capsule_bytes = params_.in_capsule_bytes};
  for (const Slot& slot : slots_) {
    const std::uint32_t generation = slot.cid / (cid_mask_ + 1U) + 1;
    state.generation = std::max(state.generation, static_cast<std::uint16_t>(generation));
  }
  const ByteView unread = receiver_.unread();
  state.unread.assign(unread.begin(), unread.end());
  return state;
}

Result<std::unique_ptr<HostConnection>> HostConnection::Resume(const HostState& state) {
  if (state.entries < 2 || state.sq_head >= state.entries ||
      state.negotiated.maxr2t > HostParams::kMaxR2t) {
    return nvmf::Fail(Code::kInvalidArgument, "no host's queue is like this");
  }
  auto host = std::make_unique<HostConnection>(
      HostParams{.hpda = state.negotiated.hpda,
                 .maxr2t = static_cast<std::uint32_t>(state.negotiated.maxr2t),
                 .entries = state.entries,
                 .in_capsule_bytes = state.in_capsule_bytes});
  host->icreq_pushed_ = true;
  host->flow_control_ = state.flow_control;
  host->sq_head_ = host->sq_tail_ = state.sq_head;
  for (Slot& slot : host->slots_) {
    slot.cid = static_cast<std::uint16_t>(slot.cid + state.generation * (host->cid_mask_ + 1U));
  }
  if (Result<> resumed = host->Connection::Resume(state.negotiated, state.unread); !resumed) {
    return std::unexpected(resumed.error());
  }
  host->Receive();
  return host;
}

bool HostConnection::full() const {
  if (free_.size() <= 1) return true;  // One entry of the ring stays free.
  const std::uint32_t next = (sq_tail_ + 1U) % params_.entries;
  return flow_control_ && next == sq_head_;
}

Result<std::uint16_t> HostConnection::Submit(const Sqe& sqe, const Data& data) {
  if (failed()) return std::unexpected(failure());
  if (!live()) return nvmf::Fail(Code::kInvalidArgument, "the connection is not negotiated yet");
  if (data.size() > std::numeric_limits<std::uint32_t>::max() || data.size() % 4 != 0) {
    return nvmf::Fail(Code::kInvalidArgument, "data must be a multiple of 4 and below 4 GiB");
  }
  if (!data.into.empty() && !data.from.empty()) {
    return nvmf::Fail(Code::kInvalidArgument, "a command moves data one way");
  }
  if (full()) return nvmf::Fail(Code::kBusy, "the submission queue is full");
  const std::uint16_t index = free_.back();
  free_.pop_back();
  Slot& slot = slots_[index];
  slot = Slot{.state = State::kOutstanding,
              .capsule_pending = true,
              .cid = slot.cid,
              .turn = static_cast<std::uint16_t>(slot.turn + 1),
              .data = data,
              .sqe = sqe};
  slot.in_capsule = !data.from.empty() && data.from.size() <= params_.in_capsule_bytes;
  slot.sqe.cid = slot.cid;
  slot.sqe.flags = static_cast<std::uint8_t>((sqe.flags & 0x3F) | Sqe::kPsdtSgl);
  slot.sqe.sgl1 = {.address = 0,
                   .length = static_cast<std::uint32_t>(data.size()),
                   .type = slot.in_capsule ? Sgl::kInCapsule : Sgl::kTransport};
  sq_tail_ = static_cast<std::uint16_t>((sq_tail_ + 1U) % params_.entries);
  ++outstanding_;
  Enqueue(slot);
  return slot.cid;
}

HostConnection::Slot* HostConnection::Find(std::uint16_t cid) {
  const std::size_t index = cid & cid_mask_;
  if (index >= slots_.size()) return nullptr;
  Slot& slot = slots_[index];
  return slot.cid == cid && slot.state != State::kFree ? &slot : nullptr;
}

const HostConnection::Slot* HostConnection::Find(std::uint16_t cid) const {
  return const_cast<HostConnection*>(this)->Find(cid);
}

bool HostConnection::completed(std::uint16_t cid) const {
  const Slot* slot = Find(cid);
  // Memory that is still being sent stays borrowed, so the completion waits for it.
  return slot != nullptr && slot->state == State::kDone && slot->mark <= sender_.sent();
}

std::optional<Completion> HostConnection::Take(std::uint16_t cid) {
  if (!completed(cid)) return std::nullopt;
  Slot& slot = *Find(cid);
  const Completion completion{.cqe = slot.cqe, .bytes = slot.moved};
  UnlinkDone(slot);
  slot.state = State::kFree;
  slot.data = kNoData;
  slot.cid = static_cast<std::uint16_t>(slot.cid + cid_mask_ + 1U);  // A late reply finds nobody.
  free_.push_back(IndexOf(slot));
  return completion;
}

std::optional<std::uint16_t> HostConnection::NextCompleted() const {
  if (oldest_done_ == kNone || !completed(slots_[oldest_done_].cid)) return std::nullopt;
  return slots_[oldest_done_].cid;
}

void HostConnection::LinkDone(Slot& slot) {
  const std::uint16_t index = IndexOf(slot);
  slot.older = newest_done_;
  slot.newer = kNone;
  (newest_done_ == kNone ? oldest_done_ : slots_[newest_done_].newer) = index;
  newest_done_ = index;
}

void HostConnection::UnlinkDone(Slot& slot) {
  (slot.older == kNone ? oldest_done_ : slots_[slot.older].newer) = slot.newer;
  (slot.newer == kNone ? newest_done_ : slots_[slot.newer].older) = slot.older;
}

void HostConnection::Enqueue(Slot& slot) {
  if (slot.queued) return;
  slot.queued = true;
  to_send_.push({.index = IndexOf(slot), .turn = slot.turn});
}

std::uint8_t HostConnection::AskedDigests() const {
  return static_cast<std::uint8_t>((params_.header_digest ? kDgstHeader : 0) |
                                   (params_.data_digest ? kDgstData : 0));
}

bool HostConnection::PushNext() {
  if (!icreq_pushed_) {
    icreq_pushed_ = true;
    const IcReq icreq{.hpda = params_.hpda, .dgst = AskedDigests(), .maxr2t = params_.maxr2t - 1};
    sender_.Push(icreq, {}, {});
    return true;
  }
  if (!live()) return false;
  while (!to_send_.empty()) {
    const Place place = to_send_.pop();
    Slot& slot = slots_[place.index];
    if (slot.turn != place.turn) continue;
    slot.queued = false;
    if (slot.state != State::kOutstanding) continue;  // Answered before it asked for all its data.
    if (slot.capsule_pending) {
      PushCapsule(slot);
    } else if (slot.r2ts != 0) {
      PushH2CData(slot);
    } else {
      continue;
    }
    if (slot.r2ts != 0) Enqueue(slot);
    return true;
  }
  return false;
}

void HostConnection::PushCapsule(Slot& slot) {
  slot.capsule_pending = false;
  sender_.Push(CapsuleCmd{.sqe = slot.sqe}, FramingOut(),
               slot.in_capsule ? slot.data.from : ByteView());
  slot.mark = sender_.pushed();
}

void HostConnection::PushH2CData(Slot& slot) {
  Wanted& wanted = slot.wanted[0];
  const std::uint32_t datal = std::min(wanted.left, negotiated().maxh2cdata);
  Framing framing = FramingOut();
  if (datal == wanted.left) framing.flags = kLastPdu;
  sender_.Push(H2CData{.cccid = slot.cid, .ttag = wanted.ttag, .datao = wanted.at, .datal = datal},
               framing, slot.data.from.subspan(wanted.at, datal));
  slot.mark = sender_.pushed();
  wanted.at += datal;
  wanted.left -= datal;
  if (wanted.left == 0) {
    std::shift_left(slot.wanted.begin(), slot.wanted.begin() + slot.r2ts, 1);
    --slot.r2ts;
  }
}

void HostConnection::OnHeader() {
  switch (receiver_.pdu().header.type) {
    case PduType::kIcResp:
      return OnIcResp(receiver_.As<IcResp>());
    case PduType::kCapsuleResp:
      return OnCapsuleResp(receiver_.As<CapsuleResp>());
    case PduType::kC2HData:
      return OnC2HData(receiver_.As<C2HData>());
    case PduType::kR2T:
      return OnR2T(receiver_.As<R2T>());
    case PduType::kIcReq:
    case PduType::kH2CTermReq:
    case PduType::kC2HTermReq:
    case PduType::kCapsuleCmd:
    case PduType::kH2CData:
      break;  // kPduRules refused them.
  }
}

void HostConnection::OnIcResp(const IcResp& resp) {
  constexpr Fes kField = Fes::kInvalidPduHeaderField;
  const std::uint8_t asked = AskedDigests();
  if (resp.pfv != 0) {
    return Violate({kField, OffsetOf<IcResp>("pfv")}, "ICResp: unknown PFV");
  }
  if (resp.cpda > 31) {
    return Violate({kField, OffsetOf<IcResp>("cpda")}, "ICResp: CPDA above 31");
  }
  if ((resp.dgst & ~asked & (kDgstHeader | kDgstData)) != 0) {
    return Violate({kField, OffsetOf<IcResp>("dgst")}, "ICResp: a digest that was not asked for");
  }
  if (resp.maxh2cdata == 0 || resp.maxh2cdata % 4 != 0) {
    return Violate({kField, OffsetOf<IcResp>("maxh2cdata")}, "ICResp: MAXH2CDATA");
  }
  if ((resp.dgst & asked) != asked && !params_.digests_optional) {
    return Fail({.code = Code::kRefused, .what = "the controller declined a digest"});
  }
  GoLive({.header_digest = (resp.dgst & kDgstHeader) != 0,
          .data_digest = (resp.dgst & kDgstData) != 0,
          .hpda = params_.hpda,
          .cpda = resp.cpda,
          .maxr2t = params_.maxr2t,
          .maxh2cdata = resp.maxh2cdata});
}

// SQHD tells how far the controller has consumed the ring. Responses may carry it out of order.
void HostConnection::NoteSqhd(std::uint16_t sqhd) {
  const std::uint32_t entries = params_.entries;
  const std::uint32_t consumed = (sqhd + entries - sq_head_) % entries;
  const std::uint32_t sent = (sq_tail_ + entries - sq_head_) % entries;
  if (consumed <= sent) sq_head_ = sqhd;
}

void HostConnection::OnCapsuleResp(const CapsuleResp& resp) {
  Slot* slot = Find(resp.cqe.cid);
  if (slot == nullptr || slot->state != State::kOutstanding || slot->capsule_pending) {
    return Violate({Fes::kInvalidPduHeaderField, kCidAt}, "CapsuleResp: no such command");
  }
  if (flow_control_ && resp.cqe.sqhd != Cqe::kNoFlowControl) {
    if (resp.cqe.sqhd >= params_.entries) {
      return Violate({Fes::kInvalidPduHeaderField, kSqhdAt}, "CapsuleResp: SQHD past the queue");
    }
    NoteSqhd(resp.cqe.sqhd);
  }
  Complete(*slot, resp.cqe);
}

void HostConnection::Complete(Slot& slot, const Cqe& cqe) {
  slot.cqe = cqe;
  slot.r2ts = 0;  // What it asked for and did not wait for is not sent.
  slot.state = State::kDone;
  if (slot.digest_error) {
    slot.cqe.set_status(StatusCode::kTransientTransportError);
  } else if (cqe.status().ok() && !slot.data.into.empty() && slot.moved < slot.data.into.size()) {
    slot.cqe.set_status(StatusCode::kDataTransferError);
  }
  if (!slot.data.from.empty()) slot.moved = static_cast<std::uint32_t>(slot.data.from.size());
  LinkDone(slot);
  // With nothing outstanding all was consumed, whatever SQHD has told (SUCCESS tells nothing).
  if (--outstanding_ == 0) sq_head_ = sq_tail_;
}

void HostConnection::OnC2HData(const C2HData& pdu) {
  const Judged& judged = receiver_.pdu();
  const std::uint8_t flags = judged.header.flags;
  constexpr Fes kField = Fes::kInvalidPduHeaderField;
  if ((flags & kSuccess) != 0 && (flags & kLastPdu) == 0) {
    return Violate({kField, kFlagsAt}, "C2HData: SUCCESS without LAST_PDU");
  }
  Slot* slot = Find(pdu.cccid);
  if (slot == nullptr || slot->state != State::kOutstanding || slot->capsule_pending) {
    return Violate({kField, kCccidAt}, "C2HData: no such command");
  }
  if (slot->data.into.empty()) return Violate({Fes::kPduSequenceError}, "C2HData: not a read");
  if (pdu.datao % 4 != 0) return Violate({kField, kOffsetAt}, "C2HData: DATAO");
  if (pdu.datal == 0 || pdu.datal % 4 != 0 || pdu.datal != judged.data) {
    return Violate({kField, kLengthAt}, "C2HData: DATAL");
  }
  if (!Contains(0, slot->data.into.size(), pdu.datao, pdu.datal)) {
    return Violate({Fes::kDataTransferOutOfRange}, "C2HData: outside the command's data");
  }
  if (pdu.datao != slot->moved || slot->last_seen) {
    return Violate({Fes::kPduSequenceError}, "C2HData: out of sequence");
  }
  slot->last_seen = (flags & kLastPdu) != 0;
  receiving_ = slot;
  receiving_success_ = (flags & kSuccess) != 0;
  receiver_.PlaceData(slot->data.into.subspan(pdu.datao, pdu.datal));
}

void HostConnection::OnDataDone() {
  Slot& slot = *receiving_;
  receiving_ = nullptr;
  slot.moved += receiver_.pdu().data;
  if (!receiver_.data_digest_ok()) slot.digest_error = true;
  if (receiving_success_) Complete(slot, Cqe{.cid = slot.cid});
}

void HostConnection::OnR2T(const R2T& r2t) {
  constexpr Fes kField = Fes::kInvalidPduHeaderField;
  Slot* slot = Find(r2t.cccid);
  if (slot == nullptr || slot->state != State::kOutstanding || slot->capsule_pending) {
    return Violate({kField, kCccidAt}, "R2T: no such command");
  }
  if (slot->data.from.empty() || slot->in_capsule) {
    return Violate({Fes::kPduSequenceError}, "R2T: the command has no data to ask for");
  }
  if (r2t.r2to % 4 != 0) return Violate({kField, kOffsetAt}, "R2T: R2TO");
  if (r2t.r2tl == 0 || r2t.r2tl % 4 != 0) return Violate({kField, kLengthAt}, "R2T: R2TL");
  if (!Contains(0, slot->data.from.size(), r2t.r2to, r2t.r2tl)) {
    return Violate({Fes::kDataTransferOutOfRange}, "R2T: past the command's data");
  }
  if (r2t.r2to != slot->moved) return Violate({Fes::kPduSequenceError}, "R2T: out of sequence");
  if (slot->r2ts >= params_.maxr2t) return Violate({Fes::kLimitExceeded}, "R2T: more than MAXR2T");
  slot->wanted[slot->r2ts++] = {.ttag = r2t.ttag, .at = r2t.r2to, .left = r2t.r2tl};
  slot->moved += r2t.r2tl;
  Enqueue(*slot);
}

}  // namespace nvmf::tcp
