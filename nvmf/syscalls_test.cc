// At queue depth 1 a command costs each side one send and one receive call.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <thread>

#include "nvmf/controller_qpair.h"
#include "nvmf/host_qpair.h"
#include "nvmf/testing/counting_stream.h"

namespace nvmf {
namespace {

using std::chrono::seconds;
using testing::Calls;
using testing::CountingStream;

constexpr int kExchanges = 50;

struct Shape {
  const char* name;
  std::uint8_t opc;
  std::size_t bytes;
  int messages;  // Of each side: an R2T adds an answer and the data.
};

class SyscallsTest : public ::testing::TestWithParam<Shape> {};

TEST_P(SyscallsTest, OneSendAndOneReceiveASideAndPduExchange) {
  const Shape shape = GetParam();
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  Calls host_calls, controller_calls;
  const auto wait = [] { return Deadline::After(seconds(30)); };
  std::vector<std::byte> data(shape.bytes);
  std::thread controller([&, fd = ends[1]] {
    auto qpair = ControllerQPair::Accept(std::make_unique<CountingStream>(fd, &controller_calls),
                                         {}, wait());
    ASSERT_TRUE(qpair);
    ASSERT_TRUE(qpair->AcceptConnect({.cntlid = 1}, wait()));
    controller_calls = {};
    std::vector<std::byte> room(shape.bytes);
    for (int i = 0; i < kExchanges; ++i) {
      const auto capsule = qpair->Receive(wait());
      ASSERT_TRUE(capsule);
      if (shape.opc == 1) {
        ASSERT_TRUE(qpair->ReceiveData(*capsule, 0, room, wait()));
      }
      const ByteView answer = shape.opc == 2 ? ByteView(room) : ByteView();
      ASSERT_TRUE(qpair->SendData(*capsule, answer, wait()));
    }
  });
  Association association(
      {.hostnqn = "nqn.2026-11.org.example:h", .subnqn = "nqn.2026-11.org.example:s"});
  auto qpair =
      HostQPair::Connect(association, std::make_unique<CountingStream>(ends[0], &host_calls), {});
  ASSERT_TRUE(qpair);
  host_calls = {};
  for (int i = 0; i < kExchanges; ++i) {
    const Data buffer = shape.opc == 1   ? WriteFrom(data)
                        : shape.opc == 2 ? ReadInto(data)
                                         : kNoData;
    const auto done = qpair->Execute(Sqe{.opc = shape.opc}, buffer, wait());
    ASSERT_TRUE(done && done->status().ok());
  }
  controller.join();
  for (const Calls& calls : {host_calls, controller_calls}) {
    EXPECT_EQ(calls.send, kExchanges * shape.messages);
    EXPECT_EQ(calls.receive, kExchanges * shape.messages);
    EXPECT_EQ(calls.wait, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, SyscallsTest,
                         ::testing::Values(Shape{"NoData", 0, 0, 1}, Shape{"Read4K", 2, 4096, 1},
                                           Shape{"WriteInCapsule4K", 1, 4096, 1},
                                           Shape{"WriteByR2T12K", 1, 12288, 2}),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace nvmf
