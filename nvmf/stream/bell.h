// Bell wakes streams that wait: one ring reaches all that attend to it, and lasts until it is
// silenced.
//
//   Bell bell;
//   stream.Attend(&bell);      // from any thread
//   bell.Ring();               // a Receive that heeds it returns kTimeout
//
// Errors    valid() is false when descriptors have run out; then nobody is woken.
// Threads   any.
// Lifetime  outlives the streams that attend to it, or their attention (Attend(nullptr)).
#ifndef NVMF_STREAM_BELL_H_
#define NVMF_STREAM_BELL_H_

#include <condition_variable>
#include <mutex>

#include "nvmf/stream/deadline.h"
#include "nvmf/stream/descriptor.h"

namespace nvmf {

class Bell {
 public:
  Bell();

  bool valid() const { return event_.valid(); }
  void Ring();
  void Silence();
  // descriptor returns what is readable while the bell rings.
  int descriptor() const { return event_.get(); }

  // CountListener is a stream's word that from now on it hears the bell whenever it waits.
  // AwaitListeners returns once `count` have said so since ForgetListeners; false at the deadline.
  void CountListener();
  void ForgetListeners();
  bool AwaitListeners(std::size_t count, Deadline deadline);

 private:
  const Descriptor event_;
  std::mutex mutex_;
  std::condition_variable counted_;
  std::size_t listeners_ = 0;
};

}  // namespace nvmf

#endif  // NVMF_STREAM_BELL_H_
