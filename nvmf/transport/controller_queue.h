// ControllerQueue is the controller's end of one queue pair, whatever carries it: the library's
// internal transport abstraction, at the level of capsules and command data.
//
//   Result<Event> event = queue.Next(deadline);       // sends what waits before it waits itself
//   queue.RequestData(event->tag, 0, buffer);         // a kData event follows
//   queue.SendData(event->tag, page, Cqe{});          // data, then the completion
//
// Shapes    as many commands at a time as the queue has entries.
// Errors    kTimeout and kInvalidArgument leave the queue usable; any other ends it. Commands whose
//           data descriptor is unusable are answered below and never surface.
// Threads   one at a time; Interrupt() from any thread.
// Lifetime  memory given to RequestData is borrowed until its kData event, or until SendData
// answers
//           before that; memory given to SendData
//           until Flush() has returned.
#ifndef NVMF_TRANSPORT_CONTROLLER_QUEUE_H_
#define NVMF_TRANSPORT_CONTROLLER_QUEUE_H_

#include <cstdint>

#include "nvmf/base/bytes.h"
#include "nvmf/base/event.h"
#include "nvmf/base/result.h"
#include "nvmf/nvme/sqe.h"
#include "nvmf/stream/deadline.h"

namespace nvmf {

class ControllerQueue {
 public:
  virtual ~ControllerQueue() = default;

  // Next returns the oldest event. Before it waits it sends all that was queued, so that the
  // answers to what one receive brought leave together.
  virtual Result<Event> Next(Deadline deadline) = 0;
  // ready tells whether Next() would return at once.
  virtual bool ready() const = 0;

  virtual const Sqe& sqe(Tag tag) const = 0;
  // in_capsule returns the data that came with the command, until it is answered.
  virtual ByteView in_capsule(Tag tag) const = 0;
  // data_length returns the octets that SGL1 offers or has room for; 0 where no data move.
  std::uint32_t data_length(Tag tag) const { return sqe(tag).sgl1.length; }

  // RequestData asks for the next `into.size()` octets of the command's data, from `offset`.
  virtual Result<> RequestData(Tag tag, std::uint32_t offset, MutableBytes into) = 0;
  // SendData queues `data` and the completion. CID and SQHD are the transport's to fill.
  virtual Result<> SendData(Tag tag, ByteView data, const Cqe& cqe) = 0;
  // Flush returns when all that was queued has been handed to the stream.
  virtual Result<> Flush(Deadline deadline) = 0;

  // SetQueue says what Connect settled: entries, whether SQ flow control is on, and how much data
  // a capsule may carry.
  virtual void SetQueue(std::uint16_t entries, bool flow_control,
                        std::uint32_t in_capsule_bytes) = 0;
  // Interrupt ends the queue; whoever waits in it wakes with kClosed.
  virtual void Interrupt() = 0;

  virtual std::size_t outstanding() const = 0;
};

}  // namespace nvmf

#endif  // NVMF_TRANSPORT_CONTROLLER_QUEUE_H_
