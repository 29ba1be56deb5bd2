// Connection: one connected stream socket as a scripted peer sees it. Every wait has a deadline,
// and the three ways in which nothing more comes (FIN, RST, silence) stay apart.
//
//   Connection connection(fd);                                  // owns the descriptor
//   if (Result<> sent = connection.Send(bytes, deadline); !sent) ...
//   Result<std::size_t> n = connection.Receive(into, deadline);
//
// Errors    kTimeout: the deadline passed. kClosed: the peer's FIN (Receive). kIo: a reset or any
//           other error; sys_errno says which. Nothing raises SIGPIPE, EINTR is waited out.
// Threads   one at a time.
// Lifetime  owns its descriptor; move-only.
#ifndef CONFORMANCE_WIRE_CONNECTION_H_
#define CONFORMANCE_WIRE_CONNECTION_H_

#include <cstddef>
#include <utility>

#include "conformance/wire/deadline.h"
#include "conformance/wire/octets.h"
#include "nvmf/base/result.h"

namespace nvmf::conformance {

class Connection {
 public:
  Connection() = default;
  explicit Connection(int fd);
  ~Connection() { Close(); }
  Connection(Connection&& other) noexcept { *this = std::move(other); }
  Connection& operator=(Connection&& other) noexcept;

  bool open() const { return fd_ >= 0; }
  int fd() const { return fd_; }

  // Send sends all of `bytes`. While the peer takes nothing, what it says is kept for Receive, so
  // that two ends with full buffers do not wait for each other; see set_deaf.
  Result<> Send(ByteView bytes, Deadline deadline);

  // Receive returns how many octets it put at the front of `into`: at least one.
  Result<std::size_t> Receive(MutableBytes into, Deadline deadline);

  // WaitReadable waits until Receive has something to say, be it the end: kTimeout if not.
  Result<> WaitReadable(Deadline deadline);

  // WaitUntilGone waits, without reading, until the peer has gone altogether: kTimeout if it has
  // not. A FIN alone does not count while octets are unread.
  Result<> WaitUntilGone(Deadline deadline);

  // A deaf connection never reads while it sends: the receive window may close.
  void set_deaf(bool deaf) { deaf_ = deaf; }
  // ShrinkReceiveBuffer asks for the smallest receive buffer there is.
  void ShrinkReceiveBuffer();

  void CloseWrite();  // FIN.
  void Reset();       // RST where the socket knows one, and closed.
  void Close();

 private:
  enum class Wanted { kRead, kReadOrWrite, kWrite, kGone };
  Result<> Poll(Wanted wanted, Deadline deadline);
  bool Stash();  // Moves what is readable into kept_; false when nothing more will come.

  int fd_ = -1;
  bool deaf_ = false;
  bool ended_ = false;  // Stash met the end; Receive reports it once kept_ is empty.
  Bytes kept_;
  std::size_t kept_at_ = 0;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_WIRE_CONNECTION_H_
