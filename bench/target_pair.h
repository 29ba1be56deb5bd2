// TargetPair is a host and the reference target with a namespace that keeps nothing, over loopback
// TCP, in one process.
//
//   TargetPair pair({.direction = Direction::kRead, .bytes = 4096, .depth = 32}, 4, 1);
//   pair.Run(0);                       // shape.depth commands on the first of 4 queue pairs
//
// Threads   one at a time per queue pair; the target has one for each, on CPU `cpu`.
#ifndef NVMF_BENCH_TARGET_PAIR_H_
#define NVMF_BENCH_TARGET_PAIR_H_

#include <optional>
#include <vector>

#include "bench/shape.h"
#include "nvmf/host/host_controller.h"
#include "nvmf/target/server.h"
#include "nvmf/target/target.h"

namespace nvmf::bench {

class TargetPair {
 public:
  TargetPair(const Shape& shape, std::uint16_t queues, int cpu = -1);
  ~TargetPair();

  void Run(std::size_t queue);
  std::size_t queues() const { return queues_.size(); }

 private:
  struct Queue {
    HostQPair qpair;
    std::vector<std::vector<std::byte>> memory;
  };
  std::unique_ptr<Stream> Dial() const;

  const Shape shape_;
  target::Target target_;
  target::Server server_;
  std::uint16_t port_ = 0;
  Association association_;
  std::optional<HostController> controller_;
  std::vector<Queue> queues_;
};

}  // namespace nvmf::bench

#endif  // NVMF_BENCH_TARGET_PAIR_H_
