// PduSender lays PDUs out as spans for one gather write: headers, digests and padding from a fixed
// arena, payload from the caller's memory.
//
//   while (sender.HasRoom() && MoreToSay()) sender.Push(CapsuleResp{...}, framing, {});
//   n = write(sender.Pending());
//   sender.Consume(n);
//
// Shapes    a few hundred small PDUs or some hundred KiB of payload at a time; nothing grows.
// Errors    none: the owner asks HasRoom() first.
// Threads   one at a time.
// Lifetime  payload is borrowed until sent() has passed the pushed() that followed its Push.
// Source    NVMe/TCP, "PDU Common Header (CH)", "PDU Header Digest", "PDU Data Digest".
#ifndef NVMF_TCP_PDU_SENDER_H_
#define NVMF_TCP_PDU_SENDER_H_

#include <array>
#include <cstdint>
#include <memory>

#include "nvmf/base/bytes.h"
#include "nvmf/base/crc32c.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::tcp {

class PduSender {
 public:
  PduSender();

  // HasRoom tells whether one more PDU of any type fits (a TermReq always does, once).
  bool HasRoom() const {
    return arena_end_ + kMaxSmall + kTermReserve <= kArena && spans_end_ + 4 <= kSpans &&
           pushed_ - sent_ < kMaxPending;
  }

  // Push queues `pdu` with `data` as its payload (framing.data is ignored).
  template <Pdu P>
  void Push(const P& pdu, Framing framing, ByteView data) {
    framing.data = static_cast<std::uint32_t>(data.size());
    const PduHeader header = framing.Header<P>();
    const MutableBytes small = Take(P::kSize);
    EncodePduInto(small.template first<P::kSize>(), header, pdu);
    if ((header.flags & kHdgstf) != 0) StoreLittle(Take(kDigestBytes), Crc32c(small));
    if (data.empty()) return;
    Pad(header.pdo - P::kSize - ((header.flags & kHdgstf) != 0 ? kDigestBytes : 0));
    Lend(data);
    if ((header.flags & kDdgstf) != 0) StoreLittle(Take(kDigestBytes), Crc32c(data));
  }

  // PushTermReq queues the PDU that ends the connection; `offending` is cut at 128 octets.
  void PushTermReq(PduType type, Violation violation, ByteView offending);

  OutputSpans Pending() const { return OutputSpans(spans_).subspan(spans_begin_, count()); }
  // Consume says that the first `n` octets of Pending() have left.
  void Consume(std::size_t n);
  // Clear forgets all that is queued.
  void Clear();

  bool empty() const { return spans_begin_ == spans_end_; }
  std::uint64_t pushed() const { return pushed_; }  // Octets ever queued.
  std::uint64_t sent() const { return sent_; }      // Octets ever consumed or forgotten.

 private:
  static constexpr std::size_t kMaxSmall = kMaxHlen + kMaxAlignment + 2 * kDigestBytes;
  static constexpr std::size_t kTermReserve = TermReq::kSize + kMaxTermData;
  static constexpr std::size_t kArena = 8 * 1024;
  static constexpr std::size_t kSpans = 128;
  // Digests are computed when a PDU is pushed: not far ahead of the write, so data stay in cache.
  static constexpr std::uint64_t kMaxPending = 256 * 1024;

  std::size_t count() const { return spans_end_ - spans_begin_; }
  MutableBytes Take(std::size_t n);  // `n` octets of the arena, joined to what is queued.
  void Pad(std::size_t n);
  void Lend(ByteView data);

  std::unique_ptr<std::byte[]> arena_;
  std::size_t arena_end_ = 0;
  std::array<ByteView, kSpans> spans_{};
  std::size_t spans_begin_ = 0;
  std::size_t spans_end_ = 0;
  std::uint64_t pushed_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace nvmf::tcp

#endif  // NVMF_TCP_PDU_SENDER_H_
