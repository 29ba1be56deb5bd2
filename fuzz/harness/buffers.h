// Buffers are memory to lend to a connection, and the model's copy of what must come to lie there.
// Nothing is allocated: regions are cut from one arena, with octets between them that must not
// change.
#ifndef FUZZ_HARNESS_BUFFERS_H_
#define FUZZ_HARNESS_BUFFERS_H_

#include <array>
#include <cstring>

#include "fuzz/harness/check.h"
#include "nvmf/base/bytes.h"

namespace nvmf::fuzz {

class Buffers {
 public:
  static constexpr std::size_t kRoom = 32 * 1024;
  static constexpr std::size_t kGuard = 32;
  static constexpr std::size_t kSource = 4608;

  Buffers() {
    used_ = 0;
    Extend(kGuard);
  }
  // Take returns the offset of a region of `size` octets, or 0 where there is no more room.
  std::size_t Take(std::size_t size) {
    if (size + kGuard > kRoom - used_) return 0;
    const std::size_t at = used_;
    Extend(size + kGuard);
    return at;
  }
  MutableBytes Lent(std::size_t at, std::size_t size) {
    return MutableBytes(lent_).subspan(at, size);
  }
  std::uint8_t* Copy(std::size_t at) { return copy_.data() + at; }
  // Agree checks that all lent memory is what the model says.
  void Agree() const { FUZZ_CHECK(std::memcmp(lent_.data(), copy_.data(), used_) == 0); }

  // Source returns memory to send: octets that differ with their place.
  static ByteView Source(std::size_t size) {
    static const std::array<std::byte, kSource> source = [] {
      std::array<std::byte, kSource> octets{};
      std::uint32_t state = 7;
      for (std::byte& octet : octets) {
        state = state * 1664525U + 1013904223U;
        octet = static_cast<std::byte>(state >> 24);
      }
      return octets;
    }();
    return ByteView(source).first(size);
  }

 private:
  void Extend(std::size_t n) {
    std::memset(lent_.data() + used_, 0xA5, n);
    std::memset(copy_.data() + used_, 0xA5, n);
    used_ += n;
  }
  static inline std::array<std::byte, kRoom> lent_;
  static inline std::array<std::uint8_t, kRoom> copy_;
  std::size_t used_;
};

}  // namespace nvmf::fuzz

#endif  // FUZZ_HARNESS_BUFFERS_H_
