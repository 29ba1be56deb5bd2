// In steady state a command allocates nothing, at either end, whatever its shape.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "nvmf/stream/memory_stream.h"
#include "nvmf/tcp/controller_connection.h"
#include "nvmf/tcp/host_connection.h"
#include "nvmf/tcp_transport/drive.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define NVMF_SANITIZED 1
#endif
#endif

namespace {

// Only the test's own thread runs while it counts.
std::size_t allocations = 0;

}  // namespace

#ifdef NVMF_SANITIZED

#include <sanitizer/allocator_interface.h>

namespace {

// The sanitizers own operator new; they tell of each allocation instead.
const int kHooked = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t) { ++allocations; }, [](const volatile void*) {});

}  // namespace

#else

namespace {

void* Allocate(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return Allocate(size); }
void* operator new[](std::size_t size) { return Allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

#endif

namespace nvmf {
namespace {

constexpr std::uint8_t kRead = 2, kWrite = 1;

struct Shape {
  const char* name;
  std::uint8_t opc;
  std::size_t bytes;
};

constexpr Shape kShapes[] = {{"no data", 0, 0},
                             {"read", kRead, 16384},
                             {"write in capsule", kWrite, 4096},
                             {"write by R2T", kWrite, 32768}};

class AllocationTest : public ::testing::TestWithParam<bool> {
 protected:
  AllocationTest()
      : host_({.header_digest = GetParam(), .data_digest = GetParam(), .entries = 32}),
        controller_({.maxh2cdata = 8192, .max_c2h_data = 8192, .max_r2tl = 16384}),
        buffers_(64, std::vector<std::byte>(32768)) {
    std::tie(a_, b_) = MemoryStream::Pair();
    while (!host_.live()) Turn();
    controller_.SetQueue(32, true, 8192);
  }

  void Turn() {
    (void)Step(host_, *a_, Deadline::Never());
    (void)Step(controller_, *b_, Deadline::Never());
    while (controller_.HasEvent()) Serve(controller_.NextEvent());
  }

  void Serve(const Event& event) {
    const Sqe& sqe = controller_.sqe(event.tag);
    const MutableBytes buffer = MutableBytes(buffers_[event.tag]).first(sqe.sgl1.length);
    if (sqe.opc == kRead) {
      ASSERT_TRUE(controller_.SendData(event.tag, buffer, Cqe{}));
    } else if (event.kind == Event::Kind::kCommand && sqe.opc == kWrite &&
               sqe.sgl1.type == Sgl::kTransport) {
      ASSERT_TRUE(controller_.RequestData(event.tag, 0, buffer));
    } else {
      ASSERT_TRUE(controller_.Respond(event.tag, Cqe{}));
    }
  }

  // Runs `batches` batches of eight commands of one shape.
  void Run(const Shape& shape, int batches) {
    for (int batch = 0; batch < batches; ++batch) {
      for (std::size_t i = 0; i < 8; ++i) {
        const MutableBytes buffer = MutableBytes(buffers_[32 + i]).first(shape.bytes);
        const Data data = shape.opc == kRead    ? ReadInto(buffer)
                          : shape.opc == kWrite ? WriteFrom(buffer)
                                                : kNoData;
        ASSERT_TRUE(host_.Submit(Sqe{.opc = shape.opc}, data));
      }
      while (host_.outstanding() != 0) Turn();
      while (const auto cid = host_.NextCompleted()) ASSERT_TRUE(host_.Take(*cid)->status().ok());
    }
  }

  tcp::HostConnection host_;
  tcp::ControllerConnection controller_;
  std::vector<std::vector<std::byte>> buffers_;
  std::unique_ptr<Stream> a_;
  std::unique_ptr<Stream> b_;
};

TEST_P(AllocationTest, ACommandAllocatesNothingOnceTheQueueIsWarm) {
  for (const Shape& shape : kShapes) Run(shape, 2);
  for (const Shape& shape : kShapes) {
    const std::size_t before = allocations;
    Run(shape, 20);
    EXPECT_EQ(allocations - before, 0U) << shape.name;
  }
}

TEST_P(AllocationTest, TheCounterCounts) {
  const std::size_t before = allocations;
  const auto something = std::make_unique<int>(1);
  asm volatile(""
               :
               : "g"(something.get())
               : "memory");  // An allocation that nobody sees is elided.
  EXPECT_GE(allocations - before, 1U);
}

INSTANTIATE_TEST_SUITE_P(Digests, AllocationTest, ::testing::Bool());

}  // namespace
}  // namespace nvmf
