// Descriptor owns a file descriptor: the one who holds it closes it, once.
#ifndef NVMF_STREAM_DESCRIPTOR_H_
#define NVMF_STREAM_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace nvmf {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      Close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Descriptor() { Close(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  // Release gives the descriptor away; whoever takes it closes it.
  [[nodiscard]] int Release() { return std::exchange(fd_, -1); }

 private:
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }
  int fd_ = -1;
};

}  // namespace nvmf

#endif  // NVMF_STREAM_DESCRIPTOR_H_
