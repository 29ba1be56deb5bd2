#include "conformance/trigger/triggered_host.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <memory>
#include <set>
#include <string>

namespace nvmf::conformance {
namespace {

constexpr Duration kLong = std::chrono::seconds(30);

std::unique_ptr<TriggeredHost> Host(const std::string& command) {
  auto host = TriggeredHost::Listen({.host = "127.0.0.1", .port = "0", .command = command});
  return host ? std::move(*host) : nullptr;
}

// A connection made by the shell itself, which then goes on.
const std::string kConnect = "exec bash -c 'exec 3<>/dev/tcp/$NVMF_TRADDR/$NVMF_TRSVCID; ";

TEST(TriggeredHostTest, ItsConnectionAndItsEndAreSeen) {
  const auto host = Host(kConnect + "echo said; read -r line <&3; echo got $line; exit 3'");
  ASSERT_TRUE(host->Start({}));
  const Result<int> fd = host->Accept(Deadline::In(kLong));
  ASSERT_TRUE(fd) << fd.error().Message();
  EXPECT_EQ(host->Finish(Deadline::In(Duration(0))).error().code, Code::kTimeout);
  ASSERT_EQ(write(*fd, "word\n", 5), 5);
  const Result<HostOutcome> outcome = host->Finish(Deadline::In(kLong));
  ASSERT_TRUE(outcome) << outcome.error().Message();
  EXPECT_FALSE(outcome->success);
  EXPECT_EQ(outcome->text, "exit status 3: got word");
  close(*fd);
}

TEST(TriggeredHostTest, DataGoToItAndComeBack) {
  const auto host = Host("cat \"$NVMF_DATA\" >\"$NVMF_READ\"");
  const Bytes data = Pattern(100'000, 5);
  ASSERT_TRUE(host->Start({.kind = HostErrand::Kind::kWrite, .data = data}));
  const Result<HostOutcome> outcome = host->Finish(Deadline::In(kLong));
  ASSERT_TRUE(outcome) << outcome.error().Message();
  EXPECT_TRUE(outcome->success) << outcome->text;
  EXPECT_EQ(outcome->data, data);
}

TEST(TriggeredHostTest, WhatIsWishedForStandsInItsEnvironment) {
  const auto host = Host("echo $NVMF_ERRAND $NVMF_COMMANDS $NVMF_BLOCKS $NVMF_HEADER_DIGEST");
  ASSERT_TRUE(host->Start(
      {.kind = HostErrand::Kind::kRead, .commands = 2, .blocks = 8, .header_digest = true}));
  const Result<HostOutcome> outcome = host->Finish(Deadline::In(kLong));
  ASSERT_TRUE(outcome) << outcome.error().Message();
  EXPECT_EQ(outcome->text, "exit status 0: read 2 8 1");
}

TEST(TriggeredHostTest, EachErrandHasASubsystemOfItsOwn) {
  const auto host = Host("exit 0");
  const auto other = Host("exit 0");
  std::set<std::string> names;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(host->Start({}));
    ASSERT_TRUE(other->Start({}));
    names.insert(host->subnqn());
    names.insert(other->subnqn());
  }
  EXPECT_EQ(names.size(), 6u);
}

TEST(TriggeredHostTest, Status89SaysThatItCannot) {
  const auto host = Host("exit 89");
  ASSERT_TRUE(host->Start({}));
  EXPECT_EQ(host->Accept(Deadline::In(kLong)).error().code, Code::kUnsupported);
  EXPECT_EQ(host->Finish(Deadline::In(kLong)).error().code, Code::kUnsupported);
}

TEST(TriggeredHostTest, AnEndWithoutAConnectionIsToldAtOnce) {
  const auto host = Host("exit 1");
  ASSERT_TRUE(host->Start({}));
  EXPECT_EQ(host->Accept(Deadline::In(kLong)).error().code, Code::kClosed);
}

TEST(TriggeredHostTest, StopEndsAllThatItStarted) {
  const auto host = Host(kConnect + "sleep 1000 & wait'");
  ASSERT_TRUE(host->Start({}));
  const Result<int> fd = host->Accept(Deadline::In(kLong));
  ASSERT_TRUE(fd) << fd.error().Message();
  host->Stop();
  pollfd ended{.fd = *fd, .events = POLLIN, .revents = 0};
  ASSERT_EQ(poll(&ended, 1, static_cast<int>(kLong.count())), 1);
  char octet = 0;
  EXPECT_EQ(read(*fd, &octet, 1), 0);  // Nobody holds the other end any more.
  close(*fd);
}

TEST(TriggeredHostTest, APortThatIsTakenIsAnError) {
  const auto host = Host("exit 0");
  const auto again = TriggeredHost::Listen(
      {.host = "127.0.0.1", .port = std::to_string(host->port()), .command = "exit 0"});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::kIo);
  EXPECT_FALSE(TriggeredHost::Listen({.host = "not an address", .port = "0", .command = ""}));
}

}  // namespace
}  // namespace nvmf::conformance
