#include "fuzz/model/stream_model.h"

#include <algorithm>

namespace model {
namespace {

// The table of PDUs: HLEN by type, 0 where the type is unassigned.
constexpr std::uint8_t kHlen[10] = {128, 128, 24, 24, 72, 24, 24, 24, 0, 24};

bool IsTerm(std::uint8_t type) { return type == 2 || type == 3; }
bool IsInitialize(std::uint8_t type) { return type <= 1; }
bool MayCarryData(std::uint8_t type) { return type == 4 || type == 6 || type == 7; }

}  // namespace

void StreamModel::Refuse(const Judgement& verdict) {
  verdict_ = verdict;
  stopped_ = true;
}

// The checklist for a received PDU, steps (2) to (6).
Judgement StreamModel::JudgeCommon() {
  pdu_ = {.type = front_[0],
          .flags = front_[1],
          .hlen = front_[2],
          .pdo = front_[3],
          .plen = U32(front_, 4)};
  const bool assigned = pdu_.type < 10 && kHlen[pdu_.type] != 0;
  const bool from_host = pdu_.type % 2 == 0;
  if (!assigned || from_host != (reader_ == Reader::kController)) return BadField(0);
  if (IsTerm(pdu_.type)) {
    pdu_.unreadable = pdu_.hlen != 24 || pdu_.plen < 24 || pdu_.plen > 152;
    front_size_ = pdu_.unreadable ? 8 : pdu_.plen;
    return std::nullopt;
  }
  if (IsInitialize(pdu_.type) == terms.live) return kSequence;
  hdgst_ = !IsInitialize(pdu_.type) && terms.hdgst;
  const std::uint32_t least = kHlen[pdu_.type] + (hdgst_ ? 4U : 0U);
  const bool with_data = MayCarryData(pdu_.type) && pdu_.plen > least;
  ddgst_ = with_data && terms.ddgst;
  if (!IsInitialize(pdu_.type)) {
    if ((pdu_.flags % 2 == 1) != hdgst_) return BadField(1);
    if (pdu_.plen >= least && (pdu_.flags / 2 % 2 == 1) != ddgst_) return BadField(1);
  }
  if (pdu_.hlen != kHlen[pdu_.type]) return BadField(2);
  if (pdu_.plen < least) return BadField(4);
  if (with_data) return JudgePlace(least);
  if (pdu_.plen > least) return BadField(4);
  front_size_ = least;
  return std::nullopt;
}

Judgement StreamModel::JudgePlace(std::uint32_t least) {
  const std::uint64_t end = std::uint64_t{pdu_.pdo} + (ddgst_ ? 4 : 0);
  if (pdu_.pdo < least || pdu_.pdo % terms.alignment != 0 || end > pdu_.plen) return BadField(3);
  pdu_.data = pdu_.plen - static_cast<std::uint32_t>(end);
  front_size_ = pdu_.pdo;
  if (pdu_.type == 4 && pdu_.data > terms.most_in_capsule) return BadField(4);
  if (pdu_.type == 6 && pdu_.data > terms.most_h2c_data) return kTooMuch;
  return std::nullopt;
}

std::size_t StreamModel::Wanted() const {
  switch (part_) {
    case Part::kFront:
      if (!judged_) return 8 - have_;
      if (hdgst_ && !digest_judged_) return pdu_.hlen + 4U - have_;
      return front_size_ - have_;
    case Part::kPayload:
      return payload_left_;
    case Part::kDigest:
      return 4 - have_;
  }
  return 0;
}

void StreamModel::Feed(Octets octets) {
  while (!stopped_) {
    const std::size_t n = std::min(Wanted(), octets.size());
    const Octets part = octets.first(n);
    if (part_ == Part::kPayload) {
      if (n != 0) owner_->OnPayload(part);
      if (ddgst_) digest_.Add(part);
      payload_left_ -= static_cast<std::uint32_t>(n);
    } else {
      std::ranges::copy(part, (part_ == Part::kFront ? front_.data() : trailer_.data()) + have_);
      have_ += n;
    }
    octets = octets.subspan(n);
    if (Wanted() != 0) return;
    Step();
  }
}

void StreamModel::Begin() {
  part_ = Part::kFront;
  have_ = 0;
  front_size_ = 8;
  judged_ = digest_judged_ = hdgst_ = ddgst_ = false;
}

// Step is called when a part is complete.
void StreamModel::Step() {
  if (part_ == Part::kFront && !judged_) {
    judged_ = true;
    if (const Judgement bad = JudgeCommon()) return Refuse(bad);
    if (Wanted() != 0) return;
  }
  if (part_ == Part::kFront && hdgst_ && !digest_judged_) {
    digest_judged_ = true;
    const std::uint32_t sent = U32(front_, pdu_.hlen);
    if (sent != DigestOf(Octets(front_).first(pdu_.hlen))) return Refuse(Verdict{3, sent});
    if (Wanted() != 0) return;
  }
  if (part_ == Part::kFront) {
    pdu_.front = front();
    if (const Judgement bad = owner_->OnPdu(pdu_)) return Refuse(bad);
    if (pdu_.data == 0) return Begin();
    part_ = Part::kPayload;
    payload_left_ = pdu_.data;
    digest_ = {};
    return;
  }
  if (part_ == Part::kPayload && ddgst_) {
    part_ = Part::kDigest;
    have_ = 0;
    return;
  }
  const bool good = !ddgst_ || U32(trailer_, 0) == digest_.value();
  Begin();
  owner_->OnPayloadEnd(good);
}

}  // namespace model
