// Sockets and CPUs for benchmarks of two ends.
#ifndef NVMF_BENCH_SOCKETS_H_
#define NVMF_BENCH_SOCKETS_H_

#include <cstdint>

namespace nvmf::bench {

enum class Link : std::uint8_t { kSocketPair, kTcp };

// Sockets are two connected ones; over loopback for kTcp, without Nagle's delay.
struct Sockets {
  int host = -1;
  int controller = -1;
};
Sockets MakeSockets(Link link);

// ConnectLoopback connects to a port of 127.0.0.1.
int ConnectLoopback(std::uint16_t port);

// PinTo keeps the calling thread, and threads it makes later, on one of the CPUs that the process
// may use, by their order; -1 lets it go.
void PinTo(int nth);
int Cores();  // How many there are.

}  // namespace nvmf::bench

#endif  // NVMF_BENCH_SOCKETS_H_
