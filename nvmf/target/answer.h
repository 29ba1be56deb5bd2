// Answer is how a service ends a command: a status, DW0, and data for the host.
#ifndef NVMF_TARGET_ANSWER_H_
#define NVMF_TARGET_ANSWER_H_

#include <cstdint>

#include "nvmf/base/bytes.h"
#include "nvmf/nvme/sqe.h"

namespace nvmf::target {

struct Answer {
  Status status{};
  std::uint32_t dw0 = 0;
  std::uint32_t dw1 = 0;
  ByteView data{};  // Borrowed from whoever made the answer.

  Cqe ToCqe() const {
    Cqe cqe{.dw0 = dw0, .dw1 = dw1};
    cqe.set_status(status);
    return cqe;
  }
};

// Refused says no to a command for good: the same command will not fare better.
constexpr Answer Refused(StatusCode code) { return {.status = Status(code, true)}; }

}  // namespace nvmf::target

#endif  // NVMF_TARGET_ANSWER_H_
