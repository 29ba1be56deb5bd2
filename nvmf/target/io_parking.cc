// How an I/O queue comes to rest for another owner: what it has begun ends, what has come since is
// kept, and goes along or is done later.
#include "nvmf/handoff/handoff.h"
#include "nvmf/target/io_queue.h"

namespace nvmf::target {

Result<Event> IoQueue::NextEvent(Deadline deadline) {
  if (!held_.empty()) {
    const Event event{.kind = Event::Kind::kCommand, .tag = held_.front()};
    held_.pop_front();
    return event;
  }
  berth_.Listen(true);
  Result<Event> event = qpair_.Next(deadline);
  berth_.Listen(false);
  return event;
}

Result<> IoQueue::Park() {
  const Result<bool> at_rest = ComeToRest(berth_.deadline());
  if (!at_rest) return std::unexpected(at_rest.error());
  if (*at_rest) {
    Result<HandoffRecord> record =
        ExportQPair(qpair_, controller_.QueueIdentity(qpair_.connect().qid));
    if (!record) {
      berth_.Refuse(record.error());
    } else if (!berth_.Stay({.record = std::move(*record)})) {
      return Fail(Code::kClosed, "given to another owner");
    }
  }
  return disconnect_ && in_flight_ == 0 ? Disconnect() : Result<>();
}

// True when nothing is under way; false when that has not come about by `deadline`.
Result<bool> IoQueue::ComeToRest(Deadline deadline) {
  const auto late = [](const Error& error) -> Result<bool> {
    if (error.code == Code::kTimeout) return false;
    return std::unexpected(error);
  };
  for (;;) {
    if (!qpair_.ready()) {
      if (Result<> sent = qpair_.Flush(deadline); !sent) return late(sent.error());
      reads_.Reset();
      if (in_flight_ == 0) {
        const Result<> settled = SettleQPair(qpair_, deadline);
        const bool told = !settled && settled.error().code == Code::kUnsupported;
        if (!settled && !told) return late(settled.error());
        if (told || !qpair_.ready()) return true;  // Export will say what is not supported.
      }
    }
    const Result<Event> event = qpair_.Next(deadline);
    if (!event) return late(event.error());
    if (event->kind == Event::Kind::kCommand) {
      held_.push_back(event->tag);
    } else if (Result<> done = OnData(*event); !done) {
      return std::unexpected(done.error());
    }
  }
}

}  // namespace nvmf::target
