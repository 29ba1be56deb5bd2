#include "nvmf/cmd/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace nvmf::cmd {

Outcome<File> File::Open(const std::string& path, int flags, int standard) {
  if (path == "-")
    return File(standard, standard == 0 ? "standard input" : "standard output", false);
  const int fd = open(path.c_str(), flags | O_CLOEXEC, 0666);
  if (fd < 0) return Sorry(path + ": " + std::strerror(errno));
  return File(fd, path, true);
}

Outcome<File> File::OpenForReading(const std::string& path) {
  return Open(path, O_RDONLY, STDIN_FILENO);
}

Outcome<File> File::OpenForWriting(const std::string& path) {
  return Open(path, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
}

File::File(File&& other) noexcept
    : fd_(other.fd_), path_(std::move(other.path_)), owned_(std::exchange(other.owned_, false)) {}

File::~File() {
  if (owned_) close(fd_);
}

Outcome<std::size_t> File::Read(MutableBytes into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t n = read(fd_, into.data() + done, into.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Sorry(path_ + ": " + std::strerror(errno));
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

Outcome<> File::Write(ByteView from) {
  while (!from.empty()) {
    const ssize_t n = write(fd_, from.data(), from.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Sorry(path_ + ": " + std::strerror(errno));
    from = from.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Outcome<> File::Close() {
  if (!std::exchange(owned_, false) || close(fd_) == 0) return {};
  return Sorry(path_ + ": " + std::strerror(errno));
}

}  // namespace nvmf::cmd
