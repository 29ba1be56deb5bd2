#include "nvmf/target/ram_backend.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace nvmf::target {
namespace {

// Octets that one lock guards at a time: a multiple of every block size, so that blocks stay whole.
constexpr std::uint64_t kStripe = 64 * 1024;
constexpr std::size_t kLocks = 64;

// Memory that another process can be given: it must not shrink under whoever has mapped it.
class Memory {
 public:
  static std::unique_ptr<Memory> Map(Descriptor file, std::uint64_t octets) {
    constexpr int kUse = PROT_READ | PROT_WRITE;
    if (octets > std::numeric_limits<std::ptrdiff_t>::max()) return nullptr;
    void* at = mmap(nullptr, octets, kUse, MAP_SHARED | MAP_NORESERVE, file.get(), 0);
    if (at == MAP_FAILED) return nullptr;
    return std::unique_ptr<Memory>(
        new Memory(std::move(file), {static_cast<std::byte*>(at), octets}));
  }
  ~Memory() { munmap(octets_.data(), octets_.size()); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  MutableBytes octets() const { return octets_; }
  int descriptor() const { return file_.get(); }

 private:
  Memory(Descriptor file, MutableBytes octets) : file_(std::move(file)), octets_(octets) {}

  const Descriptor file_;
  const MutableBytes octets_;
};

class RamBackend final : public Backend {
 public:
  explicit RamBackend(std::unique_ptr<Memory> memory)
      : memory_(std::move(memory)), octets_(memory_->octets()) {}

  std::uint64_t size() const override { return octets_.size(); }
  BackendHandle handle() const override {
    return {.kind = BackendHandle::Kind::kRam,
            .size = octets_.size(),
            .descriptor = memory_->descriptor()};
  }

  Status Read(std::uint64_t offset, MutableBytes into) override {
    return Each<std::shared_lock<std::shared_mutex>>(
        offset, into.size(), [&](MutableBytes here, std::uint64_t done) {
          std::ranges::copy(here, into.begin() + static_cast<std::ptrdiff_t>(done));
        });
  }

  Status Write(std::uint64_t offset, ByteView from) override {
    return Each<std::unique_lock<std::shared_mutex>>(
        offset, from.size(), [&](MutableBytes here, std::uint64_t done) {
          std::ranges::copy(from.subspan(done, here.size()), here.begin());
        });
  }

  Status WriteZeroes(std::uint64_t offset, std::uint64_t octets) override {
    return Each<std::unique_lock<std::shared_mutex>>(
        offset, octets,
        [](MutableBytes here, std::uint64_t) { std::ranges::fill(here, std::byte{0}); });
  }

 private:
  // Each calls `access(part, octets done before)` for the parts of a range, each under its lock.
  template <class Lock>
  Status Each(std::uint64_t offset, std::uint64_t octets, auto&& access) {
    assert(Contains(0, octets_.size(), offset, octets));
    for (std::uint64_t done = 0; done < octets;) {
      const std::uint64_t at = offset + done;
      const std::uint64_t part = std::min(octets - done, kStripe - at % kStripe);
      const Lock lock(locks_[at / kStripe % kLocks]);
      access(octets_.subspan(at, part), done);
      done += part;
    }
    return {};
  }

  const std::unique_ptr<Memory> memory_;
  const MutableBytes octets_;
  std::array<std::shared_mutex, kLocks> locks_;
};

class NullBackend final : public Backend {
 public:
  explicit NullBackend(std::uint64_t octets) : size_(octets) {}

  std::uint64_t size() const override { return size_; }
  BackendHandle handle() const override {
    return {.kind = BackendHandle::Kind::kNull, .size = size_};
  }
  Status Read(std::uint64_t, MutableBytes into) override {
    std::ranges::fill(into, std::byte{0});
    return {};
  }
  Status Write(std::uint64_t, ByteView) override { return {}; }
  Status WriteZeroes(std::uint64_t, std::uint64_t) override { return {}; }

 private:
  const std::uint64_t size_;
};

}  // namespace

std::shared_ptr<Backend> MakeRamBackend(std::uint64_t octets) {
  Descriptor file(memfd_create("nvmf", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (octets > std::numeric_limits<off_t>::max() ||
      ftruncate(file.get(), static_cast<off_t>(octets)) != 0 ||
      fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK) != 0) {
    return nullptr;
  }
  auto memory = Memory::Map(std::move(file), octets);
  return memory ? std::make_shared<RamBackend>(std::move(memory)) : nullptr;
}

std::shared_ptr<Backend> AdoptRamBackend(Descriptor memory, std::uint64_t octets) {
  const int seals = fcntl(memory.get(), F_GET_SEALS);
  struct stat file;
  if (seals < 0 || (seals & F_SEAL_SHRINK) == 0 || fstat(memory.get(), &file) != 0 ||
      std::cmp_less(file.st_size, octets)) {
    return nullptr;
  }
  auto mapped = Memory::Map(std::move(memory), octets);
  return mapped ? std::make_shared<RamBackend>(std::move(mapped)) : nullptr;
}

std::shared_ptr<Backend> MakeNullBackend(std::uint64_t octets) {
  return std::make_shared<NullBackend>(octets);
}

}  // namespace nvmf::target
