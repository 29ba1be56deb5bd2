#include "nvmf/stream/fault_stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

namespace nvmf {
namespace {

// What a call does that begins at the fault's octet; nothing for those that only shorten calls.
std::optional<Result<std::size_t>> Strike(Fault fault, bool& spent) {
  switch (fault) {
    case Fault::kNone:
    case Fault::kShort:
      return std::nullopt;
    case Fault::kAgain:
      if (spent) return std::nullopt;
      spent = true;
      return 0;
    case Fault::kReset:
      return std::unexpected(Error{.code = Code::kIo, .sys_errno = ECONNRESET, .what = "fault"});
    case Fault::kEnd:
      return Fail(Code::kClosed, "fault");
    case Fault::kSilence:
      return 0;
  }
  return std::nullopt;
}

// How many octets a call may move: up to the fault, and just one past it after a kShort.
std::size_t Allowance(const FaultPlan& plan, std::uint64_t passed, std::size_t size) {
  if (plan.fault == Fault::kNone || passed > plan.at) return size;
  if (passed == plan.at) return plan.fault == Fault::kShort ? 1 : size;
  return static_cast<std::size_t>(std::min<std::uint64_t>(size, plan.at - passed));
}

}  // namespace

Result<std::size_t> FaultStream::Read(const InputSpans& into) {
  std::size_t allowed = into.size();
  if (!plan_.on_write) {
    if (read_ == plan_.at) {
      if (auto struck = Strike(plan_.fault, spent_)) return *struck;
    }
    allowed = Allowance(plan_, read_, into.size());
  }
  InputSpans part{into.first.first(std::min(into.first.size(), allowed)), {}};
  part.second = into.second.first(std::min(into.second.size(), allowed - part.first.size()));
  const Result<std::size_t> moved = inner_->Read(part);
  if (moved) read_ += *moved;
  return moved;
}

Result<std::size_t> FaultStream::Write(OutputSpans from) {
  if (!plan_.on_write) {
    const Result<std::size_t> moved = inner_->Write(from);
    if (moved) written_ += *moved;
    return moved;
  }
  if (written_ == plan_.at) {
    if (auto struck = Strike(plan_.fault, spent_)) return *struck;
  }
  std::size_t moved = 0;
  for (const ByteView span : from) {
    const std::array<ByteView, 1> part{span.first(Allowance(plan_, written_, span.size()))};
    if (part[0].empty() || (moved != 0 && written_ == plan_.at)) break;  // The next call is struck.
    const Result<std::size_t> n = inner_->Write(part);
    if (!n) return n;
    moved += *n;
    written_ += *n;
    if (*n < span.size()) break;
  }
  return moved;
}

Result<> FaultStream::Wait(Interest interest, Deadline deadline) {
  const bool struck = plan_.on_write ? written_ == plan_.at : read_ == plan_.at;
  bool& broken = plan_.on_write ? interest.write : interest.read;
  if (!struck || !broken) return inner_->Wait(interest, deadline);
  if (plan_.fault == Fault::kReset || plan_.fault == Fault::kEnd) return {};
  if (plan_.fault != Fault::kSilence) return inner_->Wait(interest, deadline);
  broken = false;
  if (interest.read || interest.write) return inner_->Wait(interest, deadline);
  return Fail(Code::kTimeout, "fault: silence");
}

}  // namespace nvmf
