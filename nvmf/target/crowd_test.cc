// Sixty-four queue pairs on as many threads against one target, while associations and namespaces
// come and go: distinct queue pairs share nothing that changes. For the thread sanitizer above all.
#include <thread>

#include "gtest/gtest.h"
#include "nvmf/target/host_for_test.h"

namespace nvmf::target {
namespace {

constexpr unsigned kHosts = 8;
constexpr unsigned kQueues = 8;            // Of each.
constexpr std::uint32_t kOwnBlocks = 128;  // Of each queue, nobody else's.
constexpr unsigned kRounds = 30;
constexpr unsigned kVisits = 40;
constexpr unsigned kChanges = 80;

// One transfer and what it is about, within the queue's own blocks.
struct Part {
  std::uint32_t at;
  std::uint32_t blocks;
  std::vector<std::byte> out{};
  std::vector<std::byte> in{};
};

// Writes parts that go in capsules and parts that are asked for, all outstanding at once, reads
// them back and compares them, here and there.
void Work(Fixture& fixture, Association& association, std::uint16_t qid, unsigned queue) {
  Result<HostQPair> connected =
      HostQPair::Connect(association, fixture.Dial(), {.qid = qid, .entries = 16});
  ASSERT_TRUE(connected) << connected.error().Message();
  HostQPair& io = *connected;
  const std::uint64_t first = std::uint64_t{queue} * kOwnBlocks;
  std::vector<Part> parts{{0, 1}, {1, 15}, {16, 17}, {33, 64}};
  const auto all = [&](auto submit) {
    for (Part& part : parts) ASSERT_TRUE(submit(part));
    ASSERT_TRUE(io.Submit(MakeFlush(1), kNoData));
    for (std::size_t i = 0; i <= parts.size(); ++i) {
      const auto done = io.WaitAny(Soon());
      ASSERT_TRUE(done) << done.error().Message();
      ASSERT_TRUE(done->status().ok()) << done->status().Text();
    }
  };
  for (unsigned round = 0; round < kRounds; ++round) {
    for (Part& part : parts) {
      part.out =
          Pattern(std::size_t{part.blocks} * kBlock, (queue * kRounds + round) * 128 + part.at);
      part.in.assign(part.out.size(), std::byte{0});
    }
    all([&](Part& part) {
      return io.Submit(MakeWrite(1, first + part.at, part.blocks), WriteFrom(part.out));
    });
    all([&](Part& part) {
      return io.Submit(MakeRead(1, first + part.at, part.blocks), ReadInto(part.in));
    });
    all([&](Part& part) {
      return io.Submit(MakeCompare(1, first + part.at, part.blocks), WriteFrom(part.in));
    });
    for (const Part& part : parts) ASSERT_EQ(part.in, part.out);
  }
}

AssociationParams ParamsOf(unsigned host) {
  AssociationParams params = HostParams();
  params.header_digest = host % 2 != 0;
  params.data_digest = host / 2 % 2 != 0;
  params.disable_flow_control = host / 4 % 2 != 0;
  params.maxr2t = 1 + host % 3;
  return params;
}

// Associations that come, look, and go: in order, or by just going.
void Visit(Fixture& fixture) {
  for (unsigned visit = 0; visit < kVisits; ++visit) {
    Host host(fixture, ParamsOf(visit));
    ASSERT_TRUE(host.controller);
    Result<HostQPair> io = host.TryIo();
    ASSERT_TRUE(io) << io.error().Message();
    ASSERT_TRUE(host.controller->ActiveNamespaces());
    std::vector<std::byte> data(kBlock);
    ASSERT_TRUE(io->Execute(MakeRead(2, 0, 1), ReadInto(data), Soon()));
    if (visit % 3 == 0) {
      ASSERT_TRUE(io->Execute(MakeDisconnect(), kNoData, Soon()));
    }
    if (visit % 2 == 0) {
      ASSERT_TRUE(host.controller->Shutdown());
    }
  }
}

void ChangeNamespaces(Subsystem& disk) {
  for (unsigned change = 0; change < kChanges; ++change) {
    const std::uint32_t nsid = disk.AddNamespace(MakeRamBackend(1 << 20));
    ASSERT_NE(nsid, 0U);
    ASSERT_NE(nsid, 1U);
    ASSERT_TRUE(disk.RemoveNamespace(nsid));
  }
}

TEST(Crowd, QueuePairsShareNothingThatChanges) {
  Fixture fixture;
  static_assert(std::uint64_t{kHosts} * kQueues * kOwnBlocks * kBlock <= kDiskBytes);
  std::vector<std::unique_ptr<Host>> hosts;
  std::vector<std::thread> threads;
  for (unsigned h = 0; h < kHosts; ++h) {
    hosts.push_back(std::make_unique<Host>(fixture, ParamsOf(h)));
    for (unsigned q = 0; q < kQueues; ++q) {
      threads.emplace_back(Work, std::ref(fixture), std::ref(hosts.back()->association),
                           static_cast<std::uint16_t>(q + 1), h * kQueues + q);
    }
    // Its owner goes on with the association that all those share.
    EXPECT_TRUE(hosts.back()->controller->IdentifyController());
  }
  threads.emplace_back(Visit, std::ref(fixture));
  threads.emplace_back(ChangeNamespaces, std::ref(*fixture.disk));
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(fixture.disk->namespaces()->size(), 1U);
}

}  // namespace
}  // namespace nvmf::target
