// Statuses is a small set of status codes, SCT in 10:8 and SC in 7:0, as a model allows them.
#ifndef FUZZ_MODEL_STATUSES_H_
#define FUZZ_MODEL_STATUSES_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace model {

inline constexpr std::uint16_t kSuccess = 0x000, kInvalidOpcode = 0x001, kInvalidField = 0x002,
                               kAborted = 0x007, kSqDeleted = 0x008, kInvalidNamespace = 0x00B,
                               kSequenceError = 0x00C, kDataLengthInvalid = 0x00F,
                               kKeepAliveInvalid = 0x01A, kWriteProtected = 0x020,
                               kOutOfRange = 0x080, kAerLimit = 0x105, kNotSaveable = 0x10D,
                               kIncompatibleFormat = 0x180, kInvalidParameters = 0x182,
                               kInvalidHost = 0x184, kWrongQueueType = 0x185,
                               kCompareFailure = 0x285;

class Statuses {
 public:
  void Add(std::uint16_t status) {
    if (!Has(status) && size_ < list_.size()) list_[size_++] = status;
  }
  bool Has(std::uint16_t status) const {
    for (std::size_t i = 0; i < size_; ++i) {
      if (list_[i] == status) return true;
    }
    return false;
  }
  bool empty() const { return size_ == 0; }

 private:
  std::array<std::uint16_t, 8> list_{};
  std::size_t size_ = 0;
};

}  // namespace model

#endif  // FUZZ_MODEL_STATUSES_H_
