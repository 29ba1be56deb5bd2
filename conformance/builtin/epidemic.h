// Epidemic is what the connections of one wrong controller have in common: how many it has lost
// for good, and the bell that ends them all.
//
//   if (epidemic.over()) return;            // some other connection's fate was all connections'
//   epidemic.Strike();
//
// Threads   any.
#ifndef CONFORMANCE_BUILTIN_EPIDEMIC_H_
#define CONFORMANCE_BUILTIN_EPIDEMIC_H_

#include <atomic>

#include "conformance/wire/connection.h"

namespace nvmf::conformance {

class Epidemic {
 public:
  Epidemic();

  // Strike ends all connections. bell_fd becomes readable by it, and stays so.
  void Strike() {
    struck_ = true;
    near_.CloseWrite();
  }
  bool over() const { return struck_; }
  int bell_fd() const { return far_.fd(); }

  void Leak() { ++leaked_; }
  unsigned leaked() const { return leaked_; }

 private:
  Connection near_;
  Connection far_;
  std::atomic<bool> struck_ = false;
  std::atomic<unsigned> leaked_ = 0;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_EPIDEMIC_H_
