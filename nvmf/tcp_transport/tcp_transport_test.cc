// The TCP transport over real sockets: waits, deadlines, and how connections end.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "nvmf/stream/memory_stream.h"
#include "nvmf/stream/socket_stream.h"
#include "nvmf/tcp_transport/drive.h"
#include "nvmf/tcp_transport/tcp_controller_queue.h"
#include "nvmf/tcp_transport/tcp_host_queue.h"
#include "nvmf/testing/pattern.h"

namespace nvmf {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Pattern;

constexpr std::uint8_t kRead = 2, kWrite = 1;

Deadline Soon() { return Deadline::After(seconds(30)); }

struct Sockets {
  Sockets() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    host = SocketStream::Adopt(ends[0]);
    controller = SocketStream::Adopt(ends[1]);
  }
  std::unique_ptr<Stream> host;
  std::unique_ptr<Stream> controller;
};

// Answers `count` commands: reads with a pattern of CDW10 octets, writes when their data are here.
void Serve(std::unique_ptr<Stream> stream, int count) {
  auto queue = TcpControllerQueue::Open(std::move(stream), {}, Soon());
  ASSERT_TRUE(queue) << queue.error().Message();
  (*queue)->SetQueue(64, true, 8192);
  std::vector<std::vector<std::byte>> buffers(64);
  while (count > 0) {
    const Result<Event> event = (*queue)->Next(Soon());
    ASSERT_TRUE(event) << event.error().Message();
    const Sqe sqe = (*queue)->sqe(event->tag);
    std::vector<std::byte>& buffer = buffers[event->tag];
    if (event->kind == Event::Kind::kCommand && sqe.opc == kWrite &&
        sqe.sgl1.type == Sgl::kTransport) {
      buffer.resize(sqe.sgl1.length);
      ASSERT_TRUE((*queue)->RequestData(event->tag, 0, buffer));
      continue;
    }
    if (sqe.opc == kRead) {
      buffer = Pattern(sqe.cdw10);
      ASSERT_TRUE((*queue)->SendData(event->tag, buffer, Cqe{}));
    } else {
      ASSERT_TRUE((*queue)->SendData(event->tag, {}, Cqe{}));
    }
    --count;
  }
  ASSERT_TRUE((*queue)->Flush(Soon()));
  EXPECT_EQ((*queue)->Next(Soon()).error().code, Code::kClosed);
}

std::unique_ptr<TcpHostQueue> OpenHost(std::unique_ptr<Stream> stream,
                                       const tcp::HostParams& params = {.entries = 64}) {
  auto queue = TcpHostQueue::Open(std::move(stream), params, Soon());
  EXPECT_TRUE(queue) << queue.error().Message();
  return std::move(*queue);
}

TEST(TcpTransport, TwoBlockingEndsWithFullBuffersDoNotDeadlock) {
  Sockets sockets;
  constexpr std::uint32_t kSize = 1 << 20;
  std::thread controller([&] { Serve(std::move(sockets.controller), 32); });
  auto host = OpenHost(std::move(sockets.host));
  const std::vector<std::byte> out = Pattern(kSize);
  std::vector<std::vector<std::byte>> in(16, std::vector<std::byte>(kSize));
  for (std::size_t i = 0; i < 16; ++i) {
    ASSERT_TRUE(host->Submit(Sqe{.opc = kRead, .cdw10 = kSize}, ReadInto(in[i])));
    ASSERT_TRUE(host->Submit(Sqe{.opc = kWrite}, WriteFrom(out)));
  }
  for (int i = 0; i < 32; ++i) {
    const Result<Completion> done = host->WaitAny(Soon());
    ASSERT_TRUE(done) << done.error().Message();
    EXPECT_TRUE(done->status().ok()) << done->status().Text();
  }
  for (const auto& buffer : in) EXPECT_EQ(buffer, out);
  host.reset();
  controller.join();
}

TEST(TcpTransport, AWaitThatTimesOutLeavesTheQueueUsable) {
  Sockets sockets;
  std::unique_ptr<TcpHostQueue> host;
  std::thread opening([&] { host = OpenHost(std::move(sockets.host)); });
  auto controller = TcpControllerQueue::Open(std::move(sockets.controller), {}, Soon());
  opening.join();
  ASSERT_TRUE(controller);
  const auto cid = host->Submit(Sqe{}, kNoData);
  EXPECT_EQ(host->Wait(*cid, Deadline::After(milliseconds(1))).error().code, Code::kTimeout);
  const Result<Event> event = (*controller)->Next(Soon());
  ASSERT_TRUE(event);
  ASSERT_TRUE((*controller)->SendData(event->tag, {}, Cqe{.dw0 = 7}));
  ASSERT_TRUE((*controller)->Flush(Soon()));
  EXPECT_EQ(host->Wait(*cid, Soon())->cqe.dw0, 7U);
}

TEST(TcpTransport, TheDeadlineOfOpenHoldsAgainstASilentPeer) {
  Sockets sockets;
  const auto host =
      TcpHostQueue::Open(std::move(sockets.host), {}, Deadline::After(milliseconds(1)));
  EXPECT_EQ(host.error().code, Code::kTimeout);
}

TEST(TcpTransport, APeerThatLeavesIsKClosedForEverybodyWhoWaits) {
  Sockets sockets;
  std::unique_ptr<TcpHostQueue> host;
  std::thread opening([&] { host = OpenHost(std::move(sockets.host)); });
  auto controller = TcpControllerQueue::Open(std::move(sockets.controller), {}, Soon());
  opening.join();
  const auto a = host->Submit(Sqe{}, kNoData);
  const auto b = host->Submit(Sqe{}, kNoData);
  ASSERT_TRUE(host->Flush(Soon()));
  controller->reset();
  EXPECT_FALSE(host->Wait(*a, Soon()));
  EXPECT_FALSE(host->Wait(*b, Soon()));
  EXPECT_TRUE(host->failed());
}

TEST(TcpTransport, InterruptWakesTheControllerThatWaits) {
  Sockets sockets;
  std::unique_ptr<TcpHostQueue> host;
  std::thread opening([&] { host = OpenHost(std::move(sockets.host)); });
  auto controller = TcpControllerQueue::Open(std::move(sockets.controller), {}, Soon());
  opening.join();
  std::thread waiting([&] { EXPECT_EQ((*controller)->Next(Soon()).error().code, Code::kClosed); });
  (*controller)->Interrupt();
  waiting.join();
}

TEST(TcpTransport, ThePeerReadsOurTermReqAlthoughWeCloseWithInputUnread) {
  Sockets sockets;
  const int peer = dup(sockets.host->descriptor());
  sockets.host.reset();
  // Two ICReqs and then much more than anybody reads: closing right away would reset the stream.
  std::vector<std::byte> octets(2 * 128 + 65536, std::byte{0xEE});
  const auto icreq = tcp::EncodePdu(tcp::IcReq{}, {});
  std::ranges::copy(icreq, octets.begin());
  std::ranges::copy(icreq, octets.begin() + 128);
  ASSERT_EQ(write(peer, octets.data(), octets.size()), static_cast<ssize_t>(octets.size()));
  shutdown(peer, SHUT_WR);
  // When Open returns the socket is closed: what the peer reads from now on is what is left of it.
  auto queue = TcpControllerQueue::Open(std::move(sockets.controller), {}, Soon());
  ASSERT_FALSE(queue);
  EXPECT_EQ(queue.error().code, Code::kPeerViolation);
  std::vector<std::byte> heard(4096);
  std::size_t n = 0;
  ssize_t got = 1;
  for (; got > 0; n += static_cast<std::size_t>(std::max<ssize_t>(got, 0))) {
    got = read(peer, heard.data() + n, heard.size() - n);
  }
  EXPECT_EQ(got, 0) << "an end of stream, not a reset";
  close(peer);
  ASSERT_GE(n, 24U);
  const std::size_t at = heard[0] == std::byte{1} ? 128 : 0;  // An ICResp may have left before.
  ASSERT_GE(n, at + 24U);
  EXPECT_EQ(heard[at], std::byte{3});
  EXPECT_EQ(heard[at + 8], std::byte{2}) << "PDU Sequence Error";
}

TEST(TcpTransport, AfterATermReqTheOutputEndsAtOnce) {
  auto [a, b] = MemoryStream::Pair();
  const auto icresp = tcp::EncodePdu(tcp::IcResp{.maxh2cdata = 1}, {});  // Not a multiple of 4.
  const std::array<ByteView, 1> octets{icresp};
  ASSERT_TRUE(b->Write(octets));
  tcp::HostConnection host({});
  Result<> step;
  while (step) step = Step(host, *a, Deadline::Never());
  EXPECT_EQ(step.error().code, Code::kPeerViolation);
  std::vector<std::byte> heard(4096);
  EXPECT_EQ(b->Read({heard, {}}).value(), 128U + 24U + 128U) << "ICReq, H2CTermReq";
  EXPECT_EQ(b->Read({heard, {}}).error().code, Code::kClosed);
}

TEST(TcpTransport, AViolationBehindTheAwaitedAnswerIsToldAllTheSame) {
  auto [a, b] = MemoryStream::Pair();
  const auto say = [&](const auto& pdu) {
    const auto octets = tcp::EncodePdu(pdu, {});
    const std::array<ByteView, 1> spans{octets};
    ASSERT_TRUE(b->Write(spans));
  };
  say(tcp::IcResp{.maxh2cdata = 4096});
  auto host = TcpHostQueue::Open(std::move(a), {}, Deadline::Never());
  ASSERT_TRUE(host);
  const auto cid = (*host)->Submit(Sqe{}, kNoData);
  ASSERT_TRUE((*host)->Flush(Deadline::Never()));
  say(tcp::CapsuleResp{.cqe = {.sqhd = 1, .cid = *cid}});
  say(tcp::CapsuleResp{.cqe = {.sqhd = 1, .cid = *cid}});  // Once more than there are commands.
  EXPECT_TRUE((*host)->Wait(*cid, Deadline::Never()));
  std::vector<std::byte> heard(4096);
  EXPECT_EQ(b->Read({heard, {}}).value(), 128U + 72U + 24U + 24U) << "ICReq, capsule, H2CTermReq";
  EXPECT_EQ((*host)->Submit(Sqe{}, kNoData).error().code, Code::kPeerViolation);
}

TEST(TcpTransport, OverMemoryAWaitWithNobodyToAnswerEndsAtOnce) {
  auto [a, b] = MemoryStream::Pair();
  const auto host = TcpHostQueue::Open(std::move(a), {}, Deadline::Never());
  EXPECT_EQ(host.error().code, Code::kTimeout);
}

TEST(TcpTransport, WaitingForACommandThatIsNotThereIsOurCallersMistake) {
  Sockets sockets;
  std::thread controller([&] { Serve(std::move(sockets.controller), 0); });
  auto host = OpenHost(std::move(sockets.host));
  EXPECT_EQ(host->Wait(3, Soon()).error().code, Code::kInvalidArgument);
  EXPECT_EQ(host->WaitAny(Soon()).error().code, Code::kInvalidArgument);
  EXPECT_FALSE(host->failed());
  host.reset();
  controller.join();
}

}  // namespace
}  // namespace nvmf
