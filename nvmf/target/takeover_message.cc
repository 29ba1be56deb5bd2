#include "nvmf/target/takeover_message.h"

#include <array>

#include "nvmf/base/crc32c.h"
#include "nvmf/base/fields.h"
#include "nvmf/handoff/record_reader.h"

namespace nvmf::target {
namespace {

struct Head {
  static constexpr std::size_t kSize = 24;
  static constexpr std::size_t kChecked = 20;  // The CRC covers all that stands before it, as well.
  static constexpr std::array<char, 8> kMagic{'N', 'V', 'M', 'F', 'T', 'A', 'K', 'E'};
  std::array<char, 8> magic = kMagic;
  std::uint16_t version = kTakeoverVersion;
  MessageKind kind{};
  std::uint32_t length = 0;  // Of the body, octets.
  std::uint32_t crc = 0;     // CRC-32C of the rest of the head and the body.
  static constexpr void Fields(auto& head, auto&& at) {
    at(0, "magic", head.magic), at(8, "version", head.version), at(10, "kind", head.kind);
    at(12, "length", head.length), at(20, "crc", head.crc);
  }
};
static_assert(LayoutIsSound<Head>());

std::uint32_t Check(ByteView head, ByteView body) {
  return ExtendCrc32c(Crc32c(head.first(Head::kChecked)), body);
}

}  // namespace

std::vector<std::byte> EncodeMessage(MessageKind kind, ByteView body) {
  Head head{.kind = kind, .length = static_cast<std::uint32_t>(body.size())};
  head.crc = Check(Encode(head), body);
  const auto front = Encode(head);
  std::vector<std::byte> octets(front.begin(), front.end());
  Append(octets, body);
  return octets;
}

Result<TakeoverMessage> DecodeMessage(ByteView octets) {
  RecordReader reader(octets);
  const auto head = reader.Take<Head>();
  if (reader.failed()) return Fail(Code::kInvalidArgument, "takeover: cut message");
  if (head.magic != Head::kMagic) return Fail(Code::kInvalidArgument, "takeover: not a message");
  if (head.version != kTakeoverVersion) {
    return Fail(Code::kInvalidArgument, "takeover: a message of another version");
  }
  const ByteView body = reader.TakeRest();
  if (head.length != body.size()) return Fail(Code::kInvalidArgument, "takeover: cut message");
  if (head.crc != Check(octets, body)) {
    return Fail(Code::kInvalidArgument, "takeover: altered message");
  }
  return TakeoverMessage{.kind = head.kind, .body = body};
}

}  // namespace nvmf::target
