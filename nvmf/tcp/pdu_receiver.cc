#include "nvmf/tcp/pdu_receiver.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "nvmf/base/crc32c.h"

namespace nvmf::tcp {

PduReceiver::PduReceiver(std::size_t room)
    : room_size_(std::max(room, kMinRoom)),
      room_(std::make_unique_for_overwrite<std::byte[]>(room_size_)) {}

InputSpans PduReceiver::InputSpace() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
  } else if (room_size_ - begin_ < kMinRoom) {  // What comes must be contiguous with what is here.
    std::memmove(room_.get(), room_.get() + begin_, available());
    end_ -= begin_;
    begin_ = 0;
  }
  const std::size_t free = room_size_ - end_;
  const MutableBytes room(room_.get() + end_, large_ ? std::min(free, kAheadOfLarge) : free);
  if (state_ == State::kData && !dropping_) return {into_, room};
  return {room, {}};
}

void PduReceiver::Commit(std::size_t n) {
  if (state_ == State::kData && !dropping_) {
    const std::size_t direct = std::min(n, into_.size());
    if (pdu_.ddgst) crc_ = ExtendCrc32c(crc_, into_.first(direct));
    into_ = into_.subspan(direct);
    data_left_ -= static_cast<std::uint32_t>(direct);
    n -= direct;
  }
  assert(n <= room_size_ - end_);
  end_ += n;
}

bool PduReceiver::Preload(ByteView octets) {
  if (octets.size() > room_size_ || state_ != State::kFront || available() != 0) return false;
  if (!octets.empty()) std::memcpy(room_.get(), octets.data(), octets.size());
  begin_ = 0;
  end_ = octets.size();
  return true;
}

PduReceiver::Step PduReceiver::Next(const Expectations& expect) {
  switch (state_) {
    case State::kFront:
      return NextFront(expect);
    case State::kPlace:
      DropData();
      [[fallthrough]];
    case State::kData:
      TakeFromRoom();
      if (data_left_ != 0) return Step::kNeedInput;
      state_ = State::kDigest;
      [[fallthrough]];
    case State::kDigest:
      return NextDigest();
    case State::kDead:
      break;
  }
  return Step::kNeedInput;
}

PduReceiver::Step PduReceiver::NextFront(const Expectations& expect) {
  const std::byte* at = room_.get() + begin_;
  if (available() < kHeaderBytes) return Step::kNeedInput;
  if (!judged_) {
    const auto header =
        Decode<PduHeader>(std::span<const std::byte, kHeaderBytes>(at, kHeaderBytes));
    const auto judged = JudgeHeader(header, expect);
    if (!judged) return Violate(judged.error(), kHeaderBytes);
    pdu_ = *judged;
    judged_ = true;
  }
  if (pdu_.hdgst && available() >= pdu_.header.hlen + kDigestBytes) {
    const std::uint32_t sent =
        LoadLittle<std::uint32_t>(ByteView(at + pdu_.header.hlen, kDigestBytes));
    if (sent != Crc32c(ByteView(at, pdu_.header.hlen))) {
      return Violate({Fes::kHeaderDigestError, sent}, pdu_.header.hlen);
    }
  }
  if (available() < pdu_.front) return Step::kNeedInput;
  front_ = ByteView(at, pdu_.front);
  begin_ += pdu_.front;
  judged_ = false;
  data_digest_ok_ = true;
  if (pdu_.data != 0) {
    state_ = State::kPlace;
    data_left_ = pdu_.data;
    large_ = pdu_.data > kLargeData;
    crc_ = 0;
  }
  return Step::kHeader;
}

PduReceiver::Step PduReceiver::NextDigest() {
  if (pdu_.ddgst) {
    if (available() < kDigestBytes) return Step::kNeedInput;
    const ByteView sent(room_.get() + begin_, kDigestBytes);
    data_digest_ok_ = LoadLittle<std::uint32_t>(sent) == crc_;
    begin_ += kDigestBytes;
  }
  state_ = State::kFront;
  return Step::kDataDone;
}

void PduReceiver::PlaceData(MutableBytes into) {
  assert(state_ == State::kPlace && into.size() == pdu_.data);
  into_ = into;
  dropping_ = false;
  state_ = State::kData;
  TakeFromRoom();
}

void PduReceiver::DropData() {
  if (state_ != State::kPlace && state_ != State::kData) return;
  into_ = {};
  dropping_ = true;
  state_ = State::kData;
}

void PduReceiver::TakeFromRoom() {
  const std::size_t take = std::min<std::size_t>(available(), data_left_);
  if (take == 0) return;
  const ByteView here(room_.get() + begin_, take);
  if (pdu_.ddgst) crc_ = ExtendCrc32c(crc_, here);
  if (!dropping_) {
    std::memcpy(into_.data(), here.data(), take);
    into_ = into_.subspan(take);
  }
  begin_ += take;
  data_left_ -= static_cast<std::uint32_t>(take);
}

PduReceiver::Step PduReceiver::Violate(Violation violation, std::size_t offending) {
  front_ = ByteView(room_.get() + begin_, offending);
  violation_ = violation;
  state_ = State::kDead;
  return Step::kViolation;
}

}  // namespace nvmf::tcp
