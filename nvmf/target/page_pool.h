// PagePool lends parts of a fixed memory and takes each back by itself: for data that hosts are
// asked for, many at a time.
//
//   MutableBytes data = pool.Take(octets);       // empty: no room until somebody gives back
//   ...
//   pool.Give(data);
//
// Shapes    a fixed number of pages; a part is pages in a row, first fit. A part of any size up to
//           the whole fits once the others are back.
// Errors    none. Only what Take lent may be given.
// Threads   one at a time.
#ifndef NVMF_TARGET_PAGE_POOL_H_
#define NVMF_TARGET_PAGE_POOL_H_

#include <cstdint>
#include <vector>

#include "nvmf/target/page_memory.h"

namespace nvmf::target {

class PagePool {
 public:
  explicit PagePool(std::size_t octets);

  // Take returns `octets` octets (not 0), as they are; an empty span when they are not there.
  MutableBytes Take(std::size_t octets);
  void Give(MutableBytes part);

 private:
  PageMemory memory_;
  std::vector<std::uint32_t> taken_;  // By page: how many a part that begins here has; 0: free.
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_PAGE_POOL_H_
