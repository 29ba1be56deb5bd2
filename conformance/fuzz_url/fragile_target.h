// FragileTarget: a controller on loopback that dies of a certain PDU, for the fuzzer's tests. When
// it dies it closes its listener and every connection; Restart brings it back on the same port.
//
//   FragileTarget target([](ByteView pdu) { return pdu[2] == std::byte{73}; });
//   TcpDut dut(target.url());
//
// Threads   one for each connection, and one that accepts.
#ifndef CONFORMANCE_FUZZ_URL_FRAGILE_TARGET_H_
#define CONFORMANCE_FUZZ_URL_FRAGILE_TARGET_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "conformance/suite/url.h"
#include "conformance/wire/connection.h"
#include "conformance/wire/octets.h"

namespace nvmf::conformance {

class FragileTarget {
 public:
  using Deadly = std::function<bool(ByteView pdu)>;
  explicit FragileTarget(Deadly deadly);
  ~FragileTarget();

  Url url() const;
  void Restart();
  unsigned deaths() const { return deaths_; }

 private:
  void Listen();
  void AcceptAll();
  void Serve(int fd);
  void Die();
  void EndAll();

  const Deadly deadly_;
  std::uint16_t port_ = 0;
  Connection listener_;
  std::atomic<bool> dead_ = false;
  std::atomic<unsigned> deaths_ = 0;
  std::mutex mutex_;
  std::vector<int> open_;  // Descriptors of connections being served.
  std::vector<std::jthread> serving_;
  std::jthread accepting_;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_FUZZ_URL_FRAGILE_TARGET_H_
