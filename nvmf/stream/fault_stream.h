// FaultStream passes a Stream through and breaks it at a chosen octet: for tests.
//
//   FaultStream stream(std::move(inner), {.fault = Fault::kReset, .at = 72});
//
// Shapes    `at` counts octets of one direction from the stream's beginning.
// Errors    as the fault says, from that octet on (kReset, kEnd, kSilence), or once (the others).
// Threads   as the inner stream.
#ifndef NVMF_STREAM_FAULT_STREAM_H_
#define NVMF_STREAM_FAULT_STREAM_H_

#include <cstdint>
#include <memory>

#include "nvmf/stream/stream.h"

namespace nvmf {

enum class Fault : std::uint8_t {
  kNone,
  kShort,    // A call that would pass the octet stops before it, and moves one octet next.
  kAgain,    // At the octet one call moves nothing.
  kReset,    // kIo, ECONNRESET.
  kEnd,      // End of stream.
  kSilence,  // Nothing moves any more; Wait ends at its deadline.
};

struct FaultPlan {
  Fault fault = Fault::kNone;
  bool on_write = false;  // Which direction, seen from this end.
  std::uint64_t at = 0;   // Octets that pass unharmed.
};

class FaultStream final : public Stream {
 public:
  FaultStream(std::unique_ptr<Stream> inner, const FaultPlan& plan)
      : inner_(std::move(inner)), plan_(plan) {}

  Result<std::size_t> Read(const InputSpans& into) override;
  Result<std::size_t> Write(OutputSpans from) override;
  Result<> Wait(Interest interest, Deadline deadline) override;
  void EndOutput() override { inner_->EndOutput(); }

  std::uint64_t read() const { return read_; }        // Octets that passed inwards.
  std::uint64_t written() const { return written_; }  // Octets that passed outwards.

 private:
  std::unique_ptr<Stream> inner_;
  FaultPlan plan_;
  bool spent_ = false;
  std::uint64_t read_ = 0;
  std::uint64_t written_ = 0;
};

}  // namespace nvmf

#endif  // NVMF_STREAM_FAULT_STREAM_H_
