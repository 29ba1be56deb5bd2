// PageMemory is octets aligned to pages, as direct file access wants them. They cost nothing until
// they are touched.
#ifndef NVMF_TARGET_PAGE_MEMORY_H_
#define NVMF_TARGET_PAGE_MEMORY_H_

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

#include "nvmf/base/bytes.h"

namespace nvmf::target {

inline constexpr std::size_t kPageBytes = 4096;

class PageMemory {
 public:
  explicit PageMemory(std::size_t octets)
      : size_(RoundUp(octets, kPageBytes)),
        memory_(static_cast<std::byte*>(std::aligned_alloc(kPageBytes, size_))) {
    if (memory_ == nullptr) throw std::bad_alloc();
  }

  MutableBytes bytes() const { return {memory_.get(), size_}; }

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };

  std::size_t size_;
  std::unique_ptr<std::byte[], Free> memory_;
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_PAGE_MEMORY_H_
