// Commands beside one another, controller on trial: many at once, on two queues, in fused pairs;
// and namespaces that may not be written to or go away. (NVM Express Base, "Command Processing",
// "Fused Operations", "Namespace Write Protection")
#include <algorithm>
#include <random>
#include <utility>

#include "conformance/cases/blocks.h"
#include "conformance/cases/cases.h"
#include "conformance/cases/changes.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;
using enum NvmOpcode;

// --- Fused pairs ---

bool ClaimsPairs(const HostPeer& host) {
  return (host.claims().id.fuses & kFusesCompareAndWrite) != 0;
}
Sqe Fused(Sqe sqe, std::uint8_t fuse) {
  sqe.flags |= fuse;
  return sqe;
}

// Pair sends a Compare with `expected` and a Write of `wanted`, one right behind the other.
std::pair<StatusCode, StatusCode> Pair(HostPeer& io, const Bytes& expected, const Bytes& wanted) {
  io.Hold();
  const std::uint16_t first = io.Start(Fused(OnBlocks(io, kCompare, 1), kFuseFirst), expected);
  const std::uint16_t second = io.Start(Fused(OnBlocks(io, kWrite, 1), kFuseSecond), wanted);
  io.Release();
  const StatusCode compare = io.Finish(first).cqe.status().code();
  return {compare, io.Finish(second).cqe.status().code()};
}
template <bool kAlike>
Verdict PairsAreOne(HostPeer& admin) {
  if (!ClaimsPairs(admin)) return {kSkip, "FUSES claims no Compare and Write"};
  HostPeer io = admin.OpenIo();
  const Bytes stored = Pattern(io.claims().block, 51);
  const Bytes wanted = Pattern(io.claims().block, 52);
  Store(io, stored);
  const auto [compare, write] = Pair(io, kAlike ? stored : wanted, wanted);
  const auto legal =
      kAlike ? std::pair(kSuccess, kSuccess) : std::pair(kCompareFailure, kAbortedFailedFused);
  if (std::pair(compare, write) != legal) {
    return {kFail, "the pair ends with " + Status(compare).Text() + " and " + Status(write).Text()};
  }
  return Holds(io.Read(io.claims().block) == (kAlike ? wanted : stored),
               "what is read is not what the pair says it did");
}
// A half without its other is aborted; where FUSES claims nothing, FUSE is refused.
Answer HalfIsRefused(const HostPeer& io) {
  return ClaimsPairs(io) ? Says({kAbortedMissingFused}) : Says({kInvalidField});
}
Verdict SecondAlone(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const Sqe sqe = Fused(OnBlocks(io, kWrite, 1), kFuseSecond);
  return io.Try(sqe, Pattern(io.claims().block, 53)).Or(HalfIsRefused(io), kPass);
}
Verdict FirstAlone(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const Bytes data = io.Read(io.claims().block);
  io.Hold();
  const std::uint16_t half = io.Start(Fused(OnBlocks(io, kCompare, 1), kFuseFirst), data);
  const std::uint16_t whole = io.Start(OnBlocks(io, kRead, 1));
  io.Release();
  const StatusCode code = io.Finish(half).cqe.status().code();
  const StatusCode legal = ClaimsPairs(io) ? kAbortedMissingFused : kInvalidField;
  if (code != legal) return {kFail, "the half ends with " + Status(code).Text()};
  return Holds(io.Finish(whole).data == data, "the Read behind it does not bring its data");
}
template <std::uint8_t kFuse>
Verdict FusedRead(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const bool second = kFuse == kFuseSecond && ClaimsPairs(io);
  return io.Try(Fused(OnBlocks(io, kRead, 1), kFuse))
      .Or(second ? Says({kAbortedMissingFused, kInvalidField}) : Says({kInvalidField}), kPass);
}

// --- Many at once ---

constexpr std::uint32_t kRoom = 8;  // Blocks of each command's own.

std::uint32_t SomeBlocks(std::uint32_t i) { return 1 + i * 5 % kRoom; }
Bytes SomeData(const HostPeer& io, std::uint32_t i) {
  return Pattern(Octets(io, SomeBlocks(i)), 60 + i);
}

Verdict AFullQueue(HostPeer& admin) {
  const std::uint32_t most = Cap{.raw = admin.claims().cap}.max_entries();
  const std::uint64_t room = admin.claims().scratch_blocks / kRoom;
  const auto entries = static_cast<std::uint32_t>(std::min<std::uint64_t>({most, room + 1, 65}));
  HostPeer io = admin.OpenIo({}, {.entries = entries});
  std::vector<std::uint16_t> cids;
  const auto finish_all = [&](const char* what) {
    for (std::uint32_t i = 0; i < cids.size(); ++i) {
      const Exchange done = io.Finish(cids[i]);
      if (!done.ok()) throw Unmet{{kFail, what + (" ends with " + done.cqe.status().Text())}};
      if (done.sqe.opc == std::to_underlying(kRead) && done.data != SomeData(io, i)) {
        throw Unmet{{kFail, "a Read brings other data than were written"}};
      }
    }
    cids.clear();
  };
  for (std::uint32_t i = 0; i + 1 < entries; ++i) {
    cids.push_back(io.Start(OnBlocks(io, kWrite, SomeBlocks(i), i * kRoom), SomeData(io, i)));
  }
  finish_all("a Write");
  for (std::uint32_t i = 0; i + 1 < entries; ++i) {
    const Sqe read = OnBlocks(io, kRead, SomeBlocks(i), i * kRoom);
    cids.push_back(io.Start(i % 4 == 3 ? MakeFlush(io.claims().nsid) : read));
  }
  finish_all("a Read or Flush");
  return io.ExpectAlive();  // A completion too many would come before it.
}

Verdict SeenOnAnotherQueue(HostPeer& admin) {
  if (admin.AskForQueues() < 2) return {kSkip, "there is one I/O queue only"};
  HostPeer one = admin.OpenIo();
  HostPeer other = admin.OpenIo();
  for (std::uint32_t round = 0; round < 16; ++round) {
    const Bytes data = Pattern(Octets(one, kRoom), 70 + round);
    Store(one, data);
    if (other.Read(Octets(one, kRoom)) != data) return {kFail, "another queue reads other data"};
    std::swap(one, other);
  }
  return Pass();
}

// --- Namespaces ---

template <NvmOpcode kOpcode>
Verdict ProtectedIsNotWritten(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const ControllerClaims& claims = io.claims();
  if (kOpcode == kWriteZeroes && (claims.id.oncs & kOncsWriteZeroes) == 0) {
    return {kSkip, "ONCS does not claim it"};
  }
  Sqe read = MakeRead(claims.protected_nsid, 0, 1);
  read = Described(io, read, claims.protected_block);
  const Bytes before = io.RunWell(read).data;
  Sqe sqe = MakeBlockCommand(kOpcode, claims.protected_nsid, 0, 1);
  sqe = Described(io, sqe, claims.protected_block);
  if (auto untried = Untried(io, sqe)) return *untried;
  const Verdict refused = io.Try(sqe, Pattern(sqe.sgl1.length, 81))
                              .Or(Says({kNamespaceWriteProtected}), kPass)
                              .Or(Says({kAccessDenied, kInternalError}), kNonStrict,
                                  "refused, but not as write protected");
  if (refused.kind != kPass && refused.kind != kNonStrict) return refused;
  if (io.RunWell(read).data != before) return {kFail, "it was written all the same"};
  return refused;
}

Verdict NamespaceGoesDuringWrites(HostPeer& admin) {
  constexpr std::uint64_t kWrites = 16;
  HostPeer io = admin.OpenIo();
  const std::uint64_t blocks = io.claims().solicited() / io.claims().block;
  std::vector<OpenWrite> writes;
  for (std::uint64_t i = 0; i < kWrites; ++i) writes.push_back(io.OpenAWrite(0, i * blocks));
  const ChangedFor taken(admin, Change::kTakeNamespace, Change::kGiveNamespace);
  for (const OpenWrite& write : writes) {
    const Status status = io.FinishWrite(write).cqe.status();
    const StatusCode code = status.code();
    if (status.ok() || status.sct == 3 || code == kInvalidNamespace || code == kInternalError ||
        code == kInvalidField) {
      continue;
    }
    return {kFail, "a write ends with " + status.Text()};
  }
  const Verdict gone = io.Try(OnBlocks(io, kRead, 1)).Or(SaysAnyError(), kPass);
  if (auto bad = Bad(gone)) return *bad;
  return admin.ExpectAlive();
}

constexpr Case kCases[] = {
    {"IO-12/equal", "A fused Compare and Write is done where the blocks are equal",
     PairsAreOne<true>, kDestructive, Need::kIoQueue},
    {"IO-12/different", "A fused Compare that fails takes its Write along", PairsAreOne<false>,
     kDestructive, Need::kIoQueue},
    {"IO-12/second-alone", "The second half of a pair without a first is not done", SecondAlone,
     kDestructive, Need::kIoQueue},
    {"IO-12/first-alone", "The first half of a pair without a second is not done", FirstAlone,
     kSafe, Need::kIoQueue},
    {"IO-12/read-first", "A Read fused as the first of two is refused", FusedRead<kFuseFirst>,
     kSafe, Need::kIoQueue},
    {"IO-12/read-second", "A Read fused as the second of two is refused", FusedRead<kFuseSecond>,
     kSafe, Need::kIoQueue},
    {"IO-13/full-queue", "As many commands as the queue takes are each done, and done once",
     AFullQueue, kDestructive, Need::kIoQueue},
    {"IO-14/two-queues", "What was written on one queue is read on another", SeenOnAnotherQueue,
     kDestructive, Need::kIoQueue},
    {"IO-15/write", "A Write to a write-protected namespace is refused",
     ProtectedIsNotWritten<kWrite>, kDestructive, Need::kIoQueue | Need::kProtectedNamespace},
    {"IO-15/write-zeroes", "A Write Zeroes of a write-protected namespace is refused",
     ProtectedIsNotWritten<kWriteZeroes>, kDestructive, Need::kIoQueue | Need::kProtectedNamespace},
    {"IO-18/during-writes", "Writes whose namespace is taken away end, and all else goes on",
     NamespaceGoesDuringWrites, kDestructive, Need::kIoQueue | Need::kChanges},
};

}  // namespace

std::span<const Case> IoQueuesCases() { return kCases; }

}  // namespace nvmf::conformance
