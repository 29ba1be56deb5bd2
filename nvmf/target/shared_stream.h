// SharedStream lets somebody besides a stream's owner end it: the owner's handle on a stream that
// another keeps as well.
//
// Threads   as Stream: one at a time, but Shutdown() from any thread.
// Lifetime  the stream closes when the last of its keepers lets go.
#ifndef NVMF_TARGET_SHARED_STREAM_H_
#define NVMF_TARGET_SHARED_STREAM_H_

#include <memory>
#include <utility>

#include "nvmf/stream/stream.h"

namespace nvmf::target {

class SharedStream final : public Stream {
 public:
  explicit SharedStream(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}

  Result<std::size_t> Read(const InputSpans& into) override { return stream_->Read(into); }
  Result<std::size_t> Write(OutputSpans from) override { return stream_->Write(from); }
  Result<> Wait(Interest interest, Deadline deadline) override {
    return stream_->Wait(interest, deadline);
  }
  Result<std::size_t> Receive(const InputSpans& into, Deadline deadline) override {
    return stream_->Receive(into, deadline);
  }
  void EndOutput() override { stream_->EndOutput(); }
  void Shutdown() override { stream_->Shutdown(); }
  void Attend(Bell* bell) override { stream_->Attend(bell); }
  void Heed(bool heeds) override { stream_->Heed(heeds); }
  void Abandon() override { stream_->Abandon(); }
  int descriptor() const override { return stream_->descriptor(); }

 private:
  const std::shared_ptr<Stream> stream_;
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_SHARED_STREAM_H_
