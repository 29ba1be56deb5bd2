// RecordReader takes octets and structures from the front of a record that somebody else wrote.
//
//   RecordReader reader(octets);
//   const auto head = reader.Take<Head>();
//   const ByteView text = reader.Take(head.length);
//   if (!reader.done()) ...                      // too short, or something is left
//
// Errors    after the first Take that asks for more than there is, it has failed: structures come
//           empty, and so do octets.
// Threads   values.
// Lifetime  borrows the record.
#ifndef NVMF_HANDOFF_RECORD_READER_H_
#define NVMF_HANDOFF_RECORD_READER_H_

#include <vector>

#include "nvmf/base/bytes.h"
#include "nvmf/base/fields.h"

namespace nvmf {

class RecordReader {
 public:
  explicit RecordReader(ByteView rest) : rest_(rest) {}

  ByteView Take(std::size_t n) {
    if (failed_ || n > rest_.size()) {
      failed_ = true;
      return {};
    }
    const ByteView taken = rest_.first(n);
    rest_ = rest_.subspan(n);
    return taken;
  }
  template <WireStruct T>
  T Take() {
    const ByteView taken = Take(T::kSize);
    return failed_ ? T{} : Decode<T>(taken.first<T::kSize>());
  }
  ByteView TakeRest() { return Take(rest_.size()); }

  bool failed() const { return failed_; }
  bool done() const { return !failed_ && rest_.empty(); }

 private:
  ByteView rest_;
  bool failed_ = false;
};

inline void Append(std::vector<std::byte>& octets, ByteView more) {
  octets.insert(octets.end(), more.begin(), more.end());
}

}  // namespace nvmf

#endif  // NVMF_HANDOFF_RECORD_READER_H_
