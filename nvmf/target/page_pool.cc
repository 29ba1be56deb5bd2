#include "nvmf/target/page_pool.h"

#include <cassert>

namespace nvmf::target {

PagePool::PagePool(std::size_t octets)
    : memory_(octets), taken_(memory_.bytes().size() / kPageBytes) {}

MutableBytes PagePool::Take(std::size_t octets) {
  assert(octets != 0);
  const std::size_t pages = RoundUp(octets, kPageBytes) / kPageBytes;
  std::size_t begin = 0;  // Of the free pages seen last.
  for (std::size_t at = 0; at < taken_.size();) {
    if (taken_[at] != 0) {
      at += taken_[at];
      begin = at;
    } else if (++at - begin == pages) {
      taken_[begin] = static_cast<std::uint32_t>(pages);
      return memory_.bytes().subspan(begin * kPageBytes, octets);
    }
  }
  return {};
}

void PagePool::Give(MutableBytes part) {
  const auto offset = static_cast<std::size_t>(part.data() - memory_.bytes().data());
  assert(offset % kPageBytes == 0 && taken_[offset / kPageBytes] != 0);
  taken_[offset / kPageBytes] = 0;
}

}  // namespace nvmf::target
