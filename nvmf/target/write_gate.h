// WriteGate lets writers in together, or one compare-and-write alone.
//
//   const std::shared_lock writer(backend.gate());     // a write
//   const std::unique_lock alone(backend.gate());      // a comparison and the write it allows
//
// Shapes    as std::shared_mutex, but a stream of writers never keeps out who wants to be alone.
// Threads   any.
#ifndef NVMF_TARGET_WRITE_GATE_H_
#define NVMF_TARGET_WRITE_GATE_H_

#include <atomic>
#include <mutex>
#include <shared_mutex>

namespace nvmf::target {

class WriteGate {
 public:
  void lock_shared() {
    if (wanted_.load(std::memory_order_relaxed) != 0) const std::lock_guard behind(turn_);
    writers_.lock_shared();
  }
  void unlock_shared() { writers_.unlock_shared(); }

  void lock() {
    wanted_.fetch_add(1, std::memory_order_relaxed);
    turn_.lock();
    writers_.lock();
  }
  void unlock() {
    writers_.unlock();
    turn_.unlock();
    wanted_.fetch_sub(1, std::memory_order_relaxed);
  }

 private:
  std::atomic<int> wanted_{0};
  std::mutex turn_;  // Held by who is alone, or about to be.
  std::shared_mutex writers_;
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_WRITE_GATE_H_
