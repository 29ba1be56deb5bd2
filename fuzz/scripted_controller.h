// ScriptedController is the far end of a Stream: our own controller's connection, answering admin
// commands as the fuzz input says. It moves whenever the host's end reads or writes; nobody waits.
#ifndef FUZZ_SCRIPTED_CONTROLLER_H_
#define FUZZ_SCRIPTED_CONTROLLER_H_

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>

#include "nvmf/stream/stream.h"
#include "nvmf/tcp/controller_connection.h"

namespace nvmf::fuzz {

class ScriptedController final : public Stream {
 public:
  // `answer` is told of each command, and answers it on the connection.
  using Answer = std::function<void(tcp::ControllerConnection&, Tag)>;
  ScriptedController(const tcp::ControllerParams& params, std::size_t cut, Answer answer)
      : controller_(params), cut_(cut), answer_(std::move(answer)) {}

  Result<std::size_t> Read(const InputSpans& into) override {
    if (controller_.failed() && !controller_.wants_output()) return Fail(Code::kClosed, "it left");
    std::size_t moved = 0;
    std::array<MutableBytes, 2> rooms{into.first, into.second};
    for (ByteView span : controller_.PendingOutput()) {
      for (MutableBytes& room : rooms) {
        const std::size_t n = std::min({span.size(), room.size(), cut_ - moved});
        if (n != 0) std::memcpy(room.data(), span.data(), n);
        span = span.subspan(n);
        room = room.subspan(n);
        moved += n;
      }
      if (!span.empty()) break;
    }
    if (moved != 0) controller_.CommitOutput(moved);
    return moved;
  }

  Result<std::size_t> Write(OutputSpans from) override {
    std::size_t moved = 0;
    for (ByteView span : from) {
      while (!span.empty() && !controller_.failed()) {
        const InputSpans space = controller_.InputSpace();
        const MutableBytes room = space.first.empty() ? space.second : space.first;
        const std::size_t n = std::min({span.size(), room.size(), cut_});
        std::memcpy(room.data(), span.data(), n);
        controller_.CommitInput(n);
        span = span.subspan(n);
        moved += n;
      }
    }
    while (controller_.HasEvent()) answer_(controller_, controller_.NextEvent().tag);
    if (controller_.failed()) return Fail(Code::kClosed, "it left");
    return moved;
  }

  Result<> Wait(Interest interest, Deadline) override {
    if (interest.write || controller_.wants_output() || controller_.failed()) return {};
    return Fail(Code::kTimeout, "nothing moves in memory while nobody moves it");
  }

 private:
  tcp::ControllerConnection controller_;
  std::size_t cut_;
  Answer answer_;
};

}  // namespace nvmf::fuzz

#endif  // FUZZ_SCRIPTED_CONTROLLER_H_
