// Composing PDUs, and collecting them again.
#include "conformance/wire/frame.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

#include "conformance/wire/pdu_text.h"
#include "conformance/wire/received.h"
#include "nvmf/base/crc32c.h"

namespace nvmf::conformance {
namespace {

using tcp::PduHeader;

PduHeader HeaderOf(ByteView frame) { return Decode<PduHeader>(frame.first<tcp::kHeaderBytes>()); }

TEST(Frame, AnHonestIcReqIsTheWorkedExample) {
  const Bytes frame = Compose(tcp::IcReq{}, {});
  ASSERT_EQ(frame.size(), 128u);
  const std::array<std::uint8_t, 8> expected = {0, 0, 0x80, 0, 0x80, 0, 0, 0};
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(std::to_integer<int>(frame[i]), expected[i]);
}

TEST(Frame, OnlyTheNamedFieldLies) {
  const Bytes honest = Compose(tcp::IcReq{}, {});
  Bytes lying = Compose(tcp::IcReq{}, {}, {}, {.hlen = 127});
  EXPECT_EQ(HeaderOf(lying).hlen, 127);
  lying[2] = honest[2];
  EXPECT_EQ(lying, honest);
}

TEST(Frame, EveryHeaderFieldCanLie) {
  const Bytes frame = Compose(
      tcp::R2T{}, {}, {}, {.type = 0xFF, .flags = 0xFE, .hlen = 1, .pdo = 2, .plen = 0x12345678});
  const PduHeader header = HeaderOf(frame);
  EXPECT_EQ(header, (PduHeader{static_cast<tcp::PduType>(0xFF), 0xFE, 1, 2, 0x12345678}));
}

TEST(Frame, DigestsAreRightForWhatIsSent) {
  const tcp::Framing framing{.header_digest = true, .data_digest = true};
  const Bytes data = Pattern(512, 3);
  const Bytes frame = Compose(tcp::H2CData{.datal = 512}, framing, data, {.hlen = 25});
  ASSERT_EQ(frame.size(), 24u + 4 + 512 + 4);
  EXPECT_EQ(LoadLittle<std::uint32_t>(ByteView(frame).subspan(24)),
            Crc32c(ByteView(frame).first(24)));
  EXPECT_EQ(LoadLittle<std::uint32_t>(ByteView(frame).subspan(540)), Crc32c(data));
}

TEST(Frame, DigestsCanBeWrong) {
  const tcp::Framing framing{.header_digest = true, .data_digest = true};
  const Bytes frame = Compose(tcp::H2CData{.datal = 4}, framing, Bytes(4),
                              {.hdgst_xor = 1, .ddgst_xor = 0x80000000});
  EXPECT_EQ(LoadLittle<std::uint32_t>(ByteView(frame).subspan(24)),
            Crc32c(ByteView(frame).first(24)) ^ 1);
  EXPECT_EQ(LoadLittle<std::uint32_t>(ByteView(frame).subspan(32)), Crc32c(Bytes(4)) ^ 0x80000000);
}

TEST(Frame, PaddingIsFilledAndLeadsToTheAlignment) {
  const Bytes frame = Compose(tcp::H2CData{.datal = 4}, {.pda = 7}, Bytes(4), {.pad = 0xA5});
  EXPECT_EQ(HeaderOf(frame).pdo, 32);
  ASSERT_EQ(frame.size(), 36u);
  EXPECT_EQ(frame[24], std::byte{0xA5});
  EXPECT_EQ(frame[31], std::byte{0xA5});
  EXPECT_EQ(frame[32], std::byte{0});
}

TEST(Frame, DataCanStandElsewhereThanPdoSays) {
  const Bytes frame = Compose(tcp::H2CData{.datal = 4}, {}, Fill(4, 1), {.pdo = 24, .data_at = 40});
  ASSERT_EQ(frame.size(), 44u);
  EXPECT_EQ(HeaderOf(frame).pdo, 24);
  EXPECT_EQ(frame[40], std::byte{1});
}

TEST(Frame, TermReqsCarryDataAndNeverADigest) {
  const tcp::Framing framing{.header_digest = true, .data_digest = true, .pda = 31};
  const Bytes frame = Compose(tcp::H2CTermReq{{.fes = 1, .fei = 2}}, framing, Bytes(72));
  EXPECT_EQ(frame.size(), 96u);
  EXPECT_EQ(HeaderOf(frame), (PduHeader{tcp::PduType::kH2CTermReq, 0, 24, 0, 96}));
}

class ReaderTest : public testing::Test {
 protected:
  ReaderTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    near_ = Connection(ends[0]);
    far_ = Connection(ends[1]);
  }

  void Say(ByteView bytes) {
    ASSERT_TRUE(far_.Send(bytes, Deadline::In(std::chrono::seconds(30))));
  }
  Event Next(Duration wait = std::chrono::seconds(30)) {
    return reader_.Next(near_, negotiated_, Deadline::In(wait));
  }

  Connection near_;
  Connection far_;
  Negotiated negotiated_;
  PduReader reader_;
};

TEST_F(ReaderTest, APduComesWholeWithItsPayload) {
  negotiated_.header_digest = negotiated_.data_digest = true;
  const Bytes data = Pattern(100, 4);
  Say(Compose(tcp::C2HData{.cccid = 9, .datal = 100},
              negotiated_.FramingFrom(Side::kController, 100), data));
  const Event event = Next();
  ASSERT_TRUE(event.Is(tcp::PduType::kC2HData));
  EXPECT_EQ(event.pdu.As<tcp::C2HData>().cccid, 9);
  EXPECT_TRUE(std::ranges::equal(event.pdu.payload(), data));
  EXPECT_TRUE(event.pdu.hdgst->right());
  EXPECT_TRUE(event.pdu.ddgst->right());
}

TEST_F(ReaderTest, AWrongDigestIsSeen) {
  negotiated_.header_digest = true;
  Say(Compose(tcp::R2T{}, {.header_digest = true}, {}, {.hdgst_xor = 4}));
  EXPECT_FALSE(Next().pdu.hdgst->right());
}

TEST_F(ReaderTest, SilenceLosesNothing) {
  const Bytes frame = Compose(tcp::R2T{.ttag = 77}, {});
  Say(ByteView(frame).first(10));
  EXPECT_EQ(Next(Duration(0)).kind, Event::Kind::kSilence);
  Say(ByteView(frame).subspan(10));
  EXPECT_EQ(Next().pdu.As<tcp::R2T>().ttag, 77);
}

TEST_F(ReaderTest, TheEndInsideAPduIsTold) {
  Say(ByteView(Compose(tcp::R2T{}, {})).first(10));
  far_.Close();
  const Event event = Next();
  EXPECT_EQ(event.kind, Event::Kind::kFin);
  EXPECT_EQ(event.pdu.bytes.size(), 10u);
}

TEST_F(ReaderTest, AnImpossiblePlenIsGarbageAndCostsNothing) {
  for (const std::uint32_t plen : {0u, 7u, 0xFFFFFFFFu}) {
    Say(Compose(tcp::R2T{}, {}, {}, {.plen = plen}));
    EXPECT_EQ(Next().kind, Event::Kind::kGarbage) << plen;
    near_ = {};
    std::array<int, 2> ends{};
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    near_ = Connection(ends[0]);
    far_ = Connection(ends[1]);
  }
}

TEST_F(ReaderTest, APduShorterThanItsHeaderDecodesWithZeros) {
  Say(ByteView(Compose(tcp::R2T{.ttag = 5, .r2tl = 512}, {}, {}, {.plen = 12})).first(12));
  const Event event = Next();
  ASSERT_EQ(event.kind, Event::Kind::kPdu);
  EXPECT_EQ(event.pdu.As<tcp::R2T>().ttag, 5);
  EXPECT_EQ(event.pdu.As<tcp::R2T>().r2tl, 0u);
}

TEST(PduText, SaysWhatMatters) {
  Cqe cqe{.dw0 = 0x10010, .cid = 1};
  cqe.set_status(Status(StatusCode::kConnectInvalidParameters, true));
  EXPECT_NE(PduText(Compose(tcp::CapsuleResp{.cqe = cqe}, {})).find("1/82h"), std::string::npos);
  EXPECT_NE(PduText(Compose(tcp::R2T{}, {}, {}, {.type = 0x42})).find("type=42h"),
            std::string::npos);
  EXPECT_EQ(PduText(Bytes(3)), "less than a header (3 octets)");
}

}  // namespace
}  // namespace nvmf::conformance
