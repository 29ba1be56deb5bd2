// MemoryStream is a pair of Streams joined by memory: a wire without sockets, for tests, fuzzing
// and measuring the protocol alone.
//
//   auto [host, controller] = MemoryStream::Pair();
//
// Shapes    each direction holds at most `capacity` octets; a Write beyond it moves less.
// Errors    Wait never blocks: when nothing can move it returns kTimeout at once, for there is
//           nobody else to wait for. Destroying one end closes the other's input.
// Threads   both ends on one thread.
#ifndef NVMF_STREAM_MEMORY_STREAM_H_
#define NVMF_STREAM_MEMORY_STREAM_H_

#include <memory>
#include <utility>
#include <vector>

#include "nvmf/stream/stream.h"

namespace nvmf {

class MemoryStream final : public Stream {
 public:
  static constexpr std::size_t kDefaultCapacity = 256 * 1024;
  using Ends = std::pair<std::unique_ptr<MemoryStream>, std::unique_ptr<MemoryStream>>;

  static Ends Pair(std::size_t capacity = kDefaultCapacity);
  ~MemoryStream() override;

  Result<std::size_t> Read(const InputSpans& into) override;
  Result<std::size_t> Write(OutputSpans from) override;
  Result<> Wait(Interest interest, Deadline deadline) override;
  void EndOutput() override;

 private:
  struct Pipe {
    std::vector<std::byte> octets;
    std::size_t begin = 0;
    std::size_t capacity = 0;
    bool ended = false;
    std::size_t size() const { return octets.size() - begin; }
  };

  MemoryStream(std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out);

  std::shared_ptr<Pipe> in_;
  std::shared_ptr<Pipe> out_;
};

}  // namespace nvmf

#endif  // NVMF_STREAM_MEMORY_STREAM_H_
