#include "nvmf/target/cntlid_pool.h"

#include "gtest/gtest.h"

namespace nvmf::target {
namespace {

using std::chrono::seconds;

constexpr CntlidPool::TimePoint kNow{seconds(1000)};

TEST(CntlidPool, GivesIdsInTurn) {
  CntlidPool pool(5, 7, seconds(0));
  EXPECT_EQ(pool.Take(kNow), 5);
  pool.Give(5, kNow);
  EXPECT_EQ(pool.Take(kNow), 6);
  EXPECT_EQ(pool.Take(kNow), 7);
  EXPECT_EQ(pool.Take(kNow), 5);
  EXPECT_EQ(pool.Take(kNow), std::nullopt);
}

TEST(CntlidPool, AnIdRestsBeforeItIsGivenAgain) {
  CntlidPool pool(1, 2, seconds(10));
  EXPECT_EQ(pool.Take(kNow), 1);
  EXPECT_EQ(pool.Take(kNow), 2);
  pool.Give(2, kNow);
  pool.Give(1, kNow + seconds(1));
  EXPECT_EQ(pool.Take(kNow + seconds(9)), std::nullopt);
  EXPECT_EQ(pool.Take(kNow + seconds(10)), 2);
  EXPECT_EQ(pool.Take(kNow + seconds(10)), std::nullopt);
  EXPECT_EQ(pool.Take(kNow + seconds(11)), 1);
}

TEST(CntlidPool, OneIsTakenByName) {
  CntlidPool pool(1, 3, seconds(10));
  EXPECT_TRUE(pool.TakeThis(2));
  EXPECT_FALSE(pool.TakeThis(2));
  EXPECT_FALSE(pool.TakeThis(0));
  EXPECT_FALSE(pool.TakeThis(4));
  EXPECT_EQ(pool.Take(kNow), 1);
  EXPECT_EQ(pool.Take(kNow), 3);
  pool.Give(2, kNow);
  EXPECT_TRUE(pool.TakeThis(2));
}

TEST(CntlidPool, WhatWasNotTakenIsNotGiven) {
  CntlidPool pool(1, 1, seconds(10));
  pool.Give(1, kNow);
  EXPECT_EQ(pool.Take(kNow), 1);
}

}  // namespace
}  // namespace nvmf::target
