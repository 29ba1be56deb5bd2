#include "conformance/suite/pcapng.h"

#include <algorithm>
#include <map>

#include "nvmf/base/bytes.h"

namespace nvmf::conformance {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A;
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint16_t kLinkRawIp = 101;
constexpr std::uint16_t kOptComment = 1;
constexpr std::uint16_t kOptName = 2;

constexpr std::uint32_t kHostAddress = 0xC0000201;  // 192.0.2.1, for documentation.
constexpr std::uint32_t kControllerAddress = 0xC0000202;
constexpr std::uint16_t kFirstHostPort = 50000;
constexpr std::uint16_t kControllerPort = 4420;
constexpr std::size_t kHeaders = 40;  // IPv4 and TCP, without options.
constexpr std::size_t kMostData = 65535 - kHeaders;

enum TcpFlags : std::uint8_t { kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16 };

template <class T>
void PutLittle(Bytes& out, T value) {
  out.resize(out.size() + sizeof value);
  StoreLittle(MutableBytes(out).last(sizeof value), value);
}

template <class T>
void PutBig(Bytes& out, T value) {
  for (std::size_t i = sizeof value; i-- > 0;)
    out.push_back(static_cast<std::byte>(value >> 8 * i));
}

void PutText(Bytes& out, std::string_view text) {
  const ByteView octets = std::as_bytes(std::span(text));
  out.insert(out.end(), octets.begin(), octets.end());
}

void Pad(Bytes& out) { out.resize((out.size() + 3) / 4 * 4); }

void PutOption(Bytes& out, std::uint16_t code, std::string_view text) {
  if (text.empty()) return;
  text = text.substr(0, 0xFFF0);
  PutLittle(out, code);
  PutLittle(out, static_cast<std::uint16_t>(text.size()));
  PutText(out, text);
  Pad(out);
}

// A block is its type, its length before and behind, and the body between.
void PutBlock(Bytes& out, std::uint32_t type, const Bytes& body) {
  const auto size = static_cast<std::uint32_t>(body.size() + 12);
  PutLittle(out, type);
  PutLittle(out, size);
  out.insert(out.end(), body.begin(), body.end());
  PutLittle(out, size);
}

std::uint16_t Checksum(ByteView octets, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    sum += std::to_integer<std::uint32_t>(octets[i]) << (i % 2 == 0 ? 8 : 0);
  }
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

struct Segment {
  Side from = Side::kHost;
  unsigned connection = 1;
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  std::uint8_t flags = kAck;
  ByteView data = {};
};

Bytes MakePacket(const Segment& segment) {
  const bool host = segment.from == Side::kHost;
  const std::uint32_t from = host ? kHostAddress : kControllerAddress;
  const std::uint32_t to = host ? kControllerAddress : kHostAddress;
  const auto port = static_cast<std::uint16_t>(kFirstHostPort + segment.connection);
  const auto tcp_size = static_cast<std::uint32_t>(20 + segment.data.size());
  Bytes ip;
  PutBig<std::uint16_t>(ip, 0x4500);
  PutBig(ip, static_cast<std::uint16_t>(20 + tcp_size));
  PutBig<std::uint32_t>(ip, 0x00004000);  // Do not fragment.
  PutBig<std::uint32_t>(ip, 0x40060000);  // TTL 64, TCP, and the checksum to come.
  PutBig(ip, from);
  PutBig(ip, to);
  const std::uint16_t ip_sum = Checksum(ip);
  ip[10] = static_cast<std::byte>(ip_sum >> 8), ip[11] = static_cast<std::byte>(ip_sum);
  Bytes tcp;
  PutBig(tcp, host ? port : kControllerPort);
  PutBig(tcp, host ? kControllerPort : port);
  PutBig(tcp, segment.seq);
  PutBig(tcp, segment.ack);
  PutBig(tcp, static_cast<std::uint16_t>(0x5000 | segment.flags));
  PutBig<std::uint16_t>(tcp, 0xFFFF);  // The window,
  PutBig<std::uint32_t>(tcp, 0);       // checksum and urgent pointer.
  tcp.insert(tcp.end(), segment.data.begin(), segment.data.end());
  const std::uint32_t pseudo =
      (from >> 16) + (from & 0xFFFF) + (to >> 16) + (to & 0xFFFF) + 6 + tcp_size;
  const std::uint16_t sum = Checksum(tcp, pseudo);
  tcp[16] = static_cast<std::byte>(sum >> 8), tcp[17] = static_cast<std::byte>(sum);
  ip.insert(ip.end(), tcp.begin(), tcp.end());
  return ip;
}

class Writer {
 public:
  explicit Writer(const std::string& title) {
    Bytes section;
    PutLittle<std::uint32_t>(section, 0x1A2B3C4D);
    PutLittle<std::uint32_t>(section, 1);  // Version 1.0.
    PutLittle<std::uint64_t>(section, ~std::uint64_t{0});
    PutOption(section, kOptComment, title);
    PutLittle<std::uint32_t>(section, 0);
    PutBlock(file_, kSectionHeader, section);
    Bytes interface;
    PutLittle<std::uint32_t>(interface, kLinkRawIp);
    PutLittle<std::uint32_t>(interface, 0);  // No limit to a packet.
    PutOption(interface, kOptName, "exchange");
    PutLittle<std::uint32_t>(interface, 0);
    PutBlock(file_, kInterface, interface);
  }

  // Say writes one record: its octets in as many packets as they need, or a bare ACK.
  void Say(const Record& record, const std::string& comment, std::uint64_t microseconds) {
    now_ = microseconds;
    Ends& ends = Open(record.connection);
    const bool host = record.speaker == Side::kHost;
    std::uint32_t& mine = host ? ends.host : ends.controller;
    const std::uint32_t theirs = host ? ends.controller : ends.host;
    Segment segment{.from = record.speaker, .connection = record.connection};
    ByteView rest = record.octets;
    std::string said = comment;
    do {
      segment.data = rest.first(std::min(rest.size(), kMostData));
      segment.seq = mine, segment.ack = theirs;
      segment.flags = segment.data.empty() ? kAck : kAck | kPsh;
      Put(segment, std::exchange(said, {}));
      mine += static_cast<std::uint32_t>(segment.data.size());
      rest = rest.subspan(segment.data.size());
    } while (!rest.empty());
  }

  Bytes Take() { return std::move(file_); }

 private:
  struct Ends {
    std::uint32_t host = 1;  // Sequence numbers to come.
    std::uint32_t controller = 1;
  };

  Ends& Open(unsigned connection) {
    const auto [at, fresh] = ends_.try_emplace(connection);
    if (!fresh) return at->second;
    Put({.from = Side::kHost, .connection = connection, .flags = kSyn}, {});
    Put({.from = Side::kController, .connection = connection, .ack = 1, .flags = kSyn | kAck}, {});
    Put({.from = Side::kHost, .connection = connection, .seq = 1, .ack = 1}, {});
    return at->second;
  }

  void Put(const Segment& segment, const std::string& comment) {
    const Bytes packet = MakePacket(segment);
    Bytes body;
    PutLittle<std::uint32_t>(body, 0);
    PutLittle(body, static_cast<std::uint32_t>(now_ >> 32));
    PutLittle(body, static_cast<std::uint32_t>(now_));
    PutLittle(body, static_cast<std::uint32_t>(packet.size()));
    PutLittle(body, static_cast<std::uint32_t>(packet.size()));
    body.insert(body.end(), packet.begin(), packet.end());
    Pad(body);
    PutOption(body, kOptComment, comment);
    PutLittle<std::uint32_t>(body, 0);
    PutBlock(file_, kEnhancedPacket, body);
  }

  Bytes file_;
  std::uint64_t now_ = 0;
  std::map<unsigned, Ends> ends_;
};

}  // namespace

Bytes MakePcapng(const Transcript& transcript, const CaptureText& text,
                 std::chrono::system_clock::time_point began) {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  Writer writer(text.title);
  const auto& records = transcript.records();
  const auto start = duration_cast<microseconds>(began.time_since_epoch());
  for (const Record& record : records) {
    const auto since = duration_cast<microseconds>(record.at - records.front().at);
    std::string comment = record.text;
    if (&record == &records.back()) comment += "\n" + text.verdict;
    writer.Say(record, comment, static_cast<std::uint64_t>((start + since).count()));
  }
  return writer.Take();
}

}  // namespace nvmf::conformance
