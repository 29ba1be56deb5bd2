#include "nvmf/target/ram_backend.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace nvmf::target {
namespace {

// Octets that one lock guards at a time: a multiple of every block size, so that blocks stay whole.
constexpr std::uint64_t kStripe = 64 * 1024;
constexpr std::size_t kLocks = 64;

struct Free {
  void operator()(std::byte* memory) const { std::free(memory); }
};

class RamBackend final : public Backend {
 public:
  using Memory = std::unique_ptr<std::byte[], Free>;

  RamBackend(std::uint64_t octets, Memory memory) : size_(octets), memory_(std::move(memory)) {}

  std::uint64_t size() const override { return size_; }

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
    assert(Contains(0, size_, offset, octets));
    for (std::uint64_t done = 0; done < octets;) {
      const std::uint64_t at = offset + done;
      const std::uint64_t part = std::min(octets - done, kStripe - at % kStripe);
      const Lock lock(locks_[at / kStripe % kLocks]);
      access(MutableBytes(memory_.get() + at, part), done);
      done += part;
    }
    return {};
  }

  const std::uint64_t size_;
  const Memory memory_;
  std::array<std::shared_mutex, kLocks> locks_;
};

class NullBackend final : public Backend {
 public:
  explicit NullBackend(std::uint64_t octets) : size_(octets) {}

  std::uint64_t size() const override { return size_; }
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
  // calloc leaves pages untouched until they are written.
  RamBackend::Memory memory(static_cast<std::byte*>(std::calloc(octets, 1)));
  if (memory == nullptr) return nullptr;
  return std::make_shared<RamBackend>(octets, std::move(memory));
}

std::shared_ptr<Backend> MakeNullBackend(std::uint64_t octets) {
  return std::make_shared<NullBackend>(octets);
}

}  // namespace nvmf::target
