// Capsule throughput: commands of several shapes between our host and our controller, two threads
// over a socketpair, each beside the raw loop that moves the same messages.
//
//   ./bazelw run --config=release //bench -- --benchmark_filter=capsule
//
// Unit: CPU time of both threads per command. Counters: commands per second of wall time.
#include <benchmark/benchmark.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>
#include <vector>

#include "nvmf/controller_qpair.h"
#include "nvmf/host_qpair.h"
#include "nvmf/stream/socket_stream.h"

namespace nvmf {
namespace {

constexpr std::uint8_t kRead = 2, kWrite = 1;
constexpr std::uint32_t kStop = 0xFFFFFFFF;

struct Shape {
  std::uint8_t opc = 0;
  std::size_t bytes = 0;
  bool digests = false;
  std::size_t depth = 1;
};

void Check(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "bench: %s\n", what);
  std::abort();
}

struct Sockets {
  Sockets() { Check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "socketpair"); }
  int ends[2];
};

void Serve(int fd, const Shape& shape) {
  auto qpair = ControllerQPair::Accept(SocketStream::Adopt(fd), {}, Deadline::Never());
  Check(qpair && qpair->AcceptConnect({.cntlid = 1}, Deadline::Never()), "accept");
  std::vector<std::vector<std::byte>> buffers(qpair->connect().entries() + 64,
                                              std::vector<std::byte>(shape.bytes));
  for (;;) {
    const Result<Event> event = qpair->Next(Deadline::Never());
    Check(event.has_value(), "next");
    const Sqe& sqe = qpair->sqe(event->tag);
    if (sqe.cdw10 == kStop) return;
    std::vector<std::byte>& buffer = buffers[event->tag];
    if (event->kind == Event::Kind::kCommand && sqe.opc == kWrite &&
        sqe.sgl1.type == Sgl::kTransport) {
      Check(qpair->RequestData(event->tag, 0, buffer).has_value(), "request");
      continue;
    }
    const ByteView data = sqe.opc == kRead ? ByteView(buffer) : ByteView();
    Check(qpair->QueueData(event->tag, data, Cqe{}).has_value(), "send");
    if (!qpair->ready()) Check(qpair->Flush(Deadline::Never()).has_value(), "flush");
  }
}

void BM_Capsule(benchmark::State& state, Shape shape) {
  Sockets sockets;
  std::thread controller([&] { Serve(sockets.ends[1], shape); });
  Association association({.hostnqn = "nqn.2026-11.org.example:h",
                           .subnqn = "nqn.2026-11.org.example:s",
                           .header_digest = shape.digests,
                           .data_digest = shape.digests});
  const auto entries = static_cast<std::uint16_t>(std::max<std::size_t>(shape.depth + 1, 32));
  auto qpair =
      HostQPair::Connect(association, SocketStream::Adopt(sockets.ends[0]), {.entries = entries});
  Check(qpair.has_value(), "connect");
  std::vector<std::vector<std::byte>> buffers(shape.depth, std::vector<std::byte>(shape.bytes));
  for (auto _ : state) {
    for (std::size_t i = 0; i < shape.depth; ++i) {
      const Data data = shape.opc == kRead    ? ReadInto(buffers[i])
                        : shape.opc == kWrite ? WriteFrom(buffers[i])
                                              : kNoData;
      Check(qpair->Submit(Sqe{.opc = shape.opc}, data).has_value(), "submit");
    }
    for (std::size_t i = 0; i < shape.depth; ++i) {
      Check(qpair->WaitAny(Deadline::Never()).has_value(), "wait");
    }
  }
  (void)qpair->Submit(Sqe{.cdw10 = kStop}, kNoData);
  (void)qpair->Flush(Deadline::Never());
  controller.join();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(shape.depth));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(shape.depth * shape.bytes));
}

void MoveAll(int fd, std::vector<std::byte>& buffer, std::size_t n, bool out) {
  for (std::size_t done = 0; done < n;) {
    const ssize_t moved = out ? send(fd, buffer.data() + done, n - done, MSG_NOSIGNAL)
                              : recv(fd, buffer.data() + done, n - done, 0);
    Check(moved > 0, "raw");
    done += static_cast<std::size_t>(moved);
  }
}

// The same messages by plain send and recv: request of `request` octets, answer of `answer`.
void BM_Raw(benchmark::State& state, std::size_t request, std::size_t answer) {
  Sockets sockets;
  std::vector<std::byte> host(std::max(request, answer)), controller(host);
  std::thread serving([&] {
    for (;;) {
      MoveAll(sockets.ends[1], controller, request, false);
      if (controller[0] == std::byte{1}) return;
      MoveAll(sockets.ends[1], controller, answer, true);
    }
  });
  for (auto _ : state) {
    MoveAll(sockets.ends[0], host, request, true);
    MoveAll(sockets.ends[0], host, answer, false);
  }
  host[0] = std::byte{1};
  MoveAll(sockets.ends[0], host, request, true);
  serving.join();
  close(sockets.ends[0]);
  close(sockets.ends[1]);
  state.SetItemsProcessed(state.iterations());
}

void Register(const char* name, const Shape& shape) {
  benchmark::RegisterBenchmark(name, BM_Capsule, shape)->MeasureProcessCPUTime()->UseRealTime();
}
void RegisterRaw(const char* name, std::size_t request, std::size_t answer) {
  benchmark::RegisterBenchmark(name, BM_Raw, request, answer)
      ->MeasureProcessCPUTime()
      ->UseRealTime();
}

const int kRegistered = [] {
  RegisterRaw("capsule/raw/72+24", 72, 24);
  Register("capsule/none/qd1", {});
  RegisterRaw("capsule/raw/read4K", 72, 24 + 4096 + 24);
  Register("capsule/read4K/qd1", {.opc = kRead, .bytes = 4096});
  RegisterRaw("capsule/raw/write4K", 72 + 4096, 24);
  Register("capsule/write4K/qd1", {.opc = kWrite, .bytes = 4096});
  RegisterRaw("capsule/raw/read128K", 72, 24 + 131072 + 24);
  Register("capsule/read128K/qd1", {.opc = kRead, .bytes = 131072});
  Register("capsule/read128K/qd1/digests", {.opc = kRead, .bytes = 131072, .digests = true});
  Register("capsule/write128K/qd1", {.opc = kWrite, .bytes = 131072});
  Register("capsule/none/qd32", {.depth = 32});
  Register("capsule/read4K/qd32", {.opc = kRead, .bytes = 4096, .depth = 32});
  Register("capsule/read4K/qd32/digests",
           {.opc = kRead, .bytes = 4096, .digests = true, .depth = 32});
  return 0;
}();

}  // namespace
}  // namespace nvmf
