// Many commands at a time on one I/O queue: order, memory, and hosts that do not read.
#include <deque>
#include <map>

#include "gtest/gtest.h"
#include "nvmf/target/host_for_test.h"

namespace nvmf::target {
namespace {

// All are asked for together, and memory for all of them is not there.
TEST(IoQueue, MoreWritesThanMemoryAreServedInTurn) {
  Fixture fixture({.mdts_bytes = 128 * 1024, .write_buffer_bytes = 256 * 1024});
  Host host(fixture);
  HostQPair io = host.Io(1, 64);
  std::deque<std::vector<std::byte>> data;
  for (unsigned i = 0; i < 30; ++i) {
    const std::uint32_t blocks = i % 3 == 0 ? 256 : 20 + i;
    data.push_back(Pattern(blocks * kBlock, i));
    ASSERT_TRUE(io.Submit(MakeWrite(1, i * 256, blocks), WriteFrom(data.back())));
  }
  for (unsigned i = 0; i < 30; ++i) {
    const auto done = io.WaitAny(Soon());
    ASSERT_TRUE(done) << done.error().Message();
    EXPECT_TRUE(done->status().ok()) << done->status().Text();
  }
  for (unsigned i = 0; i < 30; ++i) {
    std::vector<std::byte> read(data[i].size());
    const auto blocks = static_cast<std::uint32_t>(read.size() / kBlock);
    EXPECT_TRUE(Do(io, MakeRead(1, i * 256, blocks), ReadInto(read)).status().ok());
    EXPECT_EQ(read, data[i]) << i;
  }
}

// More data leave than the queue has memory for and the socket takes.
TEST(IoQueue, MoreReadsThanMemoryAreServedInTurn) {
  Fixture fixture({.mdts_bytes = 256 * 1024});
  Host host(fixture);
  HostQPair io = host.Io(1, 128);
  const auto pattern = Pattern(kDiskBytes, 1);
  for (std::uint64_t at = 0; at < kDiskBytes; at += 256 * 1024) {
    const ByteView part = ByteView(pattern).subspan(at, 256 * 1024);
    ASSERT_TRUE(Do(io, MakeWrite(1, at / kBlock, 512), WriteFrom(part)).status().ok());
  }
  std::map<std::uint16_t, std::pair<std::uint64_t, std::vector<std::byte>>> reads;
  for (unsigned i = 0; i < 100; ++i) {
    const std::uint64_t at = (i * 40'960ull) % (kDiskBytes - 256 * 1024) / kBlock * kBlock;
    std::vector<std::byte> room(i % 2 == 0 ? 256 * 1024 : 4096);
    const auto blocks = static_cast<std::uint32_t>(room.size() / kBlock);
    const auto cid = io.Submit(MakeRead(1, at / kBlock, blocks), ReadInto(room));
    ASSERT_TRUE(cid);
    reads[*cid] = {at, std::move(room)};
  }
  // The target cannot send it all before we read.
  ASSERT_TRUE(io.Flush(Soon()));
  for (int i = 0; i < 100; ++i) {
    const auto done = io.WaitAny(Soon());
    ASSERT_TRUE(done);
    EXPECT_TRUE(done->status().ok());
  }
  for (const auto& [cid, read] : reads) {
    const ByteView expected = ByteView(pattern).subspan(read.first, read.second.size());
    EXPECT_TRUE(std::ranges::equal(read.second, expected));
  }
}

TEST(IoQueue, ReadsAndWritesMix) {
  Fixture fixture({.mdts_bytes = 64 * 1024, .write_buffer_bytes = 64 * 1024});
  Host host(fixture);
  HostQPair io = host.Io(1, 256);
  const auto data = Pattern(64 * 1024, 4);
  std::vector<std::byte> sink(64 * 1024);
  for (unsigned i = 0; i < 200; ++i) {
    const std::uint32_t blocks = 1 + i % 128;
    const ByteView part = ByteView(data).first(blocks * kBlock);
    const Sqe sqe = i % 2 == 0 ? MakeWrite(1, 128, blocks) : MakeRead(1, 1024, blocks);
    const MutableBytes room = MutableBytes(sink).first(part.size());
    const Data moved = i % 2 == 0 ? WriteFrom(part) : ReadInto(room);
    ASSERT_TRUE(io.Submit(sqe, moved));
  }
  for (int i = 0; i < 200; ++i) {
    const auto done = io.WaitAny(Soon());
    ASSERT_TRUE(done);
    EXPECT_TRUE(done->status().ok()) << done->status().Text();
  }
}

// Stops reading for good: the target gives it up after its stall time, and others are served.
TEST(IoQueue, AHostThatDoesNotReadIsGivenUp) {
  Fixture fixture({.stall_timeout = std::chrono::milliseconds(50)});
  Host host(fixture);
  HostQPair stalled = host.Io(1);
  HostQPair healthy = host.Io(2);
  std::vector<std::byte> sink(1 << 20);
  for (int i = 0; i < 64; ++i) {
    ASSERT_TRUE(stalled.Submit(MakeRead(1, 0, 2048), ReadInto(sink)));
  }
  ASSERT_TRUE(stalled.Flush(Soon()));
  const Events::Event ended = fixture.events.Await(TargetEvent::Kind::kQueueEnded);
  EXPECT_EQ(ended.qid, 1u);
  EXPECT_EQ(ended.code, Code::kTimeout);
  EXPECT_TRUE(Do(healthy, MakeFlush(1)).status().ok());
}

// A namespace that shrinks while data for it are on their way is not written past its end.
TEST(IoQueue, DataForANamespaceThatWentAwayAreDropped) {
  Fixture fixture;
  Host host(fixture);
  HostQPair io = host.Io(1);
  const auto data = Pattern(512 * 1024, 1);
  for (int i = 0; i < 20; ++i) {
    const auto write = io.Submit(MakeWrite(1, 4096, 1024), WriteFrom(data));
    ASSERT_TRUE(write);
    ASSERT_TRUE(io.Flush(Soon()));
    EXPECT_TRUE(fixture.disk->RemoveNamespace(1));
    EXPECT_EQ(fixture.disk->AddNamespace(MakeRamBackend(1 << 20)), 1u);
    const auto done = io.Wait(*write, Soon());
    ASSERT_TRUE(done);
    EXPECT_FALSE(done->status().ok());
    EXPECT_TRUE(fixture.disk->RemoveNamespace(1));
    EXPECT_EQ(fixture.disk->AddNamespace(MakeRamBackend(kDiskBytes)), 1u);
  }
}

}  // namespace
}  // namespace nvmf::target
