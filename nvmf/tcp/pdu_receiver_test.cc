#include "nvmf/tcp/pdu_receiver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "nvmf/base/crc32c.h"
#include "nvmf/testing/hex.h"
#include "nvmf/testing/pattern.h"

namespace nvmf::tcp {
namespace {

using testing::Pattern;
using testing::ToHex;

Expectations BothDigests() {
  return {.self = Side::kController,
          .phase = Phase::kLive,
          .header_digest = true,
          .data_digest = true,
          .pda = 3,
          .max_in_capsule = 8192,
          .max_h2c_data = 131072};
}

template <Pdu P>
void Append(std::vector<std::byte>& stream, const P& pdu, ByteView data) {
  const Framing framing{.header_digest = true,
                        .data_digest = true,
                        .pda = 3,
                        .data = static_cast<std::uint32_t>(data.size())};
  const auto header = EncodePdu(pdu, framing);
  std::vector<std::byte> octets(header.begin(), header.end());
  octets.resize(P::kSize + 4);
  StoreLittle(MutableBytes(octets).last(4), Crc32c(header));
  if (!data.empty()) {
    octets.resize(framing.Header<P>().pdo, std::byte{0xA5});  // PAD is in no digest.
    octets.insert(octets.end(), data.begin(), data.end());
    octets.resize(octets.size() + 4);
    StoreLittle(MutableBytes(octets).last(4), Crc32c(data));
  }
  stream.insert(stream.end(), octets.begin(), octets.end());
}

// Events of a receiver as text; payload is placed, or dropped, in turn.
class Listener {
 public:
  explicit Listener(const Expectations& expect) : expect_(expect) {}

  void Feed(ByteView stream, std::size_t first, std::size_t rest) {
    std::size_t cut = first;
    while (!stream.empty() && !dead_) {
      const InputSpans space = receiver_.InputSpace();
      ASSERT_GT(space.size(), 0U);
      const std::size_t n = std::min({cut, space.size(), stream.size()});
      const std::size_t a = std::min(n, space.first.size());
      if (a != 0) std::memcpy(space.first.data(), stream.data(), a);
      if (n != a) std::memcpy(space.second.data(), stream.data() + a, n - a);
      receiver_.Commit(n);
      stream = stream.subspan(n);
      cut = rest;
      Listen();
    }
  }
  const std::string& events() const { return events_; }

 private:
  void Listen() {
    for (;;) {
      switch (receiver_.Next(expect_)) {
        case PduReceiver::Step::kNeedInput:
          return;
        case PduReceiver::Step::kHeader:
          events_ += PduTypeName(receiver_.pdu().header.type);
          events_ += " " + ToHex(receiver_.front().first(receiver_.pdu().header.hlen)) + "\n";
          if (receiver_.pdu().data == 0) break;
          data_.assign(receiver_.pdu().data, std::byte{0});
          if (++payloads_ % 3 == 0) {
            receiver_.DropData();
          } else {
            receiver_.PlaceData(data_);
          }
          break;
        case PduReceiver::Step::kDataDone:
          events_ += "data " + std::to_string(Crc32c(data_)) +
                     (receiver_.data_digest_ok() ? " good\n" : " damaged\n");
          break;
        case PduReceiver::Step::kViolation:
          events_ += "violation " + std::to_string(static_cast<int>(receiver_.violation().fes)) +
                     "/" + std::to_string(receiver_.violation().fei) + " " +
                     ToHex(receiver_.offending());
          dead_ = true;
          return;
      }
    }
  }

  Expectations expect_;
  PduReceiver receiver_{PduReceiver::kMinRoom};
  std::vector<std::byte> data_;
  std::string events_;
  int payloads_ = 0;
  bool dead_ = false;
};

std::string EventsOf(ByteView stream, std::size_t first, std::size_t rest) {
  Listener listener(BothDigests());
  listener.Feed(stream, first, rest);
  return listener.events();
}

std::vector<std::byte> Session() {
  std::vector<std::byte> stream;
  Append(stream, CapsuleCmd{.sqe = {.opc = 2, .cid = 1}}, {});
  Append(stream, CapsuleCmd{.sqe = {.opc = 1, .cid = 2}}, Pattern(512));
  Append(stream, H2CData{.cccid = 3, .ttag = 4, .datal = 700}, Pattern(700, 2));
  Append(stream, H2CData{.cccid = 3, .ttag = 4, .datao = 700, .datal = 4}, Pattern(4, 3));
  Append(stream, CapsuleCmd{.sqe = {.opc = 0, .cid = 5}}, {});
  return stream;
}

void ExpectTheSameHoweverCut(const std::vector<std::byte>& stream) {
  const std::string whole = EventsOf(stream, stream.size(), stream.size());
  for (std::size_t cut = 1; cut < stream.size(); ++cut) {
    ASSERT_EQ(EventsOf(stream, cut, stream.size()), whole) << "cut at " << cut;
  }
  for (const std::size_t step : {1U, 2U, 3U, 7U, 64U, 511U}) {
    ASSERT_EQ(EventsOf(stream, step, step), whole) << "steps of " << step;
  }
}

TEST(PduReceiver, TheSameEventsHoweverTcpCutsTheStream) {
  const std::vector<std::byte> stream = Session();
  const std::string events = EventsOf(stream, stream.size(), stream.size());
  EXPECT_EQ(std::ranges::count(events, '\n'), 8);
  EXPECT_EQ(events.find("damaged"), std::string::npos);
  ExpectTheSameHoweverCut(stream);
}

TEST(PduReceiver, TheSameViolationHoweverTcpCutsTheStream) {
  std::vector<std::byte> stream = Session();
  const std::size_t good = stream.size();
  Append(stream, CapsuleCmd{.sqe = {.opc = 9}}, {});
  stream[good + 40] ^= std::byte{1};  // Its header digest is wrong now.
  Append(stream, CapsuleCmd{.sqe = {.opc = 9}}, {});
  ExpectTheSameHoweverCut(stream);
  stream = Session();
  stream.resize(stream.size() + 24, std::byte{0xFF});
  ExpectTheSameHoweverCut(stream);
}

TEST(PduReceiver, AWrongDataDigestIsReportedWithTheData) {
  std::vector<std::byte> stream;
  Append(stream, CapsuleCmd{.sqe = {.opc = 1}}, Pattern(512));
  stream[100] ^= std::byte{1};
  Append(stream, CapsuleCmd{.sqe = {.opc = 0}}, {});
  const std::string events = EventsOf(stream, stream.size(), 1);
  EXPECT_NE(events.find("damaged"), std::string::npos);
  EXPECT_EQ(std::ranges::count(events, '\n'), 3) << "the stream goes on: " << events;
  ExpectTheSameHoweverCut(stream);
}

TEST(PduReceiver, AHeaderDigestErrorNamesTheValueReceived) {
  std::vector<std::byte> stream;
  Append(stream, CapsuleCmd{.sqe = {.opc = 1}}, {});
  StoreLittle(MutableBytes(stream).subspan(72), std::uint32_t{0xDEADBEEF});
  EXPECT_TRUE(EventsOf(stream, 1, 1).starts_with("violation 3/3735928559 "));
}

TEST(PduReceiver, APlenOfFourGigabytesIsRefusedFromEightOctets) {
  const PduHeader header{
      .type = PduType::kCapsuleCmd, .flags = 3, .hlen = 72, .pdo = 80, .plen = 0xFFFFFFFF};
  EXPECT_TRUE(EventsOf(Encode(header), 8, 8).starts_with("violation 1/4 "));
}

TEST(PduReceiver, PayloadBehindItsHeaderGoesStraightIntoTheLentBuffer) {
  PduReceiver receiver;
  Expectations expect = BothDigests();
  expect.header_digest = expect.data_digest = false;
  const auto header = EncodePdu(H2CData{.datal = 65536}, {.pda = 3, .data = 65536});
  std::memcpy(receiver.InputSpace().first.data(), header.data(), header.size());
  receiver.Commit(header.size());
  // PDO 32: the pad has not come yet.
  EXPECT_EQ(receiver.Next(expect), PduReceiver::Step::kNeedInput);
  receiver.Commit(8);
  ASSERT_EQ(receiver.Next(expect), PduReceiver::Step::kHeader);
  std::vector<std::byte> buffer(65536);
  receiver.PlaceData(buffer);
  const InputSpans space = receiver.InputSpace();
  EXPECT_EQ(space.first.data(), buffer.data());
  EXPECT_EQ(space.first.size(), buffer.size());
  EXPECT_GT(space.second.size(), 0U) << "what follows comes along in the same receive";
}

// Receives a C2HData header with that much payload, places it, and returns the room offered behind.
std::size_t RoomAfterPayloadOf(std::uint32_t bytes) {
  PduReceiver receiver;
  const C2HData pdu{.cccid = 1, .datal = bytes};
  const auto header = EncodePdu(pdu, {.data = bytes, .flags = kLastPdu});
  const InputSpans space = receiver.InputSpace();
  std::memcpy(space.first.data(), header.data(), header.size());
  receiver.Commit(header.size());
  const Expectations expect{.self = Side::kHost, .phase = Phase::kLive};
  EXPECT_EQ(receiver.Next(expect), PduReceiver::Step::kHeader);
  std::vector<std::byte> memory(bytes);
  receiver.PlaceData(memory);
  EXPECT_EQ(receiver.InputSpace().first.size(), bytes);
  return receiver.InputSpace().second.size();
}

TEST(PduReceiver, LittleIsReadAheadOfLargePayload) {
  EXPECT_GT(RoomAfterPayloadOf(4096), PduReceiver::kDefaultRoom / 2);
  EXPECT_GT(RoomAfterPayloadOf(PduReceiver::kLargeData), PduReceiver::kDefaultRoom / 2);
  EXPECT_EQ(RoomAfterPayloadOf(PduReceiver::kLargeData + 4), PduReceiver::kAheadOfLarge);
}

}  // namespace
}  // namespace nvmf::tcp
