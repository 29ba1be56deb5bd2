// Drive moves octets between a tcp::Connection and a Stream, both ways, until something is done.
// It is the only place in the library that waits for a peer.
//
// Two ends that both write into full socket buffers cannot deadlock: Drive reads while it writes.
#ifndef NVMF_TCP_TRANSPORT_DRIVE_H_
#define NVMF_TCP_TRANSPORT_DRIVE_H_

#include "nvmf/stream/stream.h"
#include "nvmf/tcp/connection.h"

namespace nvmf {

// Step moves what it can and waits at most once, for one or the other direction. It returns the
// connection's failure once a TermReq that was due has left, kTimeout at the deadline, or nothing.
Result<> Step(tcp::Connection& connection, Stream& stream, Deadline deadline);

// Drive steps until `done()`, a failure or the deadline. `done` is asked before anything moves.
Result<> Drive(tcp::Connection& connection, Stream& stream, Deadline deadline, auto&& done) {
  while (!done()) {
    if (Result<> step = Step(connection, stream, deadline); !step) return step;
  }
  return {};
}

// Finish is for the end of a queue: it lets a TermReq of ours leave, ends the output, and reads
// what the peer still sends, so that closing does not reset the connection before the peer has read
// it. Bounded: kTermDrain. It does nothing unless the peer broke the rules.
void Finish(tcp::Connection& connection, Stream& stream);

inline constexpr std::chrono::milliseconds kTermDrain{1000};

}  // namespace nvmf

#endif  // NVMF_TCP_TRANSPORT_DRIVE_H_
