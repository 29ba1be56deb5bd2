#include "nvmf/tcp/pdu_sender.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace nvmf::tcp {

PduSender::PduSender() : arena_(std::make_unique_for_overwrite<std::byte[]>(kArena)) {}

MutableBytes PduSender::Take(std::size_t n) {
  assert(arena_end_ + n <= kArena);
  const MutableBytes taken(arena_.get() + arena_end_, n);
  arena_end_ += n;
  pushed_ += n;
  if (!empty()) {
    ByteView& last = spans_[spans_end_ - 1];
    if (last.data() + last.size() == taken.data()) {
      last = ByteView(last.data(), last.size() + n);
      return taken;
    }
  }
  assert(spans_end_ < kSpans);
  spans_[spans_end_++] = taken;
  return taken;
}

void PduSender::Pad(std::size_t n) {
  if (n != 0) std::ranges::fill(Take(n), std::byte{0});
}

void PduSender::Lend(ByteView data) {
  assert(spans_end_ < kSpans);
  spans_[spans_end_++] = data;
  pushed_ += data.size();
}

void PduSender::PushTermReq(PduType type, Violation violation, ByteView offending) {
  offending = offending.first(std::min(offending.size(), kMaxTermData));
  const PduHeader header{.type = type,
                         .hlen = TermReq::kSize,
                         .plen = static_cast<std::uint32_t>(TermReq::kSize + offending.size())};
  TermReq term;
  term.fes = static_cast<std::uint16_t>(violation.fes);
  term.fei = violation.fei;
  const MutableBytes octets = Take(header.plen);
  EncodeInto(octets.first<TermReq::kSize>(), term);
  StoreField(octets.first<kHeaderBytes>(), header);
  std::ranges::copy(offending, octets.begin() + TermReq::kSize);
}

void PduSender::Consume(std::size_t n) {
  sent_ += n;
  while (n > 0) {
    ByteView& front = spans_[spans_begin_];
    const std::size_t step = std::min(n, front.size());
    front = front.subspan(step);
    n -= step;
    if (front.empty()) ++spans_begin_;
  }
  if (empty()) spans_begin_ = spans_end_ = arena_end_ = 0;
}

void PduSender::Clear() {
  sent_ = pushed_;
  spans_begin_ = spans_end_ = arena_end_ = 0;
}

}  // namespace nvmf::tcp
