#include "nvmf/host/keep_alive.h"

#include <sys/socket.h>

#include <thread>

#include "gtest/gtest.h"
#include "nvmf/controller_qpair.h"
#include "nvmf/stream/socket_stream.h"

namespace nvmf {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kKato{60'000};

Deadline Soon() { return Deadline::After(std::chrono::seconds(30)); }

// A controller that answers everything with success, and counts the Keep Alives.
class KeepAliveTest : public testing::Test {
 protected:
  explicit KeepAliveTest(milliseconds kato = kKato)
      : association_({.hostnqn = "nqn.2026-11.org.example:host",
                      .subnqn = "nqn.2026-11.org.example:disk",
                      .kato_ms = static_cast<std::uint32_t>(kato.count())}) {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    peer_ = std::thread([this, fd = ends[1]] { Serve(fd); });
    auto connected = HostController::Connect(association_, SocketStream::Adopt(ends[0]));
    EXPECT_TRUE(connected) << connected.error().Message();
    controller_.emplace(std::move(*connected));
  }
  ~KeepAliveTest() override { Count(); }

  // Count ends the association and returns how many Keep Alives there were.
  int Count() {
    controller_.reset();
    if (peer_.joinable()) peer_.join();
    return count_;
  }

  void Serve(int fd) {
    auto qpair = ControllerQPair::Accept(SocketStream::Adopt(fd), {}, Soon());
    ASSERT_TRUE(qpair);
    ASSERT_TRUE(qpair->AcceptConnect({.cntlid = 1}, Soon()));
    while (const Result<Capsule> capsule = qpair->Receive(Soon())) {
      const bool keep_alive = capsule->sqe.opc == MakeKeepAlive().opc;
      if (keep_alive) ++count_;
      if (keep_alive && silent_) continue;
      const Status status = keep_alive && refusing_ ? StatusCode::kInvalidOpcode : Status();
      ASSERT_TRUE(qpair->SendError(*capsule, status, Soon()));
    }
  }

  const KeepAlive::TimePoint now_ = Deadline::Clock::now();
  Association association_;
  std::atomic<bool> silent_ = false;
  std::atomic<bool> refusing_ = false;
  int count_ = 0;
  std::thread peer_;
  std::optional<HostController> controller_;
};

TEST_F(KeepAliveTest, IsSentEveryHalfOfKato) {
  KeepAlive alive(*controller_, {}, now_);
  EXPECT_EQ(alive.due().at(), now_ + kKato / 2);
  EXPECT_TRUE(alive.Tend(now_ + kKato / 2 - milliseconds(1)));
  EXPECT_TRUE(alive.Tend(now_ + kKato / 2));
  EXPECT_EQ(alive.due().at(), now_ + kKato);
  EXPECT_TRUE(alive.Tend(now_ + kKato));
  EXPECT_EQ(Count(), 2);
}

TEST_F(KeepAliveTest, TrafficDoesNotCountUnlessTheControllerSaysSo) {
  KeepAlive alive(*controller_, {}, now_);
  alive.NoteTraffic();
  EXPECT_TRUE(alive.Tend(now_ + kKato / 2));
  EXPECT_EQ(Count(), 1);
}

TEST_F(KeepAliveTest, TrafficTakesThePlaceOfOne) {
  KeepAlive alive(*controller_, {.traffic_counts = true}, now_);
  EXPECT_EQ(alive.due().at(), now_ + kKato / 4);
  alive.NoteTraffic();
  EXPECT_TRUE(alive.Tend(now_ + kKato / 4));
  EXPECT_TRUE(alive.Tend(now_ + kKato / 2));
  EXPECT_EQ(Count(), 1);
}

TEST_F(KeepAliveTest, ARefusalIsReported) {
  refusing_ = true;
  KeepAlive alive(*controller_, {}, now_);
  const Result<> kept = alive.Tend(now_ + kKato / 2);
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, Code::kRefused);
}

class ShortKeepAliveTest : public KeepAliveTest {
 protected:
  ShortKeepAliveTest() : KeepAliveTest(milliseconds(20)) {}
};

TEST_F(ShortKeepAliveTest, ASilentControllerIsGivenUpBeforeKatoHasPassed) {
  silent_ = true;
  KeepAlive alive(*controller_, {}, now_);
  const Result<> kept = alive.Tend(now_ + milliseconds(10));
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, Code::kTimeout);
}

class NoKeepAliveTest : public KeepAliveTest {
 protected:
  NoKeepAliveTest() : KeepAliveTest(milliseconds(0)) {}
};

TEST_F(NoKeepAliveTest, NothingIsSentWithoutKato) {
  KeepAlive alive(*controller_, {}, now_);
  EXPECT_TRUE(alive.due().never());
  EXPECT_TRUE(alive.Tend(now_ + std::chrono::hours(24)));
  EXPECT_EQ(Count(), 0);
}

}  // namespace
}  // namespace nvmf
