// SocketStream is a Stream over a connected stream socket that the caller made.
//
//   auto stream = SocketStream::Adopt(fd);     // fd is the stream's from here on
//
// Shapes    any connected SOCK_STREAM socket: TCP over IPv4 or IPv6, AF_UNIX, a socketpair.
// Errors    EINTR loses nothing; no write raises SIGPIPE.
// Threads   as Stream.
// Lifetime  closes the socket when destroyed.
#ifndef NVMF_STREAM_SOCKET_STREAM_H_
#define NVMF_STREAM_SOCKET_STREAM_H_

#include <atomic>
#include <memory>

#include "nvmf/stream/bell.h"
#include "nvmf/stream/stream.h"

namespace nvmf {

class SocketStream final : public Stream {
 public:
  // Adopt takes over `fd`. On TCP it sets TCP_NODELAY: a response must not wait for a delayed ACK.
  static std::unique_ptr<SocketStream> Adopt(int fd);
  ~SocketStream() override;
  SocketStream(const SocketStream&) = delete;
  SocketStream& operator=(const SocketStream&) = delete;

  Result<std::size_t> Read(const InputSpans& into) override;
  Result<std::size_t> Write(OutputSpans from) override;
  Result<> Wait(Interest interest, Deadline deadline) override;
  Result<std::size_t> Receive(const InputSpans& into, Deadline deadline) override;
  void EndOutput() override;
  void Shutdown() override;
  void Attend(Bell* bell) override;
  void Heed(bool heeds) override { heeds_ = heeds; }
  void Abandon() override { abandoned_.store(true, std::memory_order_relaxed); }
  int descriptor() const override { return fd_; }

 private:
  explicit SocketStream(int fd);
  Result<std::size_t> Recv(const InputSpans& into, int flags);
  Result<std::size_t> ReceiveUnlessRung(Bell& bell, const InputSpans& into, Deadline deadline);
  Result<> WaitFor(Interest interest, int bell, Deadline deadline);
  bool abandoned() const { return abandoned_.load(std::memory_order_relaxed); }

  int fd_;
  bool heeds_ = false;
  std::atomic<Bell*> bell_{nullptr};
  std::atomic<bool> counted_{false};  // The bell knows that we listen.
  std::atomic<bool> abandoned_{false};
};

}  // namespace nvmf

#endif  // NVMF_STREAM_SOCKET_STREAM_H_
