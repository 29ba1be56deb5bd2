// Many hosts and queue pairs at once on one namespace: for the thread sanitizer above all.
#include <thread>

#include "gtest/gtest.h"
#include "nvmf/target/host_for_test.h"

namespace nvmf::target {
namespace {

constexpr unsigned kHosts = 4;
constexpr unsigned kQueues = 2;
constexpr unsigned kRounds = 40;

// Whole is all of one octet: a block that was torn would not be.
bool IsWhole(ByteView block) {
  return std::ranges::all_of(block, [&](std::byte b) { return b == block.front(); });
}

// Writes blocks of one octet each to where everybody writes, and reads them back whole.
void Work(HostQPair io, unsigned seed) {
  std::vector<std::byte> out(64 * kBlock);
  std::vector<std::byte> in(64 * kBlock);
  for (unsigned round = 0; round < kRounds; ++round) {
    std::ranges::fill(out, static_cast<std::byte>(seed * kRounds + round));
    const std::uint64_t slba = round % 4 * 32;
    const auto write = io.Submit(MakeWrite(1, slba, 64), WriteFrom(out));
    const auto small = io.Submit(MakeWrite(1, slba + 1, 2), WriteFrom(ByteView(out).first(1024)));
    const auto read = io.Submit(MakeRead(1, slba, 64), ReadInto(in));
    const auto flush = io.Submit(MakeFlush(1), kNoData);
    for (const auto& cid : {write, small, read, flush}) {
      ASSERT_TRUE(cid);
      const auto done = io.Wait(*cid, Soon());
      ASSERT_TRUE(done) << done.error().Message();
      ASSERT_TRUE(done->status().ok()) << done->status().Text();
    }
    for (std::size_t at = 0; at < in.size(); at += kBlock) {
      ASSERT_TRUE(IsWhole(ByteView(in).subspan(at, kBlock)));
    }
  }
}

TEST(Threads, ManyQueuesShareOneNamespace) {
  Fixture fixture;
  std::vector<std::unique_ptr<Host>> hosts;
  std::vector<std::thread> workers;
  for (unsigned h = 0; h < kHosts; ++h) {
    hosts.push_back(std::make_unique<Host>(fixture));
    for (unsigned q = 1; q <= kQueues; ++q) {
      workers.emplace_back(Work, hosts.back()->Io(static_cast<std::uint16_t>(q), 16),
                           h * kQueues + q);
    }
  }
  for (std::thread& worker : workers) worker.join();
}

// Hosts come and go while namespaces, ports and subsystems do.
TEST(Threads, EverythingChangesAtOnce) {
  Fixture fixture({.max_handshakes = 16});
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (unsigned h = 0; h < 3; ++h) {
    threads.emplace_back([&fixture, h] {
      for (int i = 0; i < 15; ++i) {
        Host host(fixture);
        if (!host.controller) return;
        Result<HostQPair> io = host.TryIo();
        ASSERT_TRUE(io) << io.error().Message();
        std::vector<std::byte> data(16 * kBlock);
        for (int n = 0; n < 5; ++n) {
          ASSERT_TRUE(io->Execute(MakeWrite(2 + h, 0, 16), WriteFrom(data), Soon()));
          ASSERT_TRUE(io->Execute(MakeRead(2 + h, 0, 16), ReadInto(data), Soon()));
        }
        if (i % 3 != 0) continue;
        ASSERT_TRUE(host.controller->Disable());
      }
    });
  }
  threads.emplace_back([&fixture] {
    for (int i = 0; i < 60; ++i) {
      const std::uint32_t nsid = fixture.disk->AddNamespace(MakeRamBackend(1 << 20));
      static_cast<void>(fixture.target->connections() + fixture.target->associations());
      fixture.target->AddPort({.traddr = "192.0.2.1"});
      ASSERT_TRUE(fixture.disk->RemoveNamespace(nsid));
    }
  });
  for (std::thread& thread : threads) thread.join();
}

TEST(Threads, StopWhileHostsWork) {
  for (int i = 0; i < 5; ++i) {
    Fixture fixture;
    std::vector<std::unique_ptr<Host>> hosts;
    std::vector<std::thread> workers;
    for (unsigned h = 0; h < 3; ++h) {
      hosts.push_back(std::make_unique<Host>(fixture));
      workers.emplace_back([io = hosts.back()->Io()]() mutable {
        std::vector<std::byte> data(64 * kBlock);
        while (io.Execute(MakeWrite(1, 0, 64), WriteFrom(data), Soon())) {
        }
      });
    }
    fixture.target->Stop();
    for (std::thread& worker : workers) worker.join();
  }
}

}  // namespace
}  // namespace nvmf::target
