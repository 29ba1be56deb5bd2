// Invariant: whatever octets come, and however they are cut, PduReceiver says the same as the model
// says of the whole: the same headers, the same payload in the lent buffer, the same digests good
// or bad, the same violation. Every octet is taken, every step moves on, and what is held never
// exceeds the room.
//
// options: 0 bit 0 HDGST, 1 DDGST, 2 we are the controller, 3 not live yet, 4 drop payload
//          1 alignment (5 bits)   2, 3 in-capsule limit, MAXH2CDATA in 32 octets   4 the second cut
#include <array>
#include <cstring>

#include "fuzz/harness/check.h"
#include "fuzz/harness/feed.h"
#include "fuzz/harness/script.h"
#include "fuzz/model/stream_model.h"
#include "fuzz/mutator/rules.h"
#include "nvmf/tcp/pdu_receiver.h"

namespace nvmf::fuzz {

const MutatorRules kMutatorRules{.role = MutatorRules::Role::kReceiver};

namespace {

using tcp::PduReceiver;
using Step = PduReceiver::Step;

constexpr std::size_t kMostLent = 4096;  // Longer payload is dropped.
constexpr std::size_t kMostEvents = 1024;

struct Event {
  std::uint8_t kind = 0;  // 'H' header, 'D' data done, 'V' violation.
  std::uint8_t type = 0;
  std::uint16_t fes = 0;
  std::uint32_t number = 0;   // Octets of data, FEI, or whether the digest was good.
  std::uint32_t content = 0;  // Digest of the header, or of the payload.
  bool operator==(const Event&) const = default;
};

struct Events {
  std::array<Event, kMostEvents> list;
  std::size_t size = 0;
  void Add(const Event& event) {
    if (size < list.size()) list[size++] = event;
  }
  bool operator==(const Events& other) const {
    return size == other.size && std::equal(list.begin(), list.begin() + size, other.list.begin());
  }
};

bool Lends(const Script& script, std::uint32_t data) {
  return (script.options[0] & 16) == 0 && data <= kMostLent;
}

// The model's side: it sees the whole stream at once.
class Expected final : public model::StreamModel::Owner {
 public:
  Expected(const Script& script, Events& events)
      : script_(script),
        events_(events),
        stream_((script.options[0] & 4) != 0 ? model::Reader::kController : model::Reader::kHost,
                *this) {
    const auto& o = script.options;
    stream_.terms = {.live = (o[0] & 8) == 0,
                     .hdgst = (o[0] & 1) != 0,
                     .ddgst = (o[0] & 2) != 0,
                     .alignment = 4U * ((o[1] & 31U) + 1),
                     .most_in_capsule = o[2] * 32U,
                     .most_h2c_data = o[3] * 32U};
  }
  void Feed(Octets octets) { stream_.Feed(octets); }
  void Finish() {
    if (const auto& bad = stream_.verdict()) {
      events_.Add({.kind = 'V', .fes = bad->fes, .number = bad->fei});
    }
  }
  model::Judgement OnPdu(const model::Pdu& pdu) override {
    stream_.terms.live = true;
    events_.Add({'H', pdu.type, pdu.unreadable, pdu.data, model::DigestOf(pdu.front)});
    payload_ = {};
    lent_ = Lends(script_, pdu.data);
    return std::nullopt;
  }
  void OnPayload(Octets part) override {
    if (lent_) payload_.Add(part);
  }
  void OnPayloadEnd(bool good) override {
    events_.Add({.kind = 'D', .number = good, .content = lent_ ? payload_.value() : 0});
  }

 private:
  const Script& script_;
  Events& events_;
  model::StreamModel stream_;
  model::Digest payload_;
  bool lent_ = false;
};

Octets AsOctets(ByteView octets) {
  return {reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()};
}

// The receiver's side, fed in pieces.
class Actual {
 public:
  Actual(const Script& script, Events& events)
      : script_(script), events_(events), receiver_(PduReceiver::kMinRoom) {
    const auto& o = script.options;
    expect_ = {.self = (o[0] & 4) != 0 ? tcp::Side::kController : tcp::Side::kHost,
               .phase = (o[0] & 8) != 0 ? tcp::Phase::kConnecting : tcp::Phase::kLive,
               .header_digest = (o[0] & 1) != 0,
               .data_digest = (o[0] & 2) != 0,
               .pda = static_cast<std::uint8_t>(o[1] & 31),
               .max_in_capsule = o[2] * 32U,
               .max_h2c_data = o[3] * 32U};
  }
  void Feed(Octets octets, Cutter& cutter) {
    const auto commit = [&](std::size_t n) { Take(n); };
    fuzz::Feed(receiver_, octets, cutter, commit, [&] { return dead_; });
  }

 private:
  void Take(std::size_t n) {
    receiver_.Commit(n);
    // Each octet ends at most one front and one payload.
    std::size_t steps = 2 * (PduReceiver::kMinRoom + n) + 2;
    for (Step step = receiver_.Next(expect_); step != Step::kNeedInput;
         step = receiver_.Next(expect_)) {
      FUZZ_CHECK(!dead_ && steps-- > 0);
      On(step);
      if (dead_) break;
    }
    FUZZ_CHECK(receiver_.unread().size() <= PduReceiver::kMinRoom);
  }
  void On(Step step) {
    const tcp::Judged& pdu = receiver_.pdu();
    if (step == Step::kViolation) {
      dead_ = true;
      const Violation bad = receiver_.violation();
      events_.Add({.kind = 'V', .fes = static_cast<std::uint16_t>(bad.fes), .number = bad.fei});
      FUZZ_CHECK(receiver_.offending().size() >= tcp::kHeaderBytes);
      FUZZ_CHECK(receiver_.Next(expect_) == Step::kNeedInput);  // Once is enough.
    } else if (step == Step::kHeader) {
      expect_.phase = tcp::Phase::kLive;
      events_.Add({'H', static_cast<std::uint8_t>(pdu.header.type), pdu.close_at_once, pdu.data,
                   model::DigestOf(AsOctets(receiver_.front()))});
      lent_ = pdu.data != 0 && Lends(script_, pdu.data);
      if (lent_) receiver_.PlaceData(MutableBytes(buffer_).first(pdu.data));
    } else {
      const Octets data = AsOctets(MutableBytes(buffer_).first(lent_ ? pdu.data : 0));
      events_.Add({.kind = 'D',
                   .number = receiver_.data_digest_ok(),
                   .content = lent_ ? model::DigestOf(data) : 0});
    }
  }

  const Script& script_;
  Events& events_;
  PduReceiver receiver_;
  tcp::Expectations expect_;
  bool dead_ = false;
  bool lent_ = false;
  static inline std::array<std::byte, kMostLent> buffer_;
};

void Run(Octets input, auto& side, auto&&... how) {
  Script script(input);
  for (Record record; script.Next(record);) {
    if (record.sends()) side.Feed(record.octets, how...);
  }
}

}  // namespace
}  // namespace nvmf::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nvmf::fuzz;
  static Events expected, actual;
  const Octets input(data, size);
  const Script script(input);
  expected.size = actual.size = 0;
  Expected judge(script, expected);
  Run(input, judge);
  judge.Finish();
  for (const std::uint8_t seed : {std::uint8_t{0}, script.options[4]}) {
    if (seed == 0 && actual.size != 0) break;  // The same cut again would say nothing new.
    actual.size = 0;
    Actual receiver(script, actual);
    Cutter cutter(seed);
    Run(input, receiver, cutter);
    FUZZ_CHECK(actual == expected);
  }
  return 0;
}
