// Shape is what is measured of a queue pair: which command, how much data, which digests, how many
// at a time.
//
// Units     octets; commands outstanding.
// Source    NVMe/TCP, "Command Data Buffers": data of a write travel in the capsule up to the
//           controller's limit (kInCapsule here), by R2T beyond.
#ifndef NVMF_BENCH_SHAPE_H_
#define NVMF_BENCH_SHAPE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "nvmf/base/data.h"

namespace nvmf::bench {

enum class Direction : std::uint8_t { kNone, kRead, kWrite };

inline constexpr std::size_t kInCapsule = 8192;  // As AcceptConnect grants and hosts assume.

struct Shape {
  Direction direction = Direction::kNone;
  std::size_t bytes = 0;
  bool header_digest = false;
  bool data_digest = false;
  std::size_t depth = 1;

  bool by_r2t() const { return direction == Direction::kWrite && bytes > kInCapsule; }
  std::uint8_t opcode() const {  // Of the NVM command set, whose lowest bits say the direction.
    return direction == Direction::kRead ? 2 : direction == Direction::kWrite ? 1 : 0;
  }
  Data data(MutableBytes memory) const {
    return direction == Direction::kRead    ? ReadInto(memory)
           : direction == Direction::kWrite ? WriteFrom(memory)
                                            : kNoData;
  }
};

// SizeName returns "512", "4K", "1M".
inline std::string SizeName(std::size_t bytes) {
  if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) return std::to_string(bytes >> 20) + "M";
  if (bytes >= 1024 && bytes % 1024 == 0) return std::to_string(bytes >> 10) + "K";
  return std::to_string(bytes);
}

// ShapeName returns "read4K", "write128K/both/qd32", "none": what a benchmark of it is called.
inline std::string ShapeName(const Shape& shape) {
  std::string name = "none";
  if (shape.direction == Direction::kRead) name = "read" + SizeName(shape.bytes);
  if (shape.direction == Direction::kWrite) name = "write" + SizeName(shape.bytes);
  if (shape.header_digest) name += shape.data_digest ? "/both" : "/header";
  if (!shape.header_digest && shape.data_digest) name += "/data";
  if (shape.depth != 1) name += "/qd" + std::to_string(shape.depth);
  return name;
}

}  // namespace nvmf::bench

#endif  // NVMF_BENCH_SHAPE_H_
