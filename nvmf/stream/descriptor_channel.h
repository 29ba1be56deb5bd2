// DescriptorChannel carries messages, each with at most one descriptor, between two processes over
// a connected AF_UNIX stream socket.
//
//   channel.Send({.octets = record, .descriptor = fd}, wait);      // fd stays ours
//   Result<DescriptorChannel::Received> got = channel.Receive(kMost, wait);
//
// Shapes    a message is its length in 4 octets, little-endian, then that many octets; the
//           descriptor travels with the first of them (SCM_RIGHTS).
// Errors    kClosed, kIo, kTimeout; kInvalidArgument: a message longer than the reader takes.
// Threads   one at a time.
// Lifetime  owns its socket.
#ifndef NVMF_STREAM_DESCRIPTOR_CHANNEL_H_
#define NVMF_STREAM_DESCRIPTOR_CHANNEL_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "nvmf/base/bytes.h"
#include "nvmf/base/result.h"
#include "nvmf/stream/deadline.h"
#include "nvmf/stream/descriptor.h"
#include "nvmf/stream/socket_stream.h"

namespace nvmf {

class DescriptorChannel {
 public:
  explicit DescriptorChannel(Descriptor socket);

  Result<> Send(ByteView octets, int descriptor, Deadline deadline);  // -1: none.

  struct Received {
    std::vector<std::byte> octets{};
    Descriptor descriptor{};
  };
  // Receive returns the next message of at most `most` octets.
  Result<Received> Receive(std::size_t most, Deadline deadline);

 private:
  Result<> ReceiveAll(MutableBytes into, Deadline deadline);
  Result<Descriptor> ReceiveLength(std::uint32_t& length, Deadline deadline);

  std::unique_ptr<SocketStream> stream_;
};

}  // namespace nvmf

#endif  // NVMF_STREAM_DESCRIPTOR_CHANNEL_H_
