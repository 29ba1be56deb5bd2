// OutputTap watches what a connection sends: each octet is shown to a model once, when it is first
// offered, and leaves when the script says so.
#ifndef FUZZ_HARNESS_OUTPUT_TAP_H_
#define FUZZ_HARNESS_OUTPUT_TAP_H_

#include <algorithm>

#include "fuzz/harness/check.h"
#include "fuzz/harness/script.h"
#include "nvmf/tcp/connection.h"

namespace nvmf::fuzz {

inline Octets AsOctets(ByteView octets) {
  return {reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()};
}

class OutputTap {
 public:
  explicit OutputTap(tcp::Connection& connection) : connection_(connection) {}

  // Look shows new octets to `model.Sent`, and returns how many are offered.
  std::size_t Look(auto& model) {
    std::size_t seen = static_cast<std::size_t>(observed_ - left_);
    std::size_t offered = 0;
    for (const ByteView span : connection_.PendingOutput()) {
      FUZZ_CHECK(!span.empty());
      const std::size_t old = std::min(seen, span.size());
      seen -= old;
      offered += span.size();
      if (old == span.size()) continue;
      FUZZ_AGREE(model.Sent(AsOctets(span.subspan(old))));
    }
    FUZZ_CHECK(seen == 0);  // What was offered stays offered.
    observed_ = left_ + offered;
    return offered;
  }
  // Send lets at most `most` octets leave; returns how many did.
  std::size_t Send(auto& model, std::size_t most) {
    const std::size_t n = std::min(Look(model), most);
    if (n != 0) connection_.CommitOutput(n);
    left_ += n;
    model.Left(left_);
    return n;
  }
  // Drain sends all there is, in pieces of `cut` octets (0: as large as they come).
  void Drain(auto& model, std::size_t cut) {
    while (Send(model, cut == 0 ? SIZE_MAX : cut) != 0) {
    }
  }
  // The connection failed and forgot its output.
  void Forget() {
    FUZZ_CHECK(connection_.PendingOutput().empty());
    observed_ = left_ = UINT64_MAX;
  }
  std::uint64_t left() const { return left_; }

 private:
  tcp::Connection& connection_;
  std::uint64_t observed_ = 0;
  std::uint64_t left_ = 0;
};

}  // namespace nvmf::fuzz

#endif  // FUZZ_HARNESS_OUTPUT_TAP_H_
