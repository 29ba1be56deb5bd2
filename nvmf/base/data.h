// Data is the buffer that goes with a command: none, memory to read into, or memory to write from.
//
//   qpair.Execute(Read(1, 0, 8), ReadInto(buffer));
//
// Shapes    one contiguous span.
// Lifetime  the memory is borrowed until the command's completion has been taken.
#ifndef NVMF_BASE_DATA_H_
#define NVMF_BASE_DATA_H_

#include "nvmf/base/bytes.h"

namespace nvmf {

struct Data {
  MutableBytes into{};  // Data to the host.
  ByteView from{};      // Data to the controller.
  std::size_t size() const { return into.empty() ? from.size() : into.size(); }
};

inline constexpr Data kNoData{};
inline Data ReadInto(MutableBytes into) { return {.into = into, .from = {}}; }
inline Data WriteFrom(ByteView from) { return {.into = {}, .from = from}; }

}  // namespace nvmf

#endif  // NVMF_BASE_DATA_H_
