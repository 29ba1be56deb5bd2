#include "nvmf/target/takeover_channel.h"

#include <algorithm>

namespace nvmf::target {
namespace {

constexpr std::size_t kMostMessage = 32 << 20;
constexpr std::size_t kLongestReason = 200;
constexpr std::chrono::seconds kNoWait{1};

std::string Printable(ByteView text) {
  std::string words;
  for (const std::byte octet : text.first(std::min(text.size(), kLongestReason))) {
    const char c = static_cast<char>(octet);
    words += c >= ' ' && c <= '~' ? c : '?';
  }
  return words;
}

}  // namespace

Result<> TakeoverChannel::Send(MessageKind kind, ByteView body, int descriptor, Deadline deadline) {
  return channel_.Send(EncodeMessage(kind, body), descriptor, deadline);
}

void TakeoverChannel::SayNo(MessageKind kind, std::string_view why) {
  static_cast<void>(Send(kind, std::as_bytes(std::span(why)), -1, Deadline::After(kNoWait)));
}

Result<TakeoverChannel::Received> TakeoverChannel::Receive(Deadline deadline) {
  auto got = channel_.Receive(kMostMessage, deadline);
  if (!got) return std::unexpected(got.error());
  Received received{.octets = std::move(got->octets), .descriptor = std::move(got->descriptor)};
  const Result<TakeoverMessage> message = DecodeMessage(received.octets);
  if (!message) return std::unexpected(message.error());
  received.kind = message->kind;
  received.body = message->body;
  if (message->kind != MessageKind::kRefused && message->kind != MessageKind::kKept) {
    return received;
  }
  reason_ = Printable(message->body);
  return Fail(Code::kRefused, message->kind == MessageKind::kKept
                                  ? "takeover: the owner keeps its target"
                                  : "takeover: the successor refused");
}

Result<TakeoverChannel::Received> TakeoverChannel::Expect(MessageKind kind, Deadline deadline) {
  Result<Received> received = Receive(deadline);
  if (received && received->kind != kind) {
    return Fail(Code::kInvalidArgument, "takeover: a message that is not due");
  }
  return received;
}

}  // namespace nvmf::target
