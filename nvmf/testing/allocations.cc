#include "nvmf/testing/allocations.h"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define NVMF_SANITIZED 1
#endif
#endif

namespace {

std::atomic<std::uint64_t> allocations{0};

void Count() { allocations.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

std::uint64_t nvmf::testing::Allocations() { return allocations.load(std::memory_order_relaxed); }

#ifdef NVMF_SANITIZED

#include <sanitizer/allocator_interface.h>

namespace {

// The sanitizers own operator new. They tell of each allocation, or of nearly each: what the
// wrapped functions count besides may count twice.
[[maybe_unused]] const int kHooked = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t) { Count(); }, [](const volatile void*) {});

}  // namespace

#else

namespace {

// aligned_alloc and malloc are wrapped below, which counts.
void* New(std::size_t size, std::size_t alignment) {
  const std::size_t whole = (size + alignment - 1) / alignment * alignment;
  void* const memory = alignment <= alignof(std::max_align_t)
                           ? std::malloc(size == 0 ? 1 : size)
                           : std::aligned_alloc(alignment, whole);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// NOLINTBEGIN(clang-analyzer-cplusplus.NewDelete): it sees new and delete, and not these bodies.
void* operator new(std::size_t size) { return New(size, 1); }
void* operator new[](std::size_t size) { return New(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return New(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return New(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
// NOLINTEND(clang-analyzer-cplusplus.NewDelete)

#endif

// The linker's names: __wrap_x is called for x, and __real_x is the x of the system. They are kept
// for calls that appear only once the optimizer of the whole program has made them.
extern "C" {

void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* memory, std::size_t size);
void* __real_aligned_alloc(std::size_t alignment, std::size_t size);
int __real_posix_memalign(void** memory, std::size_t alignment, std::size_t size);

[[gnu::used]] void* __wrap_malloc(std::size_t size) {
  Count();
  return __real_malloc(size);
}
[[gnu::used]] void* __wrap_calloc(std::size_t count, std::size_t size) {
  Count();
  return __real_calloc(count, size);
}
[[gnu::used]] void* __wrap_realloc(void* memory, std::size_t size) {
  Count();
  return __real_realloc(memory, size);
}
[[gnu::used]] void* __wrap_aligned_alloc(std::size_t alignment, std::size_t size) {
  Count();
  return __real_aligned_alloc(alignment, size);
}
[[gnu::used]] int __wrap_posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  Count();
  return __real_posix_memalign(memory, alignment, size);
}

}  // extern "C"
