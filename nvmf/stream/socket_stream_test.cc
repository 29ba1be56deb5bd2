#include "nvmf/stream/socket_stream.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>
#include <vector>

namespace nvmf {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class SocketStreamTest : public ::testing::Test {
 protected:
  SocketStreamTest() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    stream_ = SocketStream::Adopt(ends[0]);
    peer_ = ends[1];
  }
  ~SocketStreamTest() override {
    if (peer_ >= 0) close(peer_);
  }
  void ClosePeer() {
    close(peer_);
    peer_ = -1;
  }
  Result<std::size_t> WriteAll(std::size_t size) {
    octets_.assign(size, std::byte{0x5A});
    const std::array<ByteView, 2> spans{ByteView(octets_).first(size / 2),
                                        ByteView(octets_).subspan(size / 2)};
    return stream_->Write(spans);
  }

  std::unique_ptr<SocketStream> stream_;
  int peer_ = -1;
  std::vector<std::byte> octets_;
  std::array<std::byte, 4> first_{};
  std::array<std::byte, 64> second_{};
};

TEST_F(SocketStreamTest, ReadingNothingMovesNothing) {
  EXPECT_EQ(stream_->Read({first_, second_}).value(), 0U);
}

TEST_F(SocketStreamTest, OneReadFillsBothSpansInOrder) {
  ASSERT_EQ(write(peer_, "abcdefg", 7), 7);
  ASSERT_EQ(stream_->Receive({first_, second_}, Deadline::Never()).value(), 7U);
  EXPECT_EQ(first_[3], std::byte{'d'});
  EXPECT_EQ(second_[2], std::byte{'g'});
}

TEST_F(SocketStreamTest, AGatherWriteArrivesInOrder) {
  ASSERT_EQ(WriteAll(100).value(), 100U);
  char got[200];
  EXPECT_EQ(read(peer_, got, sizeof got), 100);
}

TEST_F(SocketStreamTest, AFullSocketTakesLessAndThenNothing) {
  std::size_t taken = 0;
  for (;;) {
    const std::size_t n = WriteAll(1 << 20).value();
    if (n == 0) break;
    taken += n;
  }
  EXPECT_GT(taken, 0U);
  const auto waited = stream_->Wait({.write = true}, Deadline::After(milliseconds(0)));
  EXPECT_EQ(waited.error().code, Code::kTimeout);
}

TEST_F(SocketStreamTest, AWaitEndsAtItsDeadline) {
  EXPECT_EQ(stream_->Wait({.read = true}, Deadline::After(milliseconds(1))).error().code,
            Code::kTimeout);
  EXPECT_EQ(stream_->Receive({first_, {}}, Deadline::After(milliseconds(1))).error().code,
            Code::kTimeout);
}

TEST_F(SocketStreamTest, AFarDeadlineStillReceivesAtOnce) {
  ASSERT_EQ(write(peer_, "x", 1), 1);
  EXPECT_EQ(stream_->Receive({first_, {}}, Deadline::After(hours(1))).value(), 1U);
}

TEST_F(SocketStreamTest, TheEndOfTheStreamIsKClosed) {
  ClosePeer();
  EXPECT_EQ(stream_->Read({first_, {}}).error().code, Code::kClosed);
  EXPECT_EQ(stream_->Receive({first_, {}}, Deadline::Never()).error().code, Code::kClosed);
}

TEST_F(SocketStreamTest, WritingToNobodyIsAnErrorAndNoSignal) {
  ClosePeer();
  const auto written = WriteAll(10);
  EXPECT_EQ(written.error().code, Code::kIo);
  EXPECT_EQ(written.error().sys_errno, EPIPE);
}

TEST_F(SocketStreamTest, ShutdownWakesWhoWaits) {
  std::thread waiting([&] {
    EXPECT_EQ(stream_->Receive({first_, {}}, Deadline::Never()).error().code, Code::kClosed);
  });
  stream_->Shutdown();
  waiting.join();
}

TEST_F(SocketStreamTest, ABellEndsTheWaitsThatHeedIt) {
  Bell bell;
  stream_->Attend(&bell);
  stream_->Heed(true);
  std::thread waiting([&] {
    EXPECT_EQ(stream_->Receive({first_, {}}, Deadline::Never()).error().code, Code::kTimeout);
  });
  ASSERT_TRUE(bell.AwaitListeners(1, Deadline::After(std::chrono::seconds(30))));
  bell.Ring();
  waiting.join();
  EXPECT_EQ(stream_->Receive({first_, {}}, Deadline::Never()).error().code, Code::kTimeout)
      << "it rings on";
  ASSERT_EQ(write(peer_, "x", 1), 1);
  EXPECT_EQ(stream_->Receive({first_, {}}, Deadline::Never()).value(), 1U) << "what is here comes";
  bell.Silence();
  EXPECT_EQ(stream_->Receive({first_, {}}, Deadline::After(milliseconds(1))).error().code,
            Code::kTimeout);
}

TEST_F(SocketStreamTest, WhoHeedsNoBellIsNotDisturbed) {
  Bell bell;
  bell.Ring();
  stream_->Attend(&bell);
  std::thread writing([&] { ASSERT_EQ(write(peer_, "x", 1), 1); });
  EXPECT_EQ(stream_->Receive({first_, {}}, Deadline::Never()).value(), 1U);
  writing.join();
  stream_->Heed(true);
  stream_->Attend(nullptr);
  ASSERT_EQ(write(peer_, "y", 1), 1);
  EXPECT_EQ(stream_->Receive({first_, {}}, Deadline::Never()).value(), 1U);
}

TEST_F(SocketStreamTest, ABlockedReceiveComesToListenByItself) {
  Bell bell;
  stream_->Heed(true);
  std::thread waiting([&] {
    EXPECT_EQ(stream_->Receive({first_, {}}, Deadline::Never()).error().code, Code::kTimeout);
  });
  stream_->Attend(&bell);
  bell.Ring();
  waiting.join();
}

TEST_F(SocketStreamTest, WhatIsAbandonedIsAnothers) {
  const int other = dup(stream_->descriptor());
  stream_->Abandon();
  stream_->Shutdown();
  stream_->EndOutput();
  EXPECT_EQ(WriteAll(4).error().code, Code::kClosed);
  ASSERT_EQ(write(peer_, "x", 1), 1);
  EXPECT_EQ(stream_->Receive({first_, {}}, Deadline::Never()).error().code, Code::kClosed);
  stream_.reset();
  char got;
  EXPECT_EQ(read(other, &got, 1), 1);
  EXPECT_EQ(write(other, "y", 1), 1);
  EXPECT_EQ(read(peer_, &got, 1), 1);
  close(other);
}

TEST_F(SocketStreamTest, EndOutputLeavesTheInputOpen) {
  stream_->EndOutput();
  char got;
  EXPECT_EQ(read(peer_, &got, 1), 0);
  ASSERT_EQ(write(peer_, "y", 1), 1);
  EXPECT_EQ(stream_->Receive({first_, {}}, Deadline::Never()).value(), 1U);
}

TEST_F(SocketStreamTest, ItOwnsItsSocketAndClosesItOnce) {
  const int fd = stream_->descriptor();
  ASSERT_GE(fcntl(fd, F_GETFD), 0);
  stream_.reset();
  EXPECT_EQ(fcntl(fd, F_GETFD), -1);
}

TEST(SocketStream, ANonBlockingSocketIsTakenToo) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
  const auto stream = SocketStream::Adopt(ends[0]);
  std::array<std::byte, 1> one{};
  std::thread writer([&] { EXPECT_EQ(write(ends[1], "z", 1), 1); });
  EXPECT_EQ(stream->Receive({one, {}}, Deadline::Never()).value(), 1U);
  writer.join();
  close(ends[1]);
}

TEST(SocketStream, TcpDoesNotWaitForDelayedAcks) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto stream = SocketStream::Adopt(fd);
  int on = 0;
  socklen_t size = sizeof on;
  ASSERT_EQ(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &size), 0);
  EXPECT_NE(on, 0);
}

}  // namespace
}  // namespace nvmf
