// EditableScript is a script taken apart into records that can be moved, changed and written back.
#ifndef FUZZ_MUTATOR_EDITABLE_SCRIPT_H_
#define FUZZ_MUTATOR_EDITABLE_SCRIPT_H_

#include <algorithm>
#include <array>
#include <cstring>

#include "fuzz/harness/script.h"

namespace nvmf::fuzz {

class EditableScript {
 public:
  static constexpr std::size_t kMost = 64;  // Records.

  void Read(Octets input) {
    Script script(input);
    options = script.options;
    size_ = used_ = 0;
    for (Record record; size_ < kMost && script.Next(record);) {
      Keep(record);
      list_[size_++] = record;
    }
  }
  std::size_t Write(std::uint8_t* out, std::size_t most) const {
    if (most < kPrelude) return 0;
    std::copy(options.begin(), options.end(), out);
    std::size_t at = kPrelude;
    for (const Record& record : records()) {
      if (record.octets.size() + kRecordHead > most - at) break;
      out[at] = record.op;
      out[at + 1] = static_cast<std::uint8_t>(record.octets.size());
      out[at + 2] = static_cast<std::uint8_t>(record.octets.size() >> 8);
      std::ranges::copy(record.octets, out + at + kRecordHead);
      at += kRecordHead + record.octets.size();
    }
    return at;
  }

  std::span<Record> records() { return std::span(list_).first(size_); }
  std::span<const Record> records() const { return std::span(list_).first(size_); }
  std::size_t size() const { return size_; }
  void Erase(std::size_t i) {
    std::copy(list_.begin() + i + 1, list_.begin() + size_, list_.begin() + i);
    --size_;
  }
  // Insert copies `record` before record `i`.
  void Insert(std::size_t i, Record record) {
    if (size_ == kMost) return;
    Keep(record);
    std::copy_backward(list_.begin() + i, list_.begin() + size_, list_.begin() + size_ + 1);
    list_[i] = record;
    ++size_;
  }
  void Replace(std::size_t i, Octets octets) {
    Record record{.op = list_[i].op, .octets = octets};
    Keep(record);
    list_[i] = record;
  }
  void Truncate(std::size_t size) { size_ = std::min(size, size_); }

  std::array<std::uint8_t, kPrelude> options{};

 private:
  // Keep copies the record's octets here, as many as there is room for.
  void Keep(Record& record) {
    const std::size_t n = std::min(record.octets.size(), pool_.size() - used_);
    if (n != 0) std::memcpy(pool_.data() + used_, record.octets.data(), n);
    record.octets = Octets(pool_).subspan(used_, n);
    used_ += n;
  }

  std::array<Record, kMost> list_;
  std::size_t size_ = 0;
  std::array<std::uint8_t, 64 * 1024> pool_;
  std::size_t used_ = 0;
};

}  // namespace nvmf::fuzz

#endif  // FUZZ_MUTATOR_EDITABLE_SCRIPT_H_
