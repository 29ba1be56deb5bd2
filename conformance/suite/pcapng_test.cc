#include "conformance/suite/pcapng.h"

#include <gtest/gtest.h>

#include <map>

#include "nvmf/base/bytes.h"

namespace nvmf::conformance {
namespace {

// What a reader of the file finds: octets by connection and speaker, and all text.
struct Read {
  std::map<std::pair<unsigned, Side>, Bytes> streams;
  std::map<std::pair<unsigned, Side>, std::uint32_t> next;  // Sequence numbers.
  std::size_t packets = 0;
  std::string text;
};

std::uint32_t Big(ByteView octets) {
  std::uint32_t value = 0;
  for (const std::byte octet : octets) value = value << 8 | std::to_integer<std::uint32_t>(octet);
  return value;
}

bool SumIsRight(ByteView octets, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    sum += std::to_integer<std::uint32_t>(octets[i]) << (i % 2 == 0 ? 8 : 0);
  }
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  return sum == 0xFFFF;
}

void ReadPacket(ByteView packet, Read& read) {
  ASSERT_GE(packet.size(), 40u);
  EXPECT_EQ(Big(packet.subspan(2, 2)), packet.size());
  EXPECT_TRUE(SumIsRight(packet.first(20)));
  const std::uint32_t addresses = Big(packet.subspan(12, 2)) + Big(packet.subspan(14, 2)) +
                                  Big(packet.subspan(16, 2)) + Big(packet.subspan(18, 2));
  const ByteView tcp = packet.subspan(20);
  EXPECT_TRUE(SumIsRight(tcp, addresses + 6 + static_cast<std::uint32_t>(tcp.size())));
  const bool host = Big(tcp.subspan(2, 2)) == 4420;
  const unsigned connection = Big(tcp.subspan(host ? 0 : 2, 2)) - 50000;
  const auto key = std::pair(connection, host ? Side::kHost : Side::kController);
  const std::uint32_t seq = Big(tcp.subspan(4, 4));
  const bool syn = (std::to_integer<int>(tcp[13]) & 2) != 0;
  EXPECT_EQ(seq, read.next[key]);
  const ByteView data = tcp.subspan(20);
  read.streams[key].insert(read.streams[key].end(), data.begin(), data.end());
  read.next[key] = seq + static_cast<std::uint32_t>(data.size()) + (syn ? 1 : 0);
  ++read.packets;
}

Read ReadFile(ByteView file) {
  Read read;
  while (!file.empty()) {
    const auto type = LoadLittle<std::uint32_t>(file);
    const auto size = LoadLittle<std::uint32_t>(file.subspan(4));
    EXPECT_EQ(size % 4, 0u);
    EXPECT_LE(size, file.size());
    EXPECT_EQ(LoadLittle<std::uint32_t>(file.subspan(size - 4)), size);
    if (type == 6) {
      const auto captured = LoadLittle<std::uint32_t>(file.subspan(20));
      ReadPacket(file.subspan(28, captured), read);
    }
    const ByteView body = file.first(size);
    read.text.append(reinterpret_cast<const char*>(body.data()), body.size());
    file = file.subspan(size);
  }
  return read;
}

Bytes Filled(std::size_t size, int with) { return Bytes(size, static_cast<std::byte>(with)); }

TEST(Pcapng, HoldsEveryOctetOfTheExchange) {
  Transcript transcript;
  const unsigned first = transcript.OpenConnection();
  const unsigned second = transcript.OpenConnection();
  transcript.Add({Record::What::kSent, first, Side::kHost, {}, "ICReq", Filled(128, 1)});
  transcript.Add({Record::What::kReceived, first, Side::kController, {}, "ICResp", Filled(128, 2)});
  transcript.Add({Record::What::kSent, second, Side::kHost, {}, "long", Filled(200'000, 3)});
  transcript.Add({Record::What::kRemark, first, Side::kController, {}, "closed", Filled(5, 4)});
  const auto began = std::chrono::system_clock::time_point(std::chrono::hours(400'000));
  const Bytes file = MakePcapng(transcript, {"TCP-IC-07/x", "FAIL because"}, began);
  EXPECT_EQ(LoadLittle<std::uint32_t>(file), 0x0A0D0D0Au);
  const Read read = ReadFile(file);
  Bytes controller = Filled(128, 2);
  controller.insert(controller.end(), 5, std::byte{4});
  EXPECT_EQ(read.streams.at({first, Side::kHost}), Filled(128, 1));
  EXPECT_EQ(read.streams.at({first, Side::kController}), controller);
  EXPECT_EQ(read.streams.at({second, Side::kHost}), Filled(200'000, 3));
  EXPECT_EQ(read.packets, 2 * 3 + 3 + 4u);
  for (const char* text : {"TCP-IC-07/x", "ICReq", "closed\nFAIL because"}) {
    EXPECT_NE(read.text.find(text), std::string::npos) << text;
  }
}

TEST(Pcapng, AnEmptyExchangeIsAnEmptyCapture) {
  const Read read = ReadFile(MakePcapng(Transcript(), {"x", "y"}, {}));
  EXPECT_EQ(read.packets, 0u);
}

}  // namespace
}  // namespace nvmf::conformance
