// Stream is an ordered, reliable pipe of octets. Read and Write move what they can at once and may
// move 0; only Wait and Receive wait.
//
// Errors    kClosed: the peer ended it (Read) or will take no more (Write). kIo: it broke.
//           kTimeout: the deadline passed. A stream that said kClosed or kIo stays so.
// Threads   one at a time; Shutdown(), Attend() and Abandon() from any thread, while the stream
//           lives.
#ifndef NVMF_STREAM_STREAM_H_
#define NVMF_STREAM_STREAM_H_

#include <cstddef>

#include "nvmf/base/bytes.h"
#include "nvmf/base/result.h"
#include "nvmf/stream/deadline.h"

namespace nvmf {

class Bell;

struct Interest {
  bool read = false;
  bool write = false;
};

class Stream {
 public:
  virtual ~Stream() = default;

  // Read moves octets that are here into `into` (not empty) and returns how many.
  virtual Result<std::size_t> Read(const InputSpans& into) = 0;
  // Write moves octets of `from` out and returns how many.
  virtual Result<std::size_t> Write(OutputSpans from) = 0;
  // Wait returns when one of the interests can move, or the stream has ended.
  virtual Result<> Wait(Interest interest, Deadline deadline) = 0;

  // Receive is Read that waits for the first octet. Sockets do it in one system call.
  virtual Result<std::size_t> Receive(const InputSpans& into, Deadline deadline);

  // EndOutput tells the peer that nothing more comes (TCP: FIN). Reading goes on.
  virtual void EndOutput() {}

  // Shutdown ends the stream both ways, from any thread; whoever waits in it wakes with kClosed.
  virtual void Shutdown() { EndOutput(); }

  // Attend has the stream listen to `bell` (nullptr: to none): while that rings, a Receive that
  // waits returns kTimeout, if its caller heeds bells. It is noticed when the next wait begins, and
  // in a wait that began before after at most a second. Streams without a socket listen to none.
  virtual void Attend(Bell* bell) { static_cast<void>(bell); }
  // Heed says whether the Receives to come may end for a bell.
  virtual void Heed(bool heeds) { static_cast<void>(heeds); }

  // Abandon leaves the peer to another owner of the socket: nothing moves through this stream any
  // more (kClosed), and Shutdown and EndOutput do nothing.
  virtual void Abandon() {}

  // descriptor returns the socket under the stream, or -1. It stays the stream's.
  virtual int descriptor() const { return -1; }
};

}  // namespace nvmf

#endif  // NVMF_STREAM_STREAM_H_
