// Hand-off: a connected queue pair goes to another owner, and its peer notices nothing.
//
//   DescriptorChannel channel(std::move(unix_socket));
//   Result<> given = GiveQPair(channel, qpair, identity, wait);   // here
//   Result<TakenQPair> taken = TakeQPair(channel, {}, wait);      // in another process
//
// What goes: the socket (SCM_RIGHTS), what ICReq and ICResp settled, octets read and not yet looked
// at, CIDs and SQHD, identities, KATO and what is left of it; of a controller's fresh queue pair
// the unanswered Connect and its data. The taker answers with one word.
//
// Shapes    a host's idle queue pair; a controller's queue pair whose Connect is unanswered.
// Errors    kBusy: the queue pair is not idle, or not fresh. kRefused: the taker said no.
//           kUnsupported: not over TCP, or no such door on this platform. kInvalidArgument (taker):
//           the record is cut, altered, of another version, or impossible. Until the taker has said
//           that it took the queue pair, it stays its old owner's, usable as before.
// Threads   one at a time per channel and queue pair.
// Lifetime  a queue pair that was given says kClosed from then on; its peer hears nothing of that.
#ifndef NVMF_HANDOFF_HANDOFF_H_
#define NVMF_HANDOFF_HANDOFF_H_

#include <variant>

#include "nvmf/base/result.h"
#include "nvmf/controller_qpair.h"
#include "nvmf/handoff/record.h"
#include "nvmf/host_qpair.h"
#include "nvmf/stream/deadline.h"
#include "nvmf/stream/descriptor_channel.h"

namespace nvmf {

Result<> GiveQPair(DescriptorChannel& channel, HostQPair& qpair, const HandoffIdentity& identity,
                   Deadline deadline);
Result<> GiveQPair(DescriptorChannel& channel, ControllerQPair& qpair,
                   const HandoffIdentity& identity, Deadline deadline);

struct TakenQPair {
  HandoffIdentity identity{};
  std::variant<HostQPair, ControllerQPair> qpair;
};

// TakeQPair waits for the next queue pair of the channel and tells its giver whether it was taken.
// A controller's is as after Accept: its Connect waits for an answer. `params` says what this owner
// may ask of the host.
Result<TakenQPair> TakeQPair(DescriptorChannel& channel, const tcp::ControllerParams& params,
                             Deadline deadline);

// ExportQPair returns the record of a controller's queue pair in service: what it has in hand and
// has not begun goes along. The queue pair stays as it is. kBusy, kUnsupported.
Result<HandoffRecord> ExportQPair(ControllerQPair& qpair, const HandoffIdentity& identity);
// SettleQPair waits until an event is there or the queue pair can be exported.
Result<> SettleQPair(ControllerQPair& qpair, Deadline deadline);
// ResumeQPair goes on with it over `stream`; the commands come as events again. kInvalidArgument.
Result<ControllerQPair> ResumeQPair(std::unique_ptr<Stream> stream,
                                    const tcp::ControllerParams& params,
                                    const HandoffRecord& record);

// GiveToKernel gives a connected queue pair to the operating system's own NVMe host. Linux has no
// door for this: kUnsupported there. handoff/README.md maps a record to FreeBSD's.
Result<> GiveToKernel(HostQPair& qpair, const HandoffIdentity& identity);

}  // namespace nvmf

#endif  // NVMF_HANDOFF_HANDOFF_H_
