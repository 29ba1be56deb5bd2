// PduReceiver turns received octets into judged headers and payload that lies where it belongs.
//
//   receiver.Commit(n);
//   for (;;) switch (receiver.Next(expect)) {
//     case Step::kNeedInput: return;
//     case Step::kHeader:    if (receiver.pdu().data != 0) receiver.PlaceData(buffer); break;
//     case Step::kDataDone:  use(buffer, receiver.data_digest_ok()); break;
//     case Step::kViolation: answer(receiver.violation(), receiver.offending()); return;
//   }
//
// Shapes    a read-ahead room of fixed size holds headers and small PDUs; payload that has not
//           arrived yet goes straight into the lent buffer, never through the room.
// Errors    kViolation, once; afterwards the receiver takes nothing more.
// Threads   one at a time.
// Lifetime  a lent buffer is borrowed until kDataDone, a violation or DropData.
// Source    NVMe/TCP, "PDU Common Header (CH)", "PDU Header Digest", "PDU Data Digest".
#ifndef NVMF_TCP_PDU_RECEIVER_H_
#define NVMF_TCP_PDU_RECEIVER_H_

#include <algorithm>
#include <cstdint>
#include <memory>

#include "nvmf/base/bytes.h"
#include "nvmf/tcp/pdu_rules.h"

namespace nvmf::tcp {

class PduReceiver {
 public:
  // At least the longest front (255) and the longest TermReq (152).
  static constexpr std::size_t kMinRoom = 512;
  static constexpr std::size_t kDefaultRoom = 64 * 1024;
  // Payload that came into the room is copied out of it. After a PDU with more payload than
  // kLargeData so much of the room is offered: the next is likely as large.
  static constexpr std::uint32_t kLargeData = 32 * 1024;
  static constexpr std::size_t kAheadOfLarge = 2 * 1024;

  enum class Step : std::uint8_t { kNeedInput, kHeader, kDataDone, kViolation };

  explicit PduReceiver(std::size_t room = kDefaultRoom);

  // InputSpace returns where the next received octets go: the rest of a payload, then the room.
  InputSpans InputSpace();
  // Commit says that the first `n` octets of InputSpace() now hold received octets.
  void Commit(std::size_t n);

  Step Next(const Expectations& expect);

  // After kHeader, until InputSpace() is called:
  const Judged& pdu() const { return pdu_; }
  template <Pdu P>
  P As() const {
    return Decode<P>(std::span<const std::byte, P::kSize>(front_.data(), P::kSize));
  }
  ByteView front() const { return front_; }  // The octets before the payload; all of a TermReq.

  // PlaceData lends where the payload of the PDU goes: exactly pdu().data octets.
  void PlaceData(MutableBytes into);
  // DropData has the payload, or the rest of it, received and forgotten.
  void DropData();
  // data_digest_ok tells, at kDataDone, whether DDGST matched (true where there is none).
  bool data_digest_ok() const { return data_digest_ok_; }

  Violation violation() const { return violation_; }
  // offending returns the header of the PDU in error as it came: HLEN octets where all of it was
  // read, else the common header.
  ByteView offending() const {
    return state_ == State::kDead
               ? front_
               : front_.first(std::min<std::size_t>(front_.size(), pdu_.header.hlen));
  }

  // between_pdus tells whether no payload is on its way; then unread() is all that was received
  // and not yet handed out. Preload puts such octets into a new receiver: false if there are more
  // than it has room for.
  bool between_pdus() const { return state_ == State::kFront; }
  ByteView unread() const { return ByteView(room_.get() + begin_, end_ - begin_); }
  [[nodiscard]] bool Preload(ByteView octets);

 private:
  enum class State : std::uint8_t { kFront, kPlace, kData, kDigest, kDead };

  Step NextFront(const Expectations& expect);
  Step NextDigest();
  Step Violate(Violation violation, std::size_t offending);
  std::size_t available() const { return end_ - begin_; }
  void TakeFromRoom();

  const std::size_t room_size_;
  const std::unique_ptr<std::byte[]> room_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool large_ = false;  // The latest payload was.

  State state_ = State::kFront;
  bool judged_ = false;  // pdu_ belongs to the PDU at begin_.
  Judged pdu_;
  ByteView front_;
  MutableBytes into_;  // Rest of the lent buffer; empty when data are dropped.
  std::uint32_t data_left_ = 0;
  std::uint32_t crc_ = 0;
  bool dropping_ = false;
  bool data_digest_ok_ = true;
  Violation violation_{};
};

}  // namespace nvmf::tcp

#endif  // NVMF_TCP_PDU_RECEIVER_H_
