// Fused compare-and-write: all of it or nothing, and nobody in between.
#include <thread>

#include "gtest/gtest.h"
#include "nvmf/target/host_for_test.h"

namespace nvmf::target {
namespace {

Sqe First(Sqe sqe) {
  sqe.flags |= kFuseFirst;
  return sqe;
}

Sqe Second(Sqe sqe) {
  sqe.flags |= kFuseSecond;
  return sqe;
}

struct PairResult {
  StatusCode compare{};
  StatusCode write{};
  bool operator==(const PairResult&) const = default;
};

constexpr PairResult kDone{StatusCode::kSuccess, StatusCode::kSuccess};

// Submits both commands in a row and waits for both.
PairResult DoPair(HostQPair& io, const Sqe& first, const Data& expected, const Sqe& second,
                  const Data& data) {
  const auto one = io.Submit(first, expected);
  const auto two = io.Submit(second, data);
  EXPECT_TRUE(one && two);
  if (!one || !two) return {};
  const auto compared = io.Wait(*one, Soon());
  const auto written = io.Wait(*two, Soon());
  EXPECT_TRUE(compared && written);
  if (!compared || !written) return {};
  return {CodeOf(*compared), CodeOf(*written)};
}

PairResult Swap(HostQPair& io, std::uint64_t slba, ByteView expected, ByteView data) {
  const auto blocks = static_cast<std::uint32_t>(data.size() / kBlock);
  return DoPair(io, First(MakeCompare(1, slba, blocks)), WriteFrom(expected),
                Second(MakeWrite(1, slba, blocks)), WriteFrom(data));
}

std::vector<std::byte> ReadBack(HostQPair& io, std::uint64_t slba, std::size_t octets) {
  std::vector<std::byte> read(octets);
  const auto blocks = static_cast<std::uint32_t>(octets / kBlock);
  EXPECT_TRUE(Do(io, MakeRead(1, slba, blocks), ReadInto(read)).status().ok());
  return read;
}

class IoFused : public testing::Test {
 protected:
  Fixture fixture_;
  Host host_{fixture_};
  HostQPair io_ = host_.Io(1);
};

TEST_F(IoFused, IdentifyTellsOfCompareAndWrite) {
  const auto id = host_.controller->IdentifyController();
  ASSERT_TRUE(id);
  EXPECT_EQ(id->fuses, kFusesCompareAndWrite);
}

// In capsule, and by R2T.
TEST_F(IoFused, WritesWhereTheComparisonHolds) {
  for (const std::size_t octets : {std::size_t{512}, std::size_t{64 * 1024}}) {
    const std::vector<std::byte> zeros(octets);
    const auto data = Pattern(octets, 1);
    EXPECT_EQ(Swap(io_, 8, zeros, data), kDone);
    EXPECT_EQ(ReadBack(io_, 8, octets), data);
    EXPECT_EQ(Swap(io_, 8, data, zeros), kDone);
  }
}

TEST_F(IoFused, WritesNothingWhereItDoesNotHold) {
  for (const std::size_t octets : {std::size_t{512}, std::size_t{64 * 1024}}) {
    const auto other = Pattern(octets, 2);
    const PairResult failed{StatusCode::kCompareFailure, StatusCode::kAbortedFailedFused};
    EXPECT_EQ(Swap(io_, 8, other, other), failed);
    EXPECT_EQ(ReadBack(io_, 8, octets), std::vector<std::byte>(octets));
  }
}

TEST_F(IoFused, AFirstHalfWithoutASecondIsAborted) {
  const std::vector<std::byte> block(kBlock);
  const auto first = io_.Submit(First(MakeCompare(1, 0, 1)), WriteFrom(block));
  ASSERT_TRUE(first);
  EXPECT_TRUE(Do(io_, MakeFlush(1)).status().ok());
  const auto done = io_.Wait(*first, Soon());
  ASSERT_TRUE(done);
  EXPECT_EQ(CodeOf(*done), StatusCode::kAbortedMissingFused);
}

TEST_F(IoFused, ASecondHalfAloneIsAborted) {
  const std::vector<std::byte> block(kBlock, std::byte{7});
  const Completion done = Do(io_, Second(MakeWrite(1, 0, 1)), WriteFrom(block));
  EXPECT_EQ(CodeOf(done), StatusCode::kAbortedMissingFused);
  EXPECT_EQ(ReadBack(io_, 0, kBlock), std::vector<std::byte>(kBlock));
}

TEST_F(IoFused, OtherPairsAreRefused) {
  const std::vector<std::byte> two(2 * kBlock);
  const ByteView one = ByteView(two).first(kBlock);
  const PairResult refused{StatusCode::kInvalidField, StatusCode::kAbortedFailedFused};
  EXPECT_EQ(DoPair(io_, First(MakeCompare(1, 0, 1)), WriteFrom(one), Second(MakeWrite(1, 1, 1)),
                   WriteFrom(one)),
            refused);
  EXPECT_EQ(DoPair(io_, First(MakeCompare(1, 0, 1)), WriteFrom(one), Second(MakeWrite(1, 0, 2)),
                   WriteFrom(two)),
            refused);
  const std::vector<std::byte> large(64 * 1024 + kBlock);
  EXPECT_EQ(Swap(io_, 0, large, large), refused);
  EXPECT_EQ(DoPair(io_, First(MakeWrite(1, 0, 1)), WriteFrom(one), Second(MakeWrite(1, 0, 1)),
                   WriteFrom(one)),
            (PairResult{StatusCode::kInvalidField, StatusCode::kAbortedMissingFused}));
  EXPECT_EQ(DoPair(io_, First(MakeCompare(1, 0, 1)), WriteFrom(one), Second(MakeCompare(1, 0, 1)),
                   WriteFrom(one)),
            (PairResult{StatusCode::kAbortedMissingFused, StatusCode::kInvalidField}));
  Sqe both = MakeCompare(1, 0, 1);
  both.flags |= kFuseFirst | kFuseSecond;
  EXPECT_EQ(CodeOf(Do(io_, both, WriteFrom(one))), StatusCode::kInvalidField);
}

TEST_F(IoFused, AHalfThatCannotBeDoneAbortsTheOther) {
  const std::vector<std::byte> block(kBlock);
  EXPECT_EQ(Swap(io_, kDiskBytes / kBlock, block, block),
            (PairResult{StatusCode::kLbaOutOfRange, StatusCode::kAbortedFailedFused}));
}

// The memory that waiting halves want is there however much else is on its way.
TEST_F(IoFused, PairsAmongManyLargeWrites) {
  const std::vector<std::byte> zeros(64 * 1024);
  const auto large = Pattern(512 * 1024, 3);
  std::vector<std::uint16_t> cids;
  for (unsigned i = 0; i < 16; ++i) {
    const auto write = io_.Submit(MakeWrite(1, 2048 + i % 4 * 1024, 1024), WriteFrom(large));
    const auto one = io_.Submit(First(MakeCompare(1, 0, 128)), WriteFrom(zeros));
    const auto two = io_.Submit(Second(MakeWrite(1, 0, 128)), WriteFrom(zeros));
    ASSERT_TRUE(write && one && two);
    cids.insert(cids.end(), {*write, *one, *two});
  }
  for (const std::uint16_t cid : cids) {
    const auto done = io_.Wait(cid, Soon());
    ASSERT_TRUE(done) << done.error().Message();
    EXPECT_TRUE(done->status().ok()) << done->status().Text();
  }
}

TEST_F(IoFused, ADisconnectBreaksThePair) {
  const std::vector<std::byte> block(kBlock);
  const auto first = io_.Submit(First(MakeCompare(1, 0, 1)), WriteFrom(block));
  ASSERT_TRUE(first);
  Sqe disconnect = MakeDisconnect();
  EXPECT_TRUE(Do(io_, disconnect).status().ok());
  const auto done = io_.Wait(*first, Soon());
  ASSERT_TRUE(done);
  EXPECT_EQ(CodeOf(*done), StatusCode::kAbortedMissingFused);
}

// Counts up in one block from two queues by compare-and-write: no step is lost, because nobody
// writes between a comparison and its write.
TEST_F(IoFused, TwoQueuesNeverDoTheSameStep) {
  constexpr std::uint32_t kSteps = 2000;
  HostQPair other = host_.Io(2);
  const auto count_up = [](HostQPair& io) {
    std::uint32_t seen = 0;
    for (std::uint32_t done = 0; done < kSteps;) {
      std::vector<std::byte> before(kBlock);
      std::vector<std::byte> after(kBlock);
      StoreLittle(MutableBytes(before).first(4), seen);
      StoreLittle(MutableBytes(after).first(4), seen + 1);
      if (Swap(io, 0, before, after) == kDone) {
        ++done, ++seen;
      } else {
        seen = LoadLittle<std::uint32_t>(ByteView(ReadBack(io, 0, kBlock)).first(4));
      }
    }
  };
  std::thread elsewhere([&] { count_up(other); });
  count_up(io_);
  elsewhere.join();
  EXPECT_EQ(LoadLittle<std::uint32_t>(ByteView(ReadBack(io_, 0, kBlock)).first(4)), 2 * kSteps);
}

}  // namespace
}  // namespace nvmf::target
