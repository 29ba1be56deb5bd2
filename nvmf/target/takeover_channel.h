// TakeoverChannel carries TakeoverMessages over a DescriptorChannel.
//
// Errors    Expect: kRefused when the other process says no, with its words in reason();
//           kInvalidArgument for a message that is damaged or not due.
// Threads   one at a time.
// Lifetime  borrows the channel.
#ifndef NVMF_TARGET_TAKEOVER_CHANNEL_H_
#define NVMF_TARGET_TAKEOVER_CHANNEL_H_

#include <string>
#include <string_view>
#include <vector>

#include "nvmf/stream/descriptor_channel.h"
#include "nvmf/target/takeover_message.h"

namespace nvmf::target {

class TakeoverChannel {
 public:
  TakeoverChannel(DescriptorChannel& channel, std::string& reason)
      : channel_(channel), reason_(reason) {}

  struct Received {
    MessageKind kind{};
    std::vector<std::byte> octets{};
    ByteView body{};  // Of octets.
    Descriptor descriptor{};
  };

  Result<> Send(MessageKind kind, ByteView body, int descriptor, Deadline deadline);
  // SayNo sends `kind` with a sentence, if the other process still listens.
  void SayNo(MessageKind kind, std::string_view why);
  // Receive returns the next message but kRefused and kKept.
  Result<Received> Receive(Deadline deadline);
  // Expect returns the next message, which is to be of that kind.
  Result<Received> Expect(MessageKind kind, Deadline deadline);

 private:
  DescriptorChannel& channel_;
  std::string& reason_;
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_TAKEOVER_CHANNEL_H_
