#include "nvmf/stream/stream.h"

namespace nvmf {

Result<std::size_t> Stream::Receive(const InputSpans& into, Deadline deadline) {
  for (;;) {
    const Result<std::size_t> read = Read(into);
    if (!read || *read != 0) return read;
    if (Result<> ready = Wait({.read = true}, deadline); !ready) {
      return std::unexpected(ready.error());
    }
  }
}

}  // namespace nvmf
