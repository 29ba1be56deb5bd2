// A target changes its owner while hosts use it.
#include "nvmf/target/takeover.h"

#include <fcntl.h>

#include <atomic>
#include <thread>

#include "gtest/gtest.h"
#include "nvmf/target/host_for_test.h"
#include "nvmf/target/takeover_message.h"

namespace nvmf::target {
namespace {

using std::chrono::milliseconds;

struct Channels {
  Channels() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    owner.emplace(Descriptor(ends[0]));
    successor.emplace(Descriptor(ends[1]));
  }
  std::optional<DescriptorChannel> owner, successor;
};

// Owners is a target that goes from one owner to the next. Its first is the fixture's.
class TakeoverTest : public testing::Test {
 protected:
  TakeoverTest() : first_(std::make_unique<Server>(*fixture_.target)) {
    EXPECT_TRUE(first_->Start());
  }
  Server& server() { return taken_ ? *taken_->server : *first_; }
  Target& target() { return server().target(); }

  Result<Given> Give(DescriptorChannel& channel) {
    return GiveTarget(channel, server(), -1, limits_, reason_);
  }
  // TakeOver has another target, in this process, take all.
  void TakeOver() {
    Channels channels;
    Result<Taken> taken = Fail(Code::kClosed, "");
    std::string reason;
    std::thread successor([&] { taken = TakeTarget(*channels.successor, {}, limits_, reason); });
    const Result<Given> given = Give(*channels.owner);
    successor.join();
    ASSERT_TRUE(given) << given.error().Message() << reason_;
    ASSERT_TRUE(taken) << taken.error().Message() << reason;
    EXPECT_EQ(given->queues, taken->queues);
    EXPECT_TRUE(taken->server->Start());
    taken_ = std::make_unique<Taken>(std::move(*taken));
  }

  TakeoverLimits limits_{};
  std::string reason_;
  Fixture fixture_;
  std::unique_ptr<Server> first_;
  std::unique_ptr<Taken> taken_;
};

AssociationParams WithDigests() {
  AssociationParams params = HostParams();
  params.header_digest = params.data_digest = true;
  return params;
}

void WriteAndReadBack(HostQPair& io, std::uint64_t slba, std::uint32_t blocks, unsigned seed) {
  auto data = Pattern(blocks * kBlock, seed);
  EXPECT_TRUE(Do(io, MakeWrite(1, slba, blocks), WriteFrom(data)).status().ok());
  std::vector<std::byte> back(data.size());
  EXPECT_TRUE(Do(io, MakeRead(1, slba, blocks), ReadInto(back)).status().ok());
  EXPECT_EQ(back, data);
}

TEST_F(TakeoverTest, AnIdleAssociationGoesOn) {
  Host host(fixture_, WithDigests());
  HostQPair io = host.Io();
  WriteAndReadBack(io, 0, 8, 1);
  host.controller->SetNumberOfQueues(3);
  for (int i = 0; i < 2; ++i) {
    TakeOver();
    std::vector<std::byte> kept(8 * kBlock);
    EXPECT_TRUE(Do(io, MakeRead(1, 0, 8), ReadInto(kept)).status().ok());
    EXPECT_EQ(kept, Pattern(8 * kBlock, 1));
    WriteAndReadBack(io, 100, 8, 2);     // In capsule,
    WriteAndReadBack(io, 1000, 200, 3);  // by R2T.
    EXPECT_TRUE(host.controller->KeepAlive());
    EXPECT_TRUE(host.controller->IdentifyNamespace(1));
    EXPECT_EQ(target().associations(), 1U);
  }
}

}  // namespace
}  // namespace nvmf::target
