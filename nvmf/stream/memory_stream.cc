#include "nvmf/stream/memory_stream.h"

#include <algorithm>
#include <cstring>

namespace nvmf {

MemoryStream::Ends MemoryStream::Pair(std::size_t capacity) {
  auto a = std::make_shared<Pipe>();
  auto b = std::make_shared<Pipe>();
  a->capacity = b->capacity = capacity;
  a->octets.reserve(2 * capacity);
  b->octets.reserve(2 * capacity);
  return {std::unique_ptr<MemoryStream>(new MemoryStream(a, b)),
          std::unique_ptr<MemoryStream>(new MemoryStream(b, a))};
}

MemoryStream::MemoryStream(std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out)
    : in_(std::move(in)), out_(std::move(out)) {}

MemoryStream::~MemoryStream() {
  out_->ended = true;
  in_->ended = true;
}

Result<std::size_t> MemoryStream::Read(const InputSpans& into) {
  if (in_->size() == 0 && in_->ended) return Fail(Code::kClosed, "the peer closed the stream");
  std::size_t moved = 0;
  for (const MutableBytes span : {into.first, into.second}) {
    const std::size_t n = std::min(span.size(), in_->size());
    if (n == 0) continue;
    std::memcpy(span.data(), in_->octets.data() + in_->begin, n);
    in_->begin += n;
    moved += n;
  }
  if (in_->size() == 0) {
    in_->octets.clear();
    in_->begin = 0;
  }
  return moved;
}

Result<std::size_t> MemoryStream::Write(OutputSpans from) {
  if (out_->ended) return Fail(Code::kClosed, "the peer takes no more");
  if (out_->begin >= out_->capacity) {  // Keeps what is stored within what was reserved.
    out_->octets.erase(out_->octets.begin(),
                       out_->octets.begin() + static_cast<std::ptrdiff_t>(out_->begin));
    out_->begin = 0;
  }
  std::size_t moved = 0;
  for (const ByteView span : from) {
    const std::size_t n = std::min(span.size(), out_->capacity - out_->size());
    out_->octets.insert(out_->octets.end(), span.begin(),
                        span.begin() + static_cast<std::ptrdiff_t>(n));
    moved += n;
    if (n < span.size()) break;
  }
  return moved;
}

Result<> MemoryStream::Wait(Interest interest, Deadline) {
  if (interest.read && (in_->size() != 0 || in_->ended)) return {};
  if (interest.write && (out_->size() < out_->capacity || out_->ended)) return {};
  return Fail(Code::kTimeout, "nothing moves in memory while nobody moves it");
}

void MemoryStream::EndOutput() { out_->ended = true; }

}  // namespace nvmf
