// Both ends of a connection joined by memory: what one promises the other must keep, however the
// octets between them are cut.
#include <gtest/gtest.h>

#include <tuple>

#include "nvmf/tcp/controller_connection.h"
#include "nvmf/tcp/host_connection.h"
#include "nvmf/testing/memory_link.h"
#include "nvmf/testing/pattern.h"

namespace nvmf::tcp {
namespace {

using testing::MemoryLink;
using testing::Pattern;

constexpr std::uint8_t kRead = 2, kWrite = 1;
constexpr std::uint32_t kCommands = 12;

// A controller that stores what is written, whole, and answers reads with it.
class Store {
 public:
  explicit Store(ControllerConnection& controller) : controller_(controller), buffers_(64) {}

  void Serve() {
    while (controller_.HasEvent()) {
      const Event event = controller_.NextEvent();
      const Sqe& sqe = controller_.sqe(event.tag);
      if (event.kind == Event::Kind::kData) {
        ASSERT_FALSE(event.data_error);
        ASSERT_TRUE(controller_.Respond(event.tag, Cqe{}));
      } else if (sqe.opc == kRead) {
        ASSERT_TRUE(controller_.SendData(event.tag, buffers_[sqe.cdw10], Cqe{}));
      } else if (!controller_.in_capsule(event.tag).empty()) {
        const ByteView data = controller_.in_capsule(event.tag);
        buffers_[sqe.cdw10].assign(data.begin(), data.end());
        ASSERT_TRUE(controller_.Respond(event.tag, Cqe{}));
      } else {
        buffers_[sqe.cdw10].resize(controller_.data_length(event.tag));
        ASSERT_TRUE(controller_.RequestData(event.tag, 0, buffers_[sqe.cdw10]));
      }
    }
  }

 private:
  ControllerConnection& controller_;
  std::vector<std::vector<std::byte>> buffers_;
};

struct Shape {
  bool header_digest, data_digest;
  std::uint8_t hpda, cpda;
  std::uint32_t maxr2t;
};

class ConnectionPairTest : public ::testing::TestWithParam<std::tuple<Shape, std::size_t>> {};

TEST_P(ConnectionPairTest, ManyWritesAndReadsAtOnceArriveWhole) {
  const auto& [shape, cut] = GetParam();
  HostConnection host({.header_digest = shape.header_digest,
                       .data_digest = shape.data_digest,
                       .hpda = shape.hpda,
                       .maxr2t = shape.maxr2t,
                       .entries = 64});
  ControllerConnection controller({.cpda = shape.cpda,
                                   .maxh2cdata = 4096,
                                   .max_c2h_data = 8192,
                                   .max_r2tl = 12288,
                                   .max_r2t = 4});
  controller.SetQueue(64, true, 8192);
  MemoryLink link(host, controller, cut);
  link.Run();
  ASSERT_TRUE(host.live());
  Store store(controller);
  const auto settle = [&] {
    while (link.Turn()) store.Serve();
  };
  std::vector<std::vector<std::byte>> written;
  for (std::uint32_t i = 0; i < kCommands; ++i) {
    written.push_back(Pattern(4 + i * 1600, i));
    ASSERT_TRUE(host.Submit(Sqe{.opc = kWrite, .cdw10 = i}, WriteFrom(written.back())));
  }
  settle();
  for (std::uint32_t i = 0; i < kCommands; ++i) {
    const auto cid = host.NextCompleted();
    ASSERT_TRUE(cid.has_value()) << (host.failed() ? host.failure().Message() : "stuck");
    EXPECT_TRUE(host.Take(*cid)->status().ok());
  }
  std::vector<std::vector<std::byte>> read(kCommands);
  for (std::uint32_t i = 0; i < kCommands; ++i) {
    read[i].resize(written[i].size());
    ASSERT_TRUE(host.Submit(Sqe{.opc = kRead, .cdw10 = i}, ReadInto(read[i])));
  }
  settle();
  while (const auto cid = host.NextCompleted()) EXPECT_TRUE(host.Take(*cid)->status().ok());
  EXPECT_EQ(read, written);
  EXPECT_EQ(host.outstanding(), 0U);
  EXPECT_EQ(controller.outstanding(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, ConnectionPairTest,
    ::testing::Combine(::testing::Values(Shape{false, false, 0, 0, 1}, Shape{true, false, 0, 0, 2},
                                         Shape{false, true, 2, 5, 1}, Shape{true, true, 31, 31, 8}),
                       ::testing::Values(0, 1, 7, 1460, 65536)));

}  // namespace
}  // namespace nvmf::tcp
