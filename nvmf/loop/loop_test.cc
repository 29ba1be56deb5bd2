#include "nvmf/loop/loop.h"

#include <gtest/gtest.h>

#include <thread>

#include "nvmf/testing/pattern.h"

namespace nvmf {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Pattern;

Deadline Soon() { return Deadline::After(seconds(30)); }

class LoopTest : public ::testing::Test {
 protected:
  std::uint16_t Submit(const Data& data) {
    const auto cid = ends_.host->Submit(Sqe{.opc = 2}, data);
    EXPECT_TRUE(cid);
    return cid.value_or(0);
  }
  Tag Next() {
    const auto event = ends_.controller->Next(Soon());
    EXPECT_TRUE(event);
    return event ? event->tag : Tag{0};
  }

  LoopEnds ends_ = MakeLoop(4);
  std::vector<std::byte> page_ = Pattern(4096);
  std::vector<std::byte> room_ = std::vector<std::byte>(4096);
};

TEST_F(LoopTest, AReadCopiesTheControllersData) {
  const auto cid = Submit(ReadInto(room_));
  const Tag tag = Next();
  EXPECT_EQ(ends_.controller->data_length(tag), 4096U);
  ASSERT_TRUE(ends_.controller->SendData(tag, page_, Cqe{.dw0 = 9}));
  const auto done = ends_.host->Wait(cid, Soon());
  ASSERT_TRUE(done);
  EXPECT_EQ(done->cqe.dw0, 9U);
  EXPECT_EQ(done->cqe.sqhd, 1);
  EXPECT_EQ(done->bytes, 4096U);
  EXPECT_EQ(room_, page_);
}

TEST_F(LoopTest, AWriteIsFetchedInParts) {
  const auto cid = Submit(WriteFrom(page_));
  const Tag tag = Next();
  const MutableBytes room(room_);
  EXPECT_FALSE(ends_.controller->RequestData(tag, 4, room.first(4)));
  ASSERT_TRUE(ends_.controller->RequestData(tag, 0, room.first(4)));
  EXPECT_EQ(ends_.controller->Next(Soon())->kind, Event::Kind::kData);
  ASSERT_TRUE(ends_.controller->RequestData(tag, 4, room.subspan(4)));
  Next();
  ASSERT_TRUE(ends_.controller->SendData(tag, {}, Cqe{}));
  EXPECT_TRUE(ends_.host->Wait(cid, Soon())->status().ok());
  EXPECT_EQ(room_, page_);
}

TEST_F(LoopTest, AShortReadIsNotASuccess) {
  const auto cid = Submit(ReadInto(room_));
  ASSERT_TRUE(ends_.controller->SendData(Next(), ByteView(page_).first(512), Cqe{}));
  EXPECT_EQ(ends_.host->Wait(cid, Soon())->status().code(), StatusCode::kDataTransferError);
}

TEST_F(LoopTest, TheQueueHoldsOneLessThanItsEntries) {
  for (int i = 0; i < 3; ++i) Submit(kNoData);
  EXPECT_EQ(ends_.host->Submit(Sqe{}, kNoData).error().code, Code::kBusy);
}

TEST_F(LoopTest, CompletionsComeInTheirOrderAndOnce) {
  const auto a = Submit(kNoData);
  const auto b = Submit(kNoData);
  const Tag first = Next();
  ASSERT_TRUE(ends_.controller->SendData(Next(), {}, Cqe{}));
  ASSERT_TRUE(ends_.controller->SendData(first, {}, Cqe{}));
  EXPECT_EQ(ends_.host->WaitAny(Soon())->cqe.cid, b);
  EXPECT_EQ(ends_.host->WaitAny(Soon())->cqe.cid, a);
  EXPECT_EQ(ends_.host->Wait(a, Soon()).error().code, Code::kInvalidArgument);
}

TEST_F(LoopTest, EveryWaitEndsAtItsDeadline) {
  const auto cid = Submit(kNoData);
  EXPECT_EQ(ends_.host->Wait(cid, Deadline::After(milliseconds(1))).error().code, Code::kTimeout);
  Next();
  EXPECT_EQ(ends_.controller->Next(Deadline::After(milliseconds(1))).error().code, Code::kTimeout);
}

TEST_F(LoopTest, AnEndThatLeavesWakesTheOther) {
  std::thread waiting(
      [&] { EXPECT_EQ(ends_.controller->Next(Soon()).error().code, Code::kClosed); });
  ends_.host.reset();
  waiting.join();
}

TEST_F(LoopTest, TwoThreadsExchangeManyCommands) {
  constexpr int kCommands = 2000;
  std::thread serving([&] {
    for (int i = 0; i < kCommands; ++i) {
      ASSERT_TRUE(ends_.controller->SendData(Next(), page_, Cqe{}));
    }
  });
  for (int i = 0; i < kCommands; ++i) {
    const auto done = ends_.host->Wait(Submit(ReadInto(room_)), Soon());
    ASSERT_TRUE(done && done->status().ok());
  }
  serving.join();
  EXPECT_EQ(room_, page_);
}

}  // namespace
}  // namespace nvmf
