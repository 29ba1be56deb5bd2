#include "nvmf/target/file_backend.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <optional>
#include <utility>

namespace nvmf::target {
namespace {

constexpr std::size_t kAlignment = 4096;  // Of memory, for direct access.
constexpr std::size_t kPart = 64 * 1024;  // Bounced at a time.

struct alignas(kAlignment) Part {
  std::array<std::byte, kPart> bytes{};
};

// Bounce is memory for callers whose own is not aligned. One per thread, for as long as it lives.
MutableBytes Bounce() {
  thread_local Part part;
  return part.bytes;
}

MutableBytes Zeros() {
  static Part zeros;
  return zeros.bytes;
}

// Of a file or a block device, octets.
std::optional<std::uint64_t> SizeOf(int fd) {
  const off_t end = lseek(fd, 0, SEEK_END);
  if (end < 0) return std::nullopt;
  return static_cast<std::uint64_t>(end);
}

bool IsAligned(const void* memory) {
  return reinterpret_cast<std::uintptr_t>(memory) % kAlignment == 0;
}

// Moves all of [0, size) by calls of `move(done)`, which returns what pread and pwrite return.
// It returns errno; ENODATA when the file ended.
int MoveAll(std::size_t size, auto&& move) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t n = move(done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) return ENODATA;
    done += static_cast<std::size_t>(n);
  }
  return 0;
}

class FileBackend final : public Backend {
 public:
  FileBackend(Descriptor file, std::uint64_t size, bool direct)
      : file_(std::move(file)), size_(size), direct_(direct) {}

  std::uint64_t size() const override { return size_.load(std::memory_order_relaxed); }
  void Rescan() override {
    if (const auto size = SizeOf(file_.get())) size_.store(*size, std::memory_order_relaxed);
  }
  bool caches() const override { return true; }
  BackendHandle handle() const override {
    return {.kind = BackendHandle::Kind::kFile,
            .direct = direct_,
            .size = size(),
            .descriptor = file_.get()};
  }

  Status Read(std::uint64_t offset, MutableBytes into) override {
    if (!direct_ || IsAligned(into.data())) return ReadHere(offset, into);
    for (std::size_t done = 0; done < into.size();) {
      const MutableBytes part = Bounce().first(std::min(into.size() - done, kPart));
      const Status status = ReadHere(offset + done, part);
      if (!status.ok()) return status;
      std::ranges::copy(part, into.subspan(done).begin());
      done += part.size();
    }
    return {};
  }

  Status Write(std::uint64_t offset, ByteView from) override {
    if (!direct_ || IsAligned(from.data())) return WriteHere(offset, from);
    for (std::size_t done = 0; done < from.size();) {
      const MutableBytes part = Bounce().first(std::min(from.size() - done, kPart));
      std::ranges::copy(from.subspan(done, part.size()), part.begin());
      const Status status = WriteHere(offset + done, part);
      if (!status.ok()) return status;
      done += part.size();
    }
    return {};
  }

  Status WriteZeroes(std::uint64_t offset, std::uint64_t octets) override {
    constexpr int kHow = FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE;
    if (fallocate(file_.get(), kHow, At(offset), At(octets)) == 0) return {};
    for (std::uint64_t done = 0; done < octets;) {
      const ByteView part = Zeros().first(std::min<std::uint64_t>(octets - done, kPart));
      const Status status = WriteHere(offset + done, part);
      if (!status.ok()) return status;
      done += part.size();
    }
    return {};
  }

  // A file system that cannot give space back keeps it.
  Status Discard(std::uint64_t offset, std::uint64_t octets) override {
    constexpr int kHow = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
    if (octets != 0) static_cast<void>(fallocate(file_.get(), kHow, At(offset), At(octets)));
    return {};
  }

  Status Flush() override {
    return fdatasync(file_.get()) == 0 ? Status() : Status(StatusCode::kWriteFault);
  }

 private:
  static off_t At(std::uint64_t octets) { return static_cast<off_t>(octets); }

  Status ReadHere(std::uint64_t offset, MutableBytes into) const {
    const int error = MoveAll(into.size(), [&](std::size_t done) {
      return pread(file_.get(), into.data() + done, into.size() - done, At(offset + done));
    });
    return error == 0 ? Status() : Status(StatusCode::kUnrecoveredReadError);
  }

  Status WriteHere(std::uint64_t offset, ByteView from) const {
    const int error = MoveAll(from.size(), [&](std::size_t done) {
      return pwrite(file_.get(), from.data() + done, from.size() - done, At(offset + done));
    });
    if (error == 0) return {};
    return error == ENOSPC || error == EDQUOT ? Status(StatusCode::kCapacityExceeded)
                                              : Status(StatusCode::kWriteFault);
  }

  const Descriptor file_;
  std::atomic<std::uint64_t> size_;
  const bool direct_;
};

Error OpenError(const char* what) { return {.code = Code::kIo, .sys_errno = errno, .what = what}; }

// A file system may take O_DIRECT and then want larger blocks than ours.
bool ReadsSmallBlocks(int fd, std::uint64_t size) {
  const MutableBytes block = Bounce().first(512);
  return size < block.size() ||
         pread(fd, block.data(), block.size(), 0) == static_cast<ssize_t>(block.size());
}

}  // namespace

Result<std::shared_ptr<Backend>> OpenFileBackend(const std::string& path, FileOptions options) {
  const int flags = (options.read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC;
  Descriptor plain(open(path.c_str(), flags));
  if (plain.get() < 0) return std::unexpected(OpenError("open"));
  const auto size = SizeOf(plain.get());
  if (!size) return std::unexpected(OpenError("lseek"));
  if (options.direct) {
    Descriptor direct(open(path.c_str(), flags | O_DIRECT));
    if (direct.get() >= 0 && ReadsSmallBlocks(direct.get(), *size)) {
      return std::make_shared<FileBackend>(std::move(direct), *size, true);
    }
  }
  return std::make_shared<FileBackend>(std::move(plain), *size, false);
}

std::shared_ptr<Backend> AdoptFileBackend(Descriptor file, std::uint64_t octets, bool direct) {
  const auto size = SizeOf(file.get());
  if (!size || *size < octets) return nullptr;
  return std::make_shared<FileBackend>(std::move(file), octets, direct);
}

}  // namespace nvmf::target
