// A target that goes from one owner in this process to the next, for tests.
#ifndef NVMF_TARGET_TAKEOVER_FOR_TEST_H_
#define NVMF_TARGET_TAKEOVER_FOR_TEST_H_

#include <sys/socket.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "nvmf/target/host_for_test.h"
#include "nvmf/target/takeover.h"
#include "nvmf/target/target_parts.h"

namespace nvmf::target {

struct Channels {
  Channels() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    owner.emplace(Descriptor(ends[0]));
    successor.emplace(Descriptor(ends[1]));
  }
  std::optional<DescriptorChannel> owner, successor;
};

// The first owner is the fixture's target.
class TakeoverTest : public testing::Test {
 protected:
  explicit TakeoverTest(TargetOptions options = {})
      : fixture_(std::move(options)), first_(std::make_unique<Server>(*fixture_.target)) {
    EXPECT_TRUE(first_->Start());
  }

  Server& server() { return taken_ ? *taken_->server : *first_; }
  Target& target() { return server().target(); }
  std::shared_ptr<Subsystem> disk() { return target().parts().directory.FindSubsystem(kDiskNqn); }

  // TakeOver has another target take all.
  void TakeOver() {
    Channels channels;
    Result<Taken> taken = Fail(Code::kClosed, "");
    std::string reason;
    std::thread successor([&] {
      taken = TakeTarget(
          *channels.successor, [this](const TargetEvent& event) { later_.Add(event); }, limits_,
          reason);
    });
    const Result<Given> given = GiveTarget(*channels.owner, server(), -1, limits_, reason_);
    successor.join();
    ASSERT_TRUE(given) << given.error().Message() << reason_;
    ASSERT_TRUE(taken) << taken.error().Message() << reason;
    EXPECT_EQ(given->queues, taken->queues);
    EXPECT_TRUE(taken->server->Start());
    auto owner = std::make_unique<Taken>(std::move(*taken));
    taken_.swap(owner);
  }

  TakeoverLimits limits_{};
  std::string reason_;
  Events later_;  // Of all owners but the first.
  Fixture fixture_;
  std::unique_ptr<Server> first_;
  std::unique_ptr<Taken> taken_;
};

inline AssociationParams WithDigests() {
  AssociationParams params = HostParams();
  params.header_digest = params.data_digest = true;
  return params;
}

inline void WriteAndReadBack(HostQPair& io, std::uint64_t slba, std::uint32_t blocks,
                             unsigned seed) {
  const auto data = Pattern(blocks * kBlock, seed);
  EXPECT_TRUE(Do(io, MakeWrite(1, slba, blocks), WriteFrom(data)).status().ok());
  std::vector<std::byte> back(data.size());
  EXPECT_TRUE(Do(io, MakeRead(1, slba, blocks), ReadInto(back)).status().ok());
  EXPECT_EQ(back, data);
}

}  // namespace nvmf::target

#endif  // NVMF_TARGET_TAKEOVER_FOR_TEST_H_
