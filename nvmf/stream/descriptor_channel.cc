#include "nvmf/stream/descriptor_channel.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace nvmf {
namespace {

constexpr std::size_t kLengthBytes = 4;

// Room for one descriptor, aligned as the kernel wants it.
union Control {
  cmsghdr header;
  std::array<char, CMSG_SPACE(sizeof(int))> octets;
};

}  // namespace

DescriptorChannel::DescriptorChannel(Descriptor socket)
    : stream_(SocketStream::Adopt(socket.Release())) {}

Result<> DescriptorChannel::Send(ByteView octets, int descriptor, Deadline deadline) {
  std::array<std::byte, kLengthBytes> length;
  StoreLittle(MutableBytes(length), static_cast<std::uint32_t>(octets.size()));
  iovec first{.iov_base = length.data(), .iov_len = length.size()};
  msghdr message{};
  message.msg_iov = &first;
  message.msg_iovlen = 1;
  Control control{};
  if (descriptor >= 0) {
    message.msg_control = control.octets.data();
    message.msg_controllen = control.octets.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  for (;;) {
    // Four octets go out whole or not at all: an AF_UNIX socket takes a small message in one piece.
    const ssize_t sent = sendmsg(stream_->descriptor(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(length.size())) break;
    if (sent >= 0) return Fail(Code::kIo, "sendmsg");
    if (errno != EINTR && errno != EAGAIN) {
      return std::unexpected(Error{.code = Code::kIo, .sys_errno = errno, .what = "sendmsg"});
    }
    if (Result<> ready = stream_->Wait({.write = true}, deadline); !ready) return ready;
  }
  while (!octets.empty()) {
    const std::array<ByteView, 1> rest{octets};
    const Result<std::size_t> sent = stream_->Write(rest);
    if (!sent) return std::unexpected(sent.error());
    octets = octets.subspan(*sent);
    if (*sent != 0) continue;
    if (Result<> ready = stream_->Wait({.write = true}, deadline); !ready) return ready;
  }
  return {};
}

Result<> DescriptorChannel::ReceiveAll(MutableBytes into, Deadline deadline) {
  while (!into.empty()) {
    const Result<std::size_t> got = stream_->Receive({into, {}}, deadline);
    if (!got) return std::unexpected(got.error());
    into = into.subspan(*got);
  }
  return {};
}

Result<Descriptor> DescriptorChannel::ReceiveLength(std::uint32_t& length, Deadline deadline) {
  std::array<std::byte, kLengthBytes> octets{};
  iovec first{.iov_base = octets.data(), .iov_len = octets.size()};
  msghdr message{};
  message.msg_iov = &first;
  message.msg_iovlen = 1;
  Control control{};
  message.msg_control = control.octets.data();
  message.msg_controllen = control.octets.size();
  ssize_t got;
  for (;;) {
    got = recvmsg(stream_->descriptor(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got >= 0) break;
    if (errno != EINTR && errno != EAGAIN) {
      return std::unexpected(Error{.code = Code::kIo, .sys_errno = errno, .what = "recvmsg"});
    }
    if (Result<> ready = stream_->Wait({.read = true}, deadline); !ready) {
      return std::unexpected(ready.error());
    }
  }
  if (got == 0) return Fail(Code::kClosed, "the other process closed the channel");
  Descriptor descriptor;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN(sizeof(int))) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    descriptor = Descriptor(fd);
  }
  const MutableBytes rest = MutableBytes(octets).subspan(static_cast<std::size_t>(got));
  if (Result<> all = ReceiveAll(rest, deadline); !all) return std::unexpected(all.error());
  length = LoadLittle<std::uint32_t>(octets);
  return descriptor;
}

Result<DescriptorChannel::Received> DescriptorChannel::Receive(std::size_t most,
                                                               Deadline deadline) {
  std::uint32_t length = 0;
  Result<Descriptor> descriptor = ReceiveLength(length, deadline);
  if (!descriptor) return std::unexpected(descriptor.error());
  if (length > most) return Fail(Code::kInvalidArgument, "a message longer than we take");
  Received received{.octets = std::vector<std::byte>(length), .descriptor = std::move(*descriptor)};
  if (Result<> all = ReceiveAll(received.octets, deadline); !all) {
    return std::unexpected(all.error());
  }
  return received;
}

}  // namespace nvmf
