#include "nvmf/host/discovery_log.h"

#include <sys/socket.h>

#include <algorithm>
#include <thread>

#include "gtest/gtest.h"
#include "nvmf/controller_qpair.h"
#include "nvmf/stream/socket_stream.h"

namespace nvmf {
namespace {

constexpr std::uint64_t kRecords = 9;

Deadline Soon() { return Deadline::After(std::chrono::seconds(30)); }

// A controller whose discovery log changes as often as it is told to, while it is read.
class DiscoveryLogTest : public testing::Test {
 protected:
  ~DiscoveryLogTest() override {
    controller_.reset();
    if (peer_.joinable()) peer_.join();
  }

  Result<DiscoveryLog> ReadWhileItChanges(int times) {
    changes_ = times;
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    peer_ = std::thread([this, fd = ends[1]] { Serve(fd); });
    auto connected = HostController::Connect(association_, SocketStream::Adopt(ends[0]));
    if (!connected) return std::unexpected(connected.error());
    controller_.emplace(std::move(*connected));
    const Result<DiscoveryLog> log = ReadDiscoveryLog(*controller_);
    controller_.reset();
    peer_.join();
    return log;
  }

  void Serve(int fd) {
    auto qpair = ControllerQPair::Accept(SocketStream::Adopt(fd), {}, Soon());
    ASSERT_TRUE(qpair && qpair->AcceptConnect({.cntlid = 1}, Soon()));
    while (const Result<Capsule> capsule = qpair->Receive(Soon())) {
      std::vector<std::byte> page(qpair->data_length(*capsule));
      largest_ = std::max(largest_, page.size());
      if (page.size() == DiscoveryHeader::kSize && capsule->sqe.cdw12 == 0) {
        ++headers_;
        const DiscoveryHeader header{.genctr = genctr_, .numrec = kRecords};
        std::ranges::copy(Encode(header), page.begin());
      } else if (!page.empty() && changes_ > 0) {
        --changes_;
        ++genctr_;
      }
      ASSERT_TRUE(qpair->SendData(*capsule, page, Soon()));
    }
  }

  Association association_{
      {.hostnqn = "nqn.2026-11.org.example:host", .subnqn = std::string(kDiscoveryNqn)}};
  int changes_ = 0;
  std::uint64_t genctr_ = 100;
  int headers_ = 0;
  std::size_t largest_ = 0;
  std::thread peer_;
  std::optional<HostController> controller_;
};

TEST_F(DiscoveryLogTest, IsReadInPiecesThatEveryMdtsAllows) {
  const Result<DiscoveryLog> log = ReadWhileItChanges(0);
  ASSERT_TRUE(log) << log.error().Message();
  EXPECT_EQ(log->genctr, 100U);
  EXPECT_EQ(log->entries.size(), kRecords);
  EXPECT_EQ(headers_, 2) << "before and after the entries";
  EXPECT_LE(largest_, 4096U);
}

TEST_F(DiscoveryLogTest, IsReadAnewWhenItMoved) {
  const Result<DiscoveryLog> log = ReadWhileItChanges(5);
  ASSERT_TRUE(log) << log.error().Message();
  EXPECT_EQ(log->genctr, 105U);
  EXPECT_EQ(log->entries.size(), kRecords);
}

TEST_F(DiscoveryLogTest, IsGivenUpWhenItNeverRests) {
  const Result<DiscoveryLog> log = ReadWhileItChanges(1'000'000);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, Code::kBusy);
  EXPECT_EQ(headers_, 2 * kDiscoveryTries);
}

}  // namespace
}  // namespace nvmf
