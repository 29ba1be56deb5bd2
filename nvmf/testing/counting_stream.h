// CountingStream counts what reaches a socket: Read, Write and Receive are one system call each,
// and so is Wait.
//
//   Calls calls;
//   HostQPair::Connect(association, std::make_unique<CountingStream>(fd, &calls), {});
//
// Lifetime  owns the socket; `calls` is borrowed.
#ifndef NVMF_TESTING_COUNTING_STREAM_H_
#define NVMF_TESTING_COUNTING_STREAM_H_

#include <cstdint>
#include <memory>

#include "nvmf/stream/socket_stream.h"

namespace nvmf::testing {

struct Calls {
  int send = 0;
  int receive = 0;
  int wait = 0;
  std::uint64_t sent = 0;  // Octets.
};

class CountingStream final : public Stream {
 public:
  CountingStream(int fd, Calls* calls) : inner_(SocketStream::Adopt(fd)), calls_(calls) {}
  Result<std::size_t> Read(const InputSpans& into) override {
    ++calls_->receive;
    return inner_->Read(into);
  }
  Result<std::size_t> Write(OutputSpans from) override {
    ++calls_->send;
    const Result<std::size_t> n = inner_->Write(from);
    if (n) calls_->sent += *n;
    return n;
  }
  Result<> Wait(Interest interest, Deadline deadline) override {
    ++calls_->wait;
    return inner_->Wait(interest, deadline);
  }
  Result<std::size_t> Receive(const InputSpans& into, Deadline deadline) override {
    ++calls_->receive;
    return inner_->Receive(into, deadline);
  }

 private:
  std::unique_ptr<SocketStream> inner_;
  Calls* calls_;
};

}  // namespace nvmf::testing

#endif  // NVMF_TESTING_COUNTING_STREAM_H_
