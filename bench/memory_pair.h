// MemoryPair is a host and a controller joined by memory on one thread: the protocol alone, without
// a system call.
//
//   MemoryPair pair({.direction = Direction::kRead, .bytes = 4096});
//   pair.Run();                        // shape.depth commands, from Submit to Take
//
// Shapes    octets go from one end's output to the other's input by one copy.
// Threads   one.
#ifndef NVMF_BENCH_MEMORY_PAIR_H_
#define NVMF_BENCH_MEMORY_PAIR_H_

#include <cstdint>
#include <vector>

#include "bench/shape.h"
#include "nvmf/tcp/controller_connection.h"
#include "nvmf/tcp/host_connection.h"

namespace nvmf::bench {

class MemoryPair {
 public:
  // `copying` is called before and after each copy between the ends: by those who count the
  // protocol's instructions and not memcpy's.
  explicit MemoryPair(const Shape& shape, void (*copying)() = nullptr);

  void Run();
  std::uint64_t moved() const { return moved_; }  // Octets, both ways.

 private:
  bool Move(tcp::Connection& from, tcp::Connection& to);
  void Give(tcp::Connection& to, ByteView octets);
  void Serve();

  const Shape shape_;
  void (*const copying_)();
  tcp::HostConnection host_;
  tcp::ControllerConnection controller_;
  std::vector<std::vector<std::byte>> host_memory_;
  std::vector<std::vector<std::byte>> controller_memory_;
  std::uint64_t moved_ = 0;
};

}  // namespace nvmf::bench

#endif  // NVMF_BENCH_MEMORY_PAIR_H_
