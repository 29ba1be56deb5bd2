#include "nvmf/stream/fault_stream.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>

#include "nvmf/stream/memory_stream.h"

namespace nvmf {
namespace {

constexpr std::size_t kAt = 10;

class FaultStreamTest : public ::testing::Test {
 protected:
  // Break makes a stream that fails so at octet kAt of its input, with 100 octets waiting.
  void Break(Fault fault) {
    auto [a, b] = MemoryStream::Pair();
    const std::vector<std::byte> octets(100);
    const std::array<ByteView, 1> spans{octets};
    EXPECT_TRUE(b->Write(spans));
    peer_ = std::move(b);
    stream_ = std::make_unique<FaultStream>(std::move(a), FaultPlan{.fault = fault, .at = kAt});
  }
  Result<std::size_t> Read() { return stream_->Read({room_, {}}); }

  std::unique_ptr<Stream> peer_;
  std::unique_ptr<FaultStream> stream_;
  std::array<std::byte, 100> room_{};
};

TEST_F(FaultStreamTest, AShortReadStopsAtTheOctetThenMovesOne) {
  Break(Fault::kShort);
  EXPECT_EQ(Read().value(), kAt);
  EXPECT_EQ(Read().value(), 1U);
  EXPECT_EQ(Read().value(), 100 - kAt - 1);
}

TEST_F(FaultStreamTest, AnAgainMovesNothingOnce) {
  Break(Fault::kAgain);
  EXPECT_EQ(Read().value(), kAt);
  EXPECT_EQ(Read().value(), 0U);
  EXPECT_EQ(Read().value(), 100 - kAt);
}

TEST_F(FaultStreamTest, AResetStays) {
  Break(Fault::kReset);
  EXPECT_EQ(Read().value(), kAt);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(Read().error().sys_errno, ECONNRESET);
}

TEST_F(FaultStreamTest, AnEndStays) {
  Break(Fault::kEnd);
  EXPECT_EQ(Read().value(), kAt);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(Read().error().code, Code::kClosed);
}

TEST_F(FaultStreamTest, SilenceMovesNothingAndEndsEveryWait) {
  Break(Fault::kSilence);
  EXPECT_EQ(Read().value(), kAt);
  EXPECT_EQ(Read().value(), 0U);
  EXPECT_EQ(stream_->Wait({.read = true}, Deadline::Never()).error().code, Code::kTimeout);
}

TEST_F(FaultStreamTest, WritesBreakTheSameWay) {
  auto [a, b] = MemoryStream::Pair();
  FaultStream stream(std::move(a), {.fault = Fault::kReset, .on_write = true, .at = kAt});
  const std::array<ByteView, 2> spans{ByteView(room_).first(6), ByteView(room_).subspan(6)};
  EXPECT_EQ(stream.Write(spans).value(), kAt);
  EXPECT_EQ(stream.Write(spans).error().sys_errno, ECONNRESET);
}

}  // namespace
}  // namespace nvmf
