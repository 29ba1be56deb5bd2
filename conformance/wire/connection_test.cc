#include "conformance/wire/connection.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace nvmf::conformance {
namespace {

constexpr Duration kLong = std::chrono::seconds(30);
constexpr Duration kNow{0};

Deadline Long() { return Deadline::In(kLong); }

struct Pair {
  Connection near;
  Connection far;
};

Pair UnixPair() {
  std::array<int, 2> ends{};
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  return {Connection(ends[0]), Connection(ends[1])};
}

// TcpPair is two ends of a TCP connection through the loopback interface: only TCP knows RST.
Pair TcpPair() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(bind(listener, generic, size), 0);
  EXPECT_EQ(listen(listener, 1), 0);
  EXPECT_EQ(getsockname(listener, generic, &size), 0);
  const int near = socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(connect(near, generic, size), 0);
  const int far = accept(listener, nullptr, nullptr);
  close(listener);
  return {Connection(near), Connection(far)};
}

Bytes ReceiveAll(Connection& connection, std::size_t octets) {
  Bytes all;
  std::array<std::byte, 4096> room;
  while (all.size() < octets) {
    const auto got = connection.Receive(room, Long());
    if (!got) break;
    all.insert(all.end(), room.begin(), room.begin() + static_cast<long>(*got));
  }
  return all;
}

TEST(Connection, WhatIsSentIsReceived) {
  Pair pair = UnixPair();
  const Bytes bytes = Pattern(10'000, 1);
  ASSERT_TRUE(pair.near.Send(bytes, Long()));
  EXPECT_EQ(ReceiveAll(pair.far, bytes.size()), bytes);
}

TEST(Connection, SilenceIsATimeout) {
  Pair pair = UnixPair();
  std::array<std::byte, 8> room;
  const auto got = pair.near.Receive(room, Deadline::In(kNow));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Code::kTimeout);
}

TEST(Connection, FinIsNotAReset) {
  Pair pair = TcpPair();
  pair.far.CloseWrite();
  std::array<std::byte, 8> room;
  const auto got = pair.near.Receive(room, Long());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Code::kClosed);
}

TEST(Connection, ResetIsNotAFin) {
  Pair pair = TcpPair();
  pair.far.Reset();
  std::array<std::byte, 8> room;
  const auto got = pair.near.Receive(room, Long());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Code::kIo);
  EXPECT_EQ(got.error().sys_errno, ECONNRESET);
}

TEST(Connection, SendingToNobodyRaisesNoSignal) {
  Pair pair = UnixPair();
  pair.far.Close();
  const Result<> sent = pair.near.Send(Fill(10, 1), Long());
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Code::kIo);
}

TEST(Connection, SendGivesUpAtItsDeadline) {
  Pair pair = UnixPair();
  const Result<> sent = pair.near.Send(Bytes(64 << 20), Deadline::In(Duration(50)));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Code::kTimeout);
}

// Both ends send more than all buffers hold before either receives.
TEST(Connection, TwoEndsWithFullBuffersDoNotWaitForEachOther) {
  Pair pair = UnixPair();
  const Bytes bytes = Pattern(16 << 20, 2);
  std::jthread other([&] {
    EXPECT_TRUE(pair.far.Send(bytes, Long()));
    EXPECT_EQ(ReceiveAll(pair.far, bytes.size()), bytes);
  });
  EXPECT_TRUE(pair.near.Send(bytes, Long()));
  EXPECT_EQ(ReceiveAll(pair.near, bytes.size()), bytes);
}

TEST(Connection, WhatCameBeforeTheEndIsHeardBeforeTheEnd) {
  Pair pair = UnixPair();
  ASSERT_TRUE(pair.far.Send(Fill(5, 7), Long()));
  pair.far.Close();
  EXPECT_EQ(ReceiveAll(pair.near, 5), Fill(5, 7));
  std::array<std::byte, 8> room;
  EXPECT_EQ(pair.near.Receive(room, Long()).error().code, Code::kClosed);
}

TEST(Connection, GoneIsNoticedWithoutReading) {
  Pair pair = TcpPair();
  ASSERT_TRUE(pair.far.Send(Fill(5, 7), Long()));
  EXPECT_EQ(pair.near.WaitUntilGone(Deadline::In(kNow)).error().code, Code::kTimeout);
  pair.far.Reset();
  EXPECT_TRUE(pair.near.WaitUntilGone(Long()));
}

TEST(Connection, AClosedConnectionIsTheCallersMistake) {
  Connection none;
  std::array<std::byte, 8> room;
  EXPECT_EQ(none.Receive(room, Long()).error().code, Code::kInvalidArgument);
  EXPECT_EQ(none.Send(room, Long()).error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace nvmf::conformance
