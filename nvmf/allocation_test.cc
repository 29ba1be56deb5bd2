// In steady state a command allocates nothing, at either end of a queue pair, whatever its shape.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <thread>

#include "nvmf/controller_qpair.h"
#include "nvmf/host_qpair.h"
#include "nvmf/stream/socket_stream.h"
#include "nvmf/testing/steady_state.h"

namespace nvmf {
namespace {

using testing::Allocations;

Deadline Soon() { return Deadline::After(std::chrono::seconds(60)); }

// Answers whatever comes.
void Serve(int fd) {
  auto qpair = ControllerQPair::Accept(SocketStream::Adopt(fd),
                                       {.maxh2cdata = testing::kTransferMaxH2CData,
                                        .max_c2h_data = testing::kTransferMaxC2HData,
                                        .max_r2tl = testing::kTransferMaxR2tl,
                                        .max_r2t = testing::kTransferMaxR2t},
                                       Soon());
  ASSERT_TRUE(qpair && qpair->AcceptConnect({.cntlid = 1}, Soon()));
  std::vector<std::byte> memory(testing::kTransferMost);
  while (const Result<Capsule> capsule = qpair->Receive(Soon())) {
    const MutableBytes part = MutableBytes(memory).first(qpair->data_length(*capsule));
    const Direction direction = DataDirection(capsule->sqe);
    if (direction == Direction::kToController) {
      ASSERT_TRUE(qpair->ReceiveData(*capsule, 0, part, Soon()));
    }
    const ByteView answer = direction == Direction::kToHost ? part : ByteView();
    ASSERT_TRUE(qpair->SendData(*capsule, answer, Soon()));
  }
}

class AllocationTest : public ::testing::TestWithParam<testing::Framing> {};

TEST_P(AllocationTest, ACommandAllocatesNothingOnceTheQueueIsWarm) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  std::thread controller([fd = ends[1]] { Serve(fd); });
  Association association({.hostnqn = "nqn.2026-11.org.example:host",
                           .subnqn = "nqn.2026-11.org.example:disk",
                           .header_digest = GetParam().header_digest,
                           .data_digest = GetParam().data_digest,
                           .disable_flow_control = !GetParam().flow_control,
                           .maxr2t = testing::kTransferMaxR2t});
  auto host = HostQPair::Connect(association, SocketStream::Adopt(ends[0]), {.entries = 64});
  EXPECT_TRUE(host) << host.error().Message();
  if (host) testing::ExpectSteadyState(*host, Soon);
  host = Fail(Code::kClosed, "the host leaves");
  controller.join();
}

INSTANTIATE_TEST_SUITE_P(Framings, AllocationTest, ::testing::ValuesIn(testing::kFramings));

// An allocation that nobody sees is elided.
std::uint64_t CountOf(auto allocate) {
  const std::uint64_t before = Allocations();
  const auto kept = allocate();
  asm volatile("" : : "g"(&kept) : "memory");
  return Allocations() - before;
}

TEST(Allocations, AreCountedHoweverTheyAreMade) {
  struct alignas(256) Wide {
    int value;
  };
  EXPECT_GE(CountOf([] { return std::make_unique<int>(1); }), 1U);
  EXPECT_GE(CountOf([] { return std::make_unique<int[]>(8); }), 1U);
  EXPECT_GE(CountOf([] { return std::make_unique<Wide>(); }), 1U);
  EXPECT_GE(CountOf([] { return std::string(100, 'x'); }), 1U);
  using Block = std::unique_ptr<void, decltype(&std::free)>;
  EXPECT_GE(CountOf([] { return Block(std::malloc(8), std::free); }), 1U);
  EXPECT_GE(CountOf([] { return Block(std::calloc(8, 8), std::free); }), 1U);
  EXPECT_GE(CountOf([] { return Block(std::aligned_alloc(4096, 4096), std::free); }), 1U);
}

}  // namespace
}  // namespace nvmf
