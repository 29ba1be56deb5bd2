// QueuePair is a host and a controller that answers whatever comes, on a thread of its own: what
// the benchmarks of the blocking API run commands on.
//
//   QueuePair pair({.direction = Direction::kRead, .bytes = 4096}, MakeStreams(Link::kTcp));
//   pair.Run();                        // shape.depth commands: submit them all, then wait for all
//
// Threads   one; it has another, which sleeps while no command is outstanding.
#ifndef NVMF_BENCH_QUEUE_PAIR_H_
#define NVMF_BENCH_QUEUE_PAIR_H_

#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "bench/shape.h"
#include "bench/sockets.h"
#include "nvmf/host_qpair.h"
#include "nvmf/loop/loop.h"
#include "nvmf/stream/stream.h"

namespace nvmf::bench {

struct StreamEnds {
  std::unique_ptr<Stream> host;
  std::unique_ptr<Stream> controller;
};
StreamEnds MakeStreams(Link link);

class QueuePair {
 public:
  // NVMe/TCP over two joined streams; the controller's thread is pinned to `cpu`.
  QueuePair(const Shape& shape, StreamEnds ends, int cpu = -1);
  QueuePair(const Shape& shape, LoopEnds ends, int cpu = -1);
  ~QueuePair();

  void Run();
  static std::uint16_t EntriesOf(const Shape& shape);

 private:
  AssociationParams Params() const;
  void Open(Result<HostQPair> connected);

  const Shape shape_;
  Association association_;
  std::thread controller_;
  std::optional<HostQPair> host_;
  std::vector<std::vector<std::byte>> memory_;
};

}  // namespace nvmf::bench

#endif  // NVMF_BENCH_QUEUE_PAIR_H_
