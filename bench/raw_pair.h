// RawPair moves the octets that a Shape's commands move, in messages of the same sizes, by plain
// send and recv: the ceiling that a QueuePair is measured against. Digests are not in it.
//
//   RawPair raw({.direction = Direction::kRead, .bytes = 4096}, Link::kSocketPair);
//   raw.Run();
//
// Threads   as QueuePair.
#ifndef NVMF_BENCH_RAW_PAIR_H_
#define NVMF_BENCH_RAW_PAIR_H_

#include <thread>
#include <vector>

#include "bench/queue_pair.h"
#include "bench/shape.h"

namespace nvmf::bench {

class RawPair {
 public:
  RawPair(const Shape& shape, Link link, int cpu = -1);
  ~RawPair();
  RawPair(const RawPair&) = delete;
  RawPair& operator=(const RawPair&) = delete;

  void Run();

  // What goes over the wire for all of the shape's commands: messages to the controller, each
  // answered by one to the host.
  struct Exchange {
    std::size_t to_controller;
    std::size_t to_host;
  };
  static std::vector<Exchange> ExchangesOf(const Shape& shape);

 private:
  void Serve(int cpu);

  const std::vector<Exchange> exchanges_;
  const Sockets sockets_;
  std::vector<std::byte> host_memory_;
  std::vector<std::byte> controller_memory_;
  std::thread controller_;
};

}  // namespace nvmf::bench

#endif  // NVMF_BENCH_RAW_PAIR_H_
