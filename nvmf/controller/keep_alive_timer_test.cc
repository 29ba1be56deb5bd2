#include "nvmf/controller/keep_alive_timer.h"

#include "gtest/gtest.h"

namespace nvmf::controller {
namespace {

using std::chrono::milliseconds;
using TimePoint = KeepAliveTimer::TimePoint;

constexpr TimePoint kStart{};

TEST(KeepAliveTimer, RoundsUpToTheGranularity) {
  KeepAliveTimer timer(1000);
  for (const auto& [asked, got] : {std::pair{1u, 1000u},
                                   {1000u, 1000u},
                                   {1001u, 2000u},
                                   {12'345u, 13'000u},
                                   {0xFFFFFFFFu, 4'294'967'000u},
                                   {0u, 0u}}) {
    timer.SetTimeout(asked);
    EXPECT_EQ(timer.kato_ms(), got) << asked;
  }
}

TEST(KeepAliveTimer, DoesNotRunUntilStartedNorWithoutATimeout) {
  KeepAliveTimer timer(1000);
  timer.SetTimeout(5000);
  EXPECT_EQ(timer.expiry(), std::nullopt);
  EXPECT_FALSE(timer.Expired(kStart + milliseconds(1'000'000), false));
  timer.Start(kStart);
  EXPECT_EQ(timer.expiry(), kStart + milliseconds(5000));
  timer.SetTimeout(0);
  EXPECT_EQ(timer.expiry(), std::nullopt);
  EXPECT_FALSE(timer.Expired(kStart + milliseconds(1'000'000), false));
}

TEST(KeepAliveTimer, ExpiresAtTheTimeoutAndNotBefore) {
  KeepAliveTimer timer(1000);
  timer.SetTimeout(5000);
  timer.Start(kStart);
  EXPECT_FALSE(timer.Expired(kStart + milliseconds(4999), false));
  EXPECT_TRUE(timer.Expired(kStart + milliseconds(5000), false));
}

TEST(KeepAliveTimer, RestartBeginsThePeriodAnew) {
  KeepAliveTimer timer(1000);
  timer.SetTimeout(5000);
  timer.Restart(kStart);
  EXPECT_EQ(timer.expiry(), std::nullopt);
  timer.Start(kStart);
  timer.Restart(kStart + milliseconds(4000));
  EXPECT_FALSE(timer.Expired(kStart + milliseconds(8999), false));
  EXPECT_TRUE(timer.Expired(kStart + milliseconds(9000), false));
}

TEST(KeepAliveTimer, StartedLateItHasNoMoreThanItsPeriod) {
  KeepAliveTimer timer(1000);
  timer.SetTimeout(5000);
  const KeepAliveTimer::TimePoint now{};
  timer.StartLate(now, std::chrono::milliseconds(1200));
  EXPECT_EQ(timer.expiry(), now + std::chrono::milliseconds(1200));
  timer.StartLate(now, std::chrono::milliseconds(9000));
  EXPECT_EQ(timer.expiry(), now + std::chrono::milliseconds(5000));
  timer.Restart(now);
  EXPECT_EQ(timer.expiry(), now + std::chrono::milliseconds(5000));
}

TEST(KeepAliveTimer, TrafficInThePeriodCountsAtItsEnd) {
  KeepAliveTimer timer(1000);
  timer.SetTimeout(5000);
  timer.Start(kStart);
  EXPECT_FALSE(timer.Expired(kStart + milliseconds(5500), true));
  EXPECT_EQ(timer.expiry(), kStart + milliseconds(10'500));
  EXPECT_TRUE(timer.Expired(kStart + milliseconds(10'500), false));
}

TEST(KeepAliveTimer, StoppedItWaitsForNobody) {
  KeepAliveTimer timer(1000);
  timer.SetTimeout(5000);
  timer.Start(kStart);
  timer.Stop();
  EXPECT_FALSE(timer.Expired(kStart + milliseconds(6000), false));
}

}  // namespace
}  // namespace nvmf::controller
