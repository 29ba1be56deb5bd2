// The two programs of README.md, against each other.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <thread>

#include "nvmf/controller_qpair.h"
#include "nvmf/host_qpair.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/stream/socket_stream.h"

namespace {

using nvmf::Capsule;
using nvmf::Completion;
using nvmf::ControllerQPair;
using nvmf::Deadline;
using nvmf::HostQPair;
using nvmf::Result;
using nvmf::SocketStream;

Deadline In10s() { return Deadline::After(std::chrono::seconds(10)); }

// A host: connects a queue pair on `fd` and reads one block of namespace 1.
Result<Completion> ReadBlock(int fd, std::span<std::byte> block) {
  nvmf::Association association({.hostnqn = "nqn.2026-11.org.example:host",
                                 .subnqn = "nqn.2026-11.org.example:disk",
                                 .header_digest = true,
                                 .data_digest = true});
  Result<HostQPair> qpair = HostQPair::Connect(association, SocketStream::Adopt(fd), {});
  if (!qpair) return std::unexpected(qpair.error());
  return qpair->Execute(nvmf::MakeRead(1, 0, 1), nvmf::ReadInto(block), In10s());
}

// A controller: accepts one host on `fd` and answers every command with a block of 5Ah.
Result<> ServeHost(int fd) {
  Result<ControllerQPair> qpair = ControllerQPair::Accept(SocketStream::Adopt(fd), {}, In10s());
  if (!qpair) return std::unexpected(qpair.error());
  if (Result<> sent = qpair->AcceptConnect({.cntlid = 1}, In10s()); !sent) return sent;
  std::array<std::byte, 512> block;
  block.fill(std::byte{0x5A});
  for (;;) {
    const Result<Capsule> capsule = qpair->Receive(In10s());
    if (!capsule) return std::unexpected(capsule.error());  // kClosed: the host has left.
    if (Result<> sent = qpair->SendData(*capsule, block, In10s()); !sent) return sent;
  }
}

TEST(Readme, TheHostReadsWhatTheControllerServes) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  std::thread controller([&] { EXPECT_EQ(ServeHost(ends[1]).error().code, nvmf::Code::kClosed); });
  std::array<std::byte, 512> block{};
  const Result<Completion> done = ReadBlock(ends[0], block);
  controller.join();
  ASSERT_TRUE(done) << done.error().Message();
  EXPECT_TRUE(done->status().ok()) << done->status().Text();
  EXPECT_TRUE(std::ranges::all_of(block, [](std::byte b) { return b == std::byte{0x5A}; }));
}

}  // namespace
