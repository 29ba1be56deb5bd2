// Little-endian bytes and checked ranges: the only place that knows the byte order of the wire.
//
// Shapes    spans; every access is to a fixed offset inside a span whose extent the caller states.
// Errors    none: callers pass spans that are large enough (asserted).
// Threads   pure functions.
#ifndef NVMF_BASE_BYTES_H_
#define NVMF_BASE_BYTES_H_

#include <bit>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace nvmf {

using ByteView = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

// InputSpans is room for received octets: `first` is filled before `second`. Either may be empty.
struct InputSpans {
  MutableBytes first;
  MutableBytes second;
  std::size_t size() const { return first.size() + second.size(); }
};

// OutputSpans is octets to send, in order.
using OutputSpans = std::span<const ByteView>;

// LoadLittle returns the unsigned integer stored little-endian at the front of `from`.
template <std::unsigned_integral T>
constexpr T LoadLittle(ByteView from) {
  assert(from.size() >= sizeof(T));
  std::uint64_t value = 0;
  for (std::size_t i = sizeof(T); i-- > 0;) {
    value = value << 8 | std::to_integer<std::uint64_t>(from[i]);
  }
  return static_cast<T>(value);
}

// StoreLittle stores `value` little-endian at the front of `into`.
template <std::unsigned_integral T>
constexpr void StoreLittle(MutableBytes into, T value) {
  assert(into.size() >= sizeof(T));
  std::uint64_t rest = value;
  for (std::size_t i = 0; i < sizeof(T); ++i, rest >>= 8) {
    into[i] = static_cast<std::byte>(rest & 0xff);
  }
}

// Bits returns bits [low, low + count) of `word`.
template <std::unsigned_integral T>
constexpr T Bits(T word, unsigned low, unsigned count) {
  return static_cast<T>(word >> low & ((std::uint64_t{1} << count) - 1));
}

// Contains tells whether [at, at + length) lies inside [begin, begin + size).
// It compares by subtraction, so no sum can wrap whatever a peer sends.
constexpr bool Contains(std::uint64_t begin, std::uint64_t size, std::uint64_t at,
                        std::uint64_t length) {
  return at >= begin && at - begin <= size && length <= size - (at - begin);
}

// RoundUp returns the smallest multiple of `unit` (a power of two) that is not below `n`.
constexpr std::uint64_t RoundUp(std::uint64_t n, std::uint64_t unit) {
  assert(std::has_single_bit(unit));
  return (n + unit - 1) & ~(unit - 1);
}

}  // namespace nvmf

#endif  // NVMF_BASE_BYTES_H_
