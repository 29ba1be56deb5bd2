// GuestStream is the target's end of a wire whose other end is a guest: octets are cut as a Cutter
// likes, and where the target would wait, the rest of the scene goes on instead.
#ifndef FUZZ_SCENE_GUEST_STREAM_H_
#define FUZZ_SCENE_GUEST_STREAM_H_

#include "fuzz/harness/feed.h"
#include "fuzz/scene/guest.h"
#include "nvmf/stream/stream.h"

namespace nvmf::fuzz {

// Director makes the scene go on.
class Director {
 public:
  enum class Turn : std::uint8_t { kReady, kTick };
  virtual ~Director() = default;
  // Continue goes on until the guest of the stream in front has something to say or leaves
  // (kReady), or time passes (kTick).
  virtual Turn Continue(Guest& guest) = 0;
};

class GuestStream final : public Stream {
 public:
  GuestStream(Director& director, Guest& guest, std::uint8_t cut, std::size_t& window)
      : director_(director), guest_(guest), cutter_(cut), window_(window) {}

  Result<std::size_t> Read(const InputSpans& into) override {
    if (down_) return nvmf::Fail(Code::kClosed, "shut down");
    const OutputSpans output = guest_.Output();
    if (output.empty() && guest_.closed()) return nvmf::Fail(Code::kClosed, "the guest left");
    if (output.empty()) return 0;
    const ByteView front = output.front();
    const std::size_t cut = left_to_cut_ == 0 ? front.size() : cutter_.Next(front.size());
    const std::size_t n = std::min(cut, into.size());
    left_to_cut_ -= std::min(n, left_to_cut_);
    CopyIn(into, {reinterpret_cast<const std::uint8_t*>(front.data()), n});
    guest_.Left(n);
    return n;
  }
  Result<std::size_t> Write(OutputSpans from) override {
    if (down_ || guest_.closed()) return nvmf::Fail(Code::kClosed, "the guest left");
    std::size_t moved = 0;
    for (const ByteView span : from) {
      const std::size_t n = std::min(span.size(), window_);
      guest_.Hear(span.first(n));
      moved += n;
      window_ -= n;
      if (n < span.size()) break;
    }
    return moved;
  }
  Result<> Wait(Interest interest, Deadline) override {
    if (interest.write) window_ = Guest::kAnySize;
    if (interest.write || down_ || guest_.closed() || !guest_.Output().empty()) return {};
    guest_.Rested();
    if (director_.Continue(guest_) != Director::Turn::kTick) return {};
    return nvmf::Fail(Code::kTimeout, "time passes");
  }
  void EndOutput() override {}
  void Shutdown() override {
    down_ = true;
    guest_.Close();
  }

 private:
  Director& director_;
  Guest& guest_;
  Cutter cutter_;
  std::size_t& window_;
  bool down_ = false;
  std::size_t left_to_cut_ = 256;  // Octets: what comes later in pieces teaches nothing new.
};

}  // namespace nvmf::fuzz

#endif  // FUZZ_SCENE_GUEST_STREAM_H_
