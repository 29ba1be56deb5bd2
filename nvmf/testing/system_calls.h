// SystemCalls stands between the code under test and the kernel: it breaks the socket calls of one
// descriptor at a chosen octet, below everything that the library does about it, and it stops the
// clock.
//
//   SystemCalls calls;                               // on the host's thread
//   calls.Break(fd, peer, {.fault = CallFault::kInterrupt, .on_write = false, .at = 72});
//   ... a session ...
//   calls.Mend();
//
// Shapes    a test that links this has recv, recvmsg, send, sendmsg, poll and the steady clock
//           wrapped by the linker; descriptors that are not broken behave as ever. What the test's
//           framework says of elapsed time is that clock's.
// Units     octets of one direction of one descriptor, from its beginning.
// Errors    a real wait that outlasts every patience aborts the test.
// Threads   one SystemCalls at a time, made by the thread that plays the host. Each thread has a
//           clock of its own. It stands still but for waits in silence, which skip what they were
//           to last.
#ifndef NVMF_TESTING_SYSTEM_CALLS_H_
#define NVMF_TESTING_SYSTEM_CALLS_H_

#include <cstdint>

namespace nvmf::testing {

enum class CallFault : std::uint8_t {
  kNone,
  kShort,      // A call stops before the octet, and the next moves one.
  kInterrupt,  // EINTR of one call that begins at the octet, and of one poll there.
  kAgain,      // EAGAIN of one call.
  kReset,      // ECONNRESET from the octet on.
  kEnd,        // End of stream, or EPIPE.
  kSilence,    // Nothing passes any more, and nobody says so.
};

struct CallBreak {
  CallFault fault = CallFault::kNone;
  bool on_write = false;
  std::uint64_t at = 0;     // Octets that pass unharmed.
  std::uint64_t every = 0;  // kShort, kInterrupt, kAgain: again that many octets on; 0: once.
};

class SystemCalls {
 public:
  SystemCalls();
  ~SystemCalls();
  SystemCalls(const SystemCalls&) = delete;
  SystemCalls& operator=(const SystemCalls&) = delete;

  // Break counts the octets of `fd` and breaks it. `peer` is its other end: a host that waits there
  // while the controller waits in silence without a deadline waits in silence as well.
  void Break(int fd, int peer, const CallBreak& plan);
  // Mend ends it. To be called when nobody uses the descriptor any more.
  void Mend();

  std::uint64_t read() const;     // Octets that passed inwards since Break.
  std::uint64_t written() const;  // Outwards.
  std::uint64_t strikes() const;  // Octets at which the fault was met.
};

// OpenDescriptors returns how many descriptors the process has.
std::size_t OpenDescriptors();

}  // namespace nvmf::testing

#endif  // NVMF_TESTING_SYSTEM_CALLS_H_
