// Steady state allocates nothing, on either side.
#include <cstdlib>
#include <new>

#include "gtest/gtest.h"
#include "nvmf/target/host_for_test.h"

// Sanitizers bring allocators of their own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NVMF_COUNTS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define NVMF_COUNTS 0
#endif
#endif
#ifndef NVMF_COUNTS
#define NVMF_COUNTS 1
#endif

namespace {

std::atomic<std::uint64_t> allocations{0};

#if NVMF_COUNTS
void* Allocate(std::size_t octets, std::size_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* memory = nullptr;
  if (posix_memalign(&memory, std::max(alignment, sizeof(void*)), octets) != 0) std::abort();
  return memory;
}
#endif

}  // namespace

#if NVMF_COUNTS
void* operator new(std::size_t octets) { return Allocate(octets, 16); }
void* operator new[](std::size_t octets) { return Allocate(octets, 16); }
void* operator new(std::size_t octets, std::align_val_t alignment) {
  return Allocate(octets, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
// NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDelete): it sees new and delete, and not these bodies.
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
#endif

namespace nvmf::target {
namespace {

// One round of every kind of transfer, 16 of them outstanding at a time.
void Round(HostQPair& io, std::vector<std::byte>& data) {
  for (int i = 0; i < 16; ++i) {
    const std::uint32_t blocks = i % 4 == 0 ? 256 : 8;  // By R2T, and in capsule.
    const MutableBytes part = MutableBytes(data).first(blocks * kBlock);
    const Sqe sqe = i % 2 == 0 ? MakeWrite(1, 0, blocks) : MakeRead(1, 0, blocks);
    ASSERT_TRUE(io.Submit(sqe, i % 2 == 0 ? WriteFrom(part) : ReadInto(part)));
  }
  for (int i = 0; i < 16; ++i) {
    const auto done = io.WaitAny(Soon());
    ASSERT_TRUE(done && done->status().ok());
  }
}

TEST(SteadyState, AllocatesNothing) {
  if (!NVMF_COUNTS) GTEST_SKIP() << "a sanitizer allocates for itself";
  Fixture fixture({.write_buffer_bytes = 1 << 20});
  Host host(fixture);
  HostQPair io = host.Io(1, 32);
  std::vector<std::byte> data(256 * kBlock);
  for (int i = 0; i < 20; ++i) Round(io, data);  // Every slot has its in-capsule memory by now.
  const std::uint64_t before = allocations.load();
  EXPECT_GT(before, 0u);
  for (int i = 0; i < 50; ++i) Round(io, data);
  EXPECT_EQ(allocations.load(), before);
}

}  // namespace
}  // namespace nvmf::target
