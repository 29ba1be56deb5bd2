// TakeoverMessage is what two processes say to each other when one takes the other's target over.
//
//   channel.Send(EncodeMessage(MessageKind::kTarget, body), -1, wait);
//   Result<TakeoverMessage> got = DecodeMessage(octets);
//
// Shapes    a head with a version, a kind, the length and a CRC-32C of the body; then the body.
// Errors    kInvalidArgument, with the reason: cut, altered, of another version.
// Threads   values.
// Lifetime  a decoded message borrows from its octets.
// Source    ours.
#ifndef NVMF_TARGET_TAKEOVER_MESSAGE_H_
#define NVMF_TARGET_TAKEOVER_MESSAGE_H_

#include <cstdint>
#include <vector>

#include "nvmf/base/bytes.h"
#include "nvmf/base/result.h"

namespace nvmf::target {

enum class MessageKind : std::uint16_t {
  kHello = 1,  // Successor: give me your target.
  kTarget,     // Owner: a TargetRecord,
  kListener,   // a listening socket each, with it as descriptor,
  kBackend,    // a backend each, with its descriptor if it has one.
  kControl,    // a descriptor that is not the target's, if there is one.
  kReady,      // Successor: all of that is here.
  kQueue,      // Owner: a queue at rest each, with its socket,
  kEnd,        // an EndRecord: these were all.
  kTaken,      // Successor: I could serve them.
  kYours,      // Owner: do. It never serves them again itself.
  kRefused,    // Successor: no; the body says why.
  kKept,       // Owner: it comes to nothing; the body says why.
};

inline constexpr std::uint16_t kTakeoverVersion = 1;

struct TakeoverMessage {
  MessageKind kind{};
  ByteView body{};
};

std::vector<std::byte> EncodeMessage(MessageKind kind, ByteView body = {});
Result<TakeoverMessage> DecodeMessage(ByteView octets);

}  // namespace nvmf::target

#endif  // NVMF_TARGET_TAKEOVER_MESSAGE_H_
