// SQ flow control, controller on trial. (NVM Express Base, "Submission Queue Flow Control",
// "Connect Command and Response")
#include <algorithm>

#include "conformance/cases/cases.h"
#include "conformance/cases/connects.h"

namespace nvmf::conformance {
namespace {

constexpr std::uint32_t kEntries = 32;

// HeadAdvances: one command after the other, each takes one entry.
Verdict HeadAdvances(HostPeer& queue, std::uint32_t entries, unsigned commands) {
  std::uint32_t head = queue.RunWell(queue.BarrierCommand()).cqe.sqhd;
  for (unsigned i = 0; i < commands; ++i) {
    head = (head + 1) % entries;
    const std::uint32_t sqhd = queue.RunWell(queue.BarrierCommand()).cqe.sqhd;
    if (sqhd != head) {
      return {kFail, "SQHD is " + std::to_string(sqhd) + " instead of " + std::to_string(head)};
    }
  }
  return Pass();
}
Verdict AdminHeadAdvances(HostPeer& host) {
  host.ConnectAdmin({}, {.entries = kEntries});
  return HeadAdvances(host, kEntries, 100);
}
Verdict IoHeadAdvances(HostPeer& admin) {
  HostPeer io = admin.OpenIo({}, {.entries = 4});
  return HeadAdvances(io, 4, 20);
}

// HeadOfConnect returns SQHD of a Connect response.
std::uint16_t HeadOfConnect(HostPeer& queue, const ConnectOptions& options) {
  queue.IcExchange();
  return queue.RunWell(queue.ConnectCommand(options), queue.ConnectPage(options)).cqe.sqhd;
}
std::uint16_t HeadOfIoConnect(HostPeer& admin, bool no_flow_control) {
  admin.AskForQueues();
  HostPeer io = admin.Another();
  return HeadOfConnect(io, {.qid = 1,
                            .entries = kEntries,
                            .cntlid = admin.cntlid(),
                            .no_flow_control = no_flow_control});
}

Verdict MayBeDeclined(std::uint16_t sqhd) {
  return Holds(sqhd == Cqe::kNoFlowControl || sqhd < kEntries, "SQHD is " + Hex(sqhd, 4));
}
Verdict DisabledOnAdmin(HostPeer& host) {
  return MayBeDeclined(HeadOfConnect(host, {.entries = kEntries, .no_flow_control = true}));
}
Verdict DisabledOnIo(HostPeer& admin) { return MayBeDeclined(HeadOfIoConnect(admin, true)); }

Verdict IsAHead(std::uint16_t sqhd) {
  return Holds(sqhd < kEntries, "SQHD is " + Hex(sqhd, 4) + " though nobody asked");
}
Verdict EnabledOnAdmin(HostPeer& host) {
  return IsAHead(HeadOfConnect(host, {.entries = kEntries}));
}
Verdict EnabledOnIo(HostPeer& admin) { return IsAHead(HeadOfIoConnect(admin, false)); }

Verdict HeadStaysZero(HostPeer& queue) {
  for (int i = 0; i < 10; ++i) {
    if (queue.RunWell(queue.BarrierCommand()).cqe.sqhd != 0) {
      return {kNonStrict, "SQHD counts on though SQ flow control is disabled"};
    }
  }
  return Pass();
}
Verdict HeadStaysZeroOnAdmin(HostPeer& host) {
  host.ConnectAdmin({}, {.no_flow_control = true});
  return HeadStaysZero(host);
}
Verdict HeadStaysZeroOnIo(HostPeer& admin) {
  HostPeer io = admin.OpenIo({}, {.no_flow_control = true});
  return HeadStaysZero(io);
}

// A host that trusts SQHD alone keeps the queue as full as it is allowed to.
Verdict NeverStalls(HostPeer& queue, unsigned commands) {
  std::uint32_t head = queue.RunWell(queue.BarrierCommand()).cqe.sqhd;
  std::uint32_t tail = head;
  unsigned sent = 0;
  unsigned done = 0;
  while (done < commands) {
    queue.Hold();
    for (; sent < commands && (tail + 1) % kEntries != head; ++sent) {
      queue.Submit(queue.BarrierCommand());
      tail = (tail + 1) % kEntries;
    }
    queue.Release();
    if (sent == done) return {kNonStrict, "SQHD leaves the host without an entry"};
    head = queue.Take<tcp::CapsuleResp>().cqe.sqhd;
    if (head >= kEntries) return {kFail, "SQHD is " + std::to_string(head)};
    ++done;
  }
  return Pass();
}
Verdict AdminNeverStalls(HostPeer& host) {
  host.ConnectAdmin({}, {.entries = kEntries});
  return NeverStalls(host, 1000);
}
Verdict IoNeverStalls(HostPeer& admin) {
  HostPeer io = admin.OpenIo({}, {.entries = kEntries});
  return NeverStalls(io, 1000);
}

Verdict AsManyAsMaxcmd(HostPeer& admin) {
  HostPeer io = admin.OpenIo({}, {.entries = kEntries, .no_flow_control = true});
  const std::uint16_t maxcmd = io.claims().id.maxcmd;
  const std::uint32_t most =
      maxcmd == 0 ? kEntries - 1 : std::min<std::uint32_t>(kEntries - 1, maxcmd);
  std::vector<std::uint16_t> cids;
  io.Hold();
  for (std::uint32_t i = 0; i < most; ++i) {
    cids.push_back(io.Start(io.ReadCommand(io.claims().block)));
  }
  io.Release();
  for (const std::uint16_t cid : cids) {
    const Exchange read = io.Finish(cid);
    if (!read.ok()) return {kFail, "a Read ends with " + read.cqe.status().Text()};
  }
  return io.ExpectAlive();
}

constexpr Case kCases[] = {
    {"FLOW-01/admin", "SQHD advances by one with each admin command, modulo the queue's size",
     AdminHeadAdvances, kSafe},
    {"FLOW-01/four-entries", "SQHD advances by one with each I/O command, modulo four",
     IoHeadAdvances, kSafe, Need::kIoQueue},
    {"FLOW-02/admin", "DISSQFC on an admin queue is agreed to by SQHD FFFFh, or declined",
     DisabledOnAdmin, kSafe},
    {"FLOW-02/io", "DISSQFC on an I/O queue is agreed to by SQHD FFFFh, or declined", DisabledOnIo,
     kSafe, Need::kIoController},
    {"FLOW-03/admin", "SQ flow control is not disabled on an admin queue without being asked",
     EnabledOnAdmin, kSafe},
    {"FLOW-03/io", "SQ flow control is not disabled on an I/O queue without being asked",
     EnabledOnIo, kSafe, Need::kIoController},
    {"FLOW-04/admin", "Without SQ flow control SQHD is 0 on an admin queue", HeadStaysZeroOnAdmin,
     kSafe, Need::kNoFlowControl},
    {"FLOW-04/io", "Without SQ flow control SQHD is 0 on an I/O queue", HeadStaysZeroOnIo, kSafe,
     Need::kIoQueue | Need::kNoFlowControl},
    {"FLOW-05/admin", "A host that trusts SQHD alone is never blocked on its admin queue",
     AdminNeverStalls, kSafe},
    {"FLOW-05/io", "A host that trusts SQHD alone is never blocked on an I/O queue", IoNeverStalls,
     kSafe, Need::kIoQueue},
    {"FLOW-07/maxcmd", "Without SQ flow control as many commands complete as MAXCMD allows",
     AsManyAsMaxcmd, kSafe, Need::kIoQueue | Need::kNoFlowControl},
};

}  // namespace

std::span<const Case> FlowCases() { return kCases; }

}  // namespace nvmf::conformance
