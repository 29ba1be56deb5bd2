// Commands of the NVM command set but Read and Write, controller on trial. (NVM Command Set, "NVM
// Command Set Commands"; NVM Express Base, "Opcodes for I/O Commands", "Namespace Identifier")
#include <algorithm>

#include "conformance/cases/blocks.h"
#include "conformance/cases/cases.h"
#include "nvmf/nvme/namespace_list.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;
using enum NvmOpcode;

bool Claims(const HostPeer& host, std::uint16_t oncs) {
  return (host.claims().id.oncs & oncs) != 0;
}
Verdict IsInvalidOpcode(HostPeer& peer, const Sqe& sqe, Bytes out = {}) {
  if (auto untried = Untried(peer, sqe)) return *untried;
  return peer.Try(sqe, std::move(out))
      .Or(Says({kInvalidOpcode}), kPass)
      .Or(Says({kInvalidField}), kNonStrict, "0/02h instead of 0/01h");
}

// --- Namespaces ---

enum class Nsid { kZero, kPastNn, kAll };
std::uint32_t ValueOf(Nsid nsid, const HostPeer& host) {
  if (nsid == Nsid::kZero) return 0;
  return nsid == Nsid::kAll ? kNsidAll : host.claims().id.nn + 1;
}
template <Nsid kNsid>
Verdict ReadOfNoNamespace(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  Sqe sqe = OnBlocks(io, kRead, 1);
  sqe.nsid = ValueOf(kNsid, io);
  return io.Try(sqe).Or(Says({kInvalidNamespace}), kPass);
}
// An NSID that may be a namespace's, and is none's.
std::uint32_t InactiveNsid(HostPeer& admin) {
  const auto list = Page<NsidList>(admin.Identify(Cns::kActiveNsids));
  const auto used = list.used();
  for (std::uint32_t nsid = admin.claims().id.nn; nsid > 0; --nsid) {
    if (std::ranges::find(used, nsid) == used.end()) return nsid;
  }
  throw Unmet{{kSkip, "every NSID up to NN is active"}};
}
Verdict ReadOfAnInactiveNamespace(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  Sqe sqe = OnBlocks(io, kRead, 1);
  sqe.nsid = InactiveNsid(admin);
  return io.Try(sqe)
      .Or(Says({kInvalidField}), kPass)
      .Or(Says({kInvalidNamespace}), kNonStrict, "0/0Bh instead of 0/02h");
}

// --- Flush ---

Verdict FlushIsDone(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  return io.Try(MakeFlush(io.claims().nsid)).Or(SaysDone(), kPass);
}
template <Nsid kNsid>
Verdict FlushOfNoNamespace(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  return io.Try(MakeFlush(ValueOf(kNsid, io))).Or(Says({kInvalidNamespace}), kPass);
}
Verdict FlushOfAll(HostPeer& admin) {
  constexpr std::uint8_t kSaysHow = 0x06;  // VWC bits 2:1: 2 never, 3 always, 0 it is not said.
  HostPeer io = admin.OpenIo();
  const unsigned how = io.claims().id.vwc & kSaysHow;
  Outcome outcome = io.Try(MakeFlush(kNsidAll));
  if (how != kVwcNoFlushAll) outcome.Or(SaysDone(), kPass);
  if (how != kVwcFlushAll) outcome.Or(Says({kInvalidNamespace}), kPass);
  return outcome;
}

// --- Compare ---

// Compares holds blocks against their own data, one octet of them changed or none.
Verdict Compares(HostPeer& admin, std::uint32_t blocks, bool alike) {
  HostPeer io = admin.OpenIo();
  Bytes data = io.Read(Octets(io, blocks));
  if (!alike) data.back() ^= std::byte{1};
  const Sqe sqe = OnBlocks(io, kCompare, blocks);
  if (!Claims(io, kOncsCompare)) return IsInvalidOpcode(io, sqe, data);
  return io.Try(sqe, data).Or(alike ? SaysDone() : Says({kCompareFailure}), kPass);
}
template <std::uint32_t kBlocks, bool kAlike>
Verdict ComparesBlocks(HostPeer& admin) {
  return Compares(admin, kBlocks, kAlike);
}
template <bool kAlike>
Verdict ComparesBeyondCapsules(HostPeer& admin) {
  return Compares(admin, admin.claims().solicited() / admin.claims().block, kAlike);
}

// --- Write Zeroes ---

Verdict ZeroesARange(HostPeer& admin, std::uint32_t blocks, bool deallocate) {
  HostPeer io = admin.OpenIo();
  Sqe sqe = OnBlocks(io, kWriteZeroes, blocks, 1);
  if (deallocate) sqe.cdw12 |= kCdw12Deac;
  if (!Claims(io, kOncsWriteZeroes)) return IsInvalidOpcode(io, sqe);
  const Bytes full = Pattern(io.claims().block, 31);
  for (const std::uint32_t at : {0u, 1u, blocks, blocks + 1}) Store(io, full, at);
  io.RunWell(sqe);
  const Bytes empty(full.size());
  for (const std::uint32_t at : {1u, blocks}) {
    if (io.Read(io.claims().block, at) != empty) return {kFail, "the range does not read as zeros"};
  }
  for (const std::uint32_t at : {0u, blocks + 1}) {
    if (io.Read(io.claims().block, at) != full) return {kFail, "a block beside it has changed"};
  }
  return Pass();
}
template <std::uint32_t kBlocks, bool kDeallocate>
Verdict ZeroesAreRead(HostPeer& admin) {
  const std::uint64_t room = admin.claims().scratch_blocks;
  if (room < 3) return {kSkip, "guard: the blocks granted are too few"};
  const auto blocks = static_cast<std::uint32_t>(std::min<std::uint64_t>(kBlocks, room - 2));
  return ZeroesARange(admin, blocks, kDeallocate);
}

// --- Dataset Management ---

constexpr std::uint32_t kSpread = 64;

// Ranges is the data of so many ranges of a block each, over the first kSpread granted blocks.
Bytes Ranges(const HostPeer& io, std::uint32_t count) {
  Bytes data;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto octets =
        Encode(DsmRange{.blocks = 1, .slba = io.claims().scratch_first + i % kSpread});
    data.insert(data.end(), octets.begin(), octets.end());
  }
  return data;
}
Verdict DeallocatesRanges(HostPeer& admin, std::uint32_t count) {
  HostPeer io = admin.OpenIo();
  const Bytes ranges = Ranges(io, count);
  const Sqe sqe = Described(io, MakeDatasetManagement(io.claims().nsid, count), ranges.size());
  if (auto untried = Untried(io, sqe)) return *untried;
  if (!Claims(io, kOncsDatasetManagement)) return IsInvalidOpcode(io, sqe, ranges);
  const Bytes data = Pattern(io.claims().block, 41);
  const std::uint32_t beside = std::min(count, kSpread);
  Store(io, data, beside);
  if (auto bad = Bad(io.Try(sqe, ranges).Or(SaysDone(), kPass))) return *bad;
  return Holds(io.Read(io.claims().block, beside) == data, "a block beside them has changed");
}
template <std::uint32_t kRanges>
Verdict RangesAreTaken(HostPeer& admin) {
  return DeallocatesRanges(admin, kRanges);
}
Verdict RangesAreMissing(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const Bytes one = Ranges(io, 1);
  const Sqe sqe = Described(io, MakeDatasetManagement(io.claims().nsid, 256), one.size());
  if (auto untried = Untried(io, sqe)) return *untried;
  if (!Claims(io, kOncsDatasetManagement)) return IsInvalidOpcode(io, sqe, one);
  return io.Try(sqe, one)
      .Or(Says({kSglDataLengthInvalid}), kPass)
      .Or(Says({kInvalidField}), kNonStrict, "0/02h instead of 0/0Fh");
}
Verdict RangeBehindTheEnd(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const auto octets = Encode(DsmRange{.blocks = 8, .slba = io.claims().blocks});
  const Bytes range(octets.begin(), octets.end());
  const Sqe sqe = Described(io, MakeDatasetManagement(io.claims().nsid, 1), range.size());
  if (auto untried = Untried(io, sqe)) return *untried;
  if (!Claims(io, kOncsDatasetManagement)) return IsInvalidOpcode(io, sqe, range);
  return io.Try(sqe, range)
      .Or(Says({kLbaOutOfRange}), kPass)
      .Or(SaysDone(), kPass, "ranges are a hint");
}

// --- Opcodes ---

// Unclaimed are commands that ONCS says are not there, and such as no plain namespace has.
template <std::uint8_t kOpcode, std::uint16_t kOncs>
Verdict Unclaimed(HostPeer& admin) {
  if (Claims(admin, kOncs)) return {kSkip, "ONCS claims it"};
  HostPeer io = admin.OpenIo();
  return IsInvalidOpcode(io, {.opc = kOpcode, .nsid = io.claims().nsid});
}
Verdict VerifyFollowsOncs(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const Sqe sqe = OnBlocks(io, kVerify, 8);
  if (!Claims(io, kOncsVerify)) return IsInvalidOpcode(io, sqe);
  return io.Try(sqe).Or(SaysDone(), kPass);
}
Verdict IdentifyOnAnIoQueue(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  return IsInvalidOpcode(io, HostPeer::IdentifyCommand(Cns::kController, io.claims().nsid));
}
template <NvmOpcode kOpcode>
Verdict BlocksOnTheAdminQueue(HostPeer& admin) {
  admin.Enable();
  Sqe sqe = Anywhere(admin, kOpcode, admin.claims().scratch_first, 1);
  sqe.sgl1.type = Sgl::kInCapsule;  // An admin capsule takes 8192 octets.
  return IsInvalidOpcode(admin, sqe, Bytes(sqe.sgl1.length));
}

constexpr Case kCases[] = {
    {"IO-03/nsid-0", "A Read of NSID 0 is of an invalid namespace", ReadOfNoNamespace<Nsid::kZero>,
     kSafe, Need::kIoQueue},
    {"IO-03/past-nn", "A Read of NSID NN + 1 is of an invalid namespace",
     ReadOfNoNamespace<Nsid::kPastNn>, kSafe, Need::kIoQueue},
    {"IO-03/all", "A Read of all namespaces is of an invalid namespace",
     ReadOfNoNamespace<Nsid::kAll>, kSafe, Need::kIoQueue},
    {"IO-03/inactive", "A Read of a namespace that is not there is refused",
     ReadOfAnInactiveNamespace, kSafe, Need::kIoQueue},
    {"IO-06/nsid", "Flush of a namespace is done", FlushIsDone, kSafe, Need::kIoQueue},
    {"IO-06/all", "Flush of all namespaces is done, or refused, as VWC tells", FlushOfAll, kSafe,
     Need::kIoQueue},
    {"IO-06/nsid-0", "Flush of NSID 0 is of an invalid namespace", FlushOfNoNamespace<Nsid::kZero>,
     kSafe, Need::kIoQueue},
    {"IO-06/past-nn", "Flush of NSID NN + 1 is of an invalid namespace",
     FlushOfNoNamespace<Nsid::kPastNn>, kSafe, Need::kIoQueue},
    {"IO-07/equal", "Compare finds blocks equal to their data", ComparesBlocks<1, true>, kSafe,
     Need::kIoQueue},
    {"IO-07/different", "Compare finds another last octet", ComparesBlocks<1, false>, kSafe,
     Need::kIoQueue},
    {"IO-07/equal-solicited", "Compare finds blocks equal that no capsule takes",
     ComparesBeyondCapsules<true>, kSafe, Need::kIoQueue},
    {"IO-07/different-solicited", "Compare finds another last octet where no capsule takes them",
     ComparesBeyondCapsules<false>, kSafe, Need::kIoQueue},
    {"IO-08/one-block", "Write Zeroes makes a block read as zeros, and no other",
     ZeroesAreRead<1, false>, kDestructive, Need::kIoQueue},
    {"IO-08/1001-blocks", "Write Zeroes makes many blocks read as zeros, and no others",
     ZeroesAreRead<1001, false>, kDestructive, Need::kIoQueue},
    {"IO-08/deac", "Write Zeroes with DEAC makes blocks read as zeros", ZeroesAreRead<64, true>,
     kDestructive, Need::kIoQueue},
    {"IO-09/one-range", "Dataset Management takes one range", RangesAreTaken<1>, kDestructive,
     Need::kIoQueue},
    {"IO-09/256-ranges", "Dataset Management takes 256 ranges", RangesAreTaken<256>, kDestructive,
     Need::kIoQueue},
    {"IO-09/short", "Dataset Management of 256 ranges with the data of one is refused",
     RangesAreMissing, kDestructive, Need::kIoQueue},
    {"IO-09/behind", "A range behind the end is out of range, or a hint that nobody takes",
     RangeBehindTheEnd, kDestructive, Need::kIoQueue},
    {"IO-10/04", "Write Uncorrectable is invalid where ONCS does not claim it",
     Unclaimed<0x04, kOncsWriteUncorrectable>, kDestructive, Need::kIoQueue},
    {"IO-10/0b", "I/O opcode 0Bh is invalid where nobody defines it", Unclaimed<0x0B, 0>,
     kDisruptive, Need::kIoQueue},
    {"IO-10/0c", "Verify is done, or invalid, as ONCS tells", VerifyFollowsOncs, kSafe,
     Need::kIoQueue},
    {"IO-10/19", "Copy is invalid where ONCS does not claim it", Unclaimed<0x19, kOncsCopy>,
     kDestructive, Need::kIoQueue},
    {"IO-10/79", "Zone Management Send is invalid on a plain namespace", Unclaimed<0x79, 0>,
     kDestructive, Need::kIoQueue},
    {"IO-10/7a", "Zone Management Receive is invalid on a plain namespace", Unclaimed<0x7A, 0>,
     kDisruptive, Need::kIoQueue},
    {"IO-10/7d", "Zone Append is invalid on a plain namespace", Unclaimed<0x7D, 0>, kDestructive,
     Need::kIoQueue},
    {"IO-10/80", "I/O opcode 80h is invalid where the vendor has none", Unclaimed<0x80, 0>,
     kDestructive, Need::kIoQueue},
    {"IO-10/ff", "I/O opcode FFh is invalid where the vendor has none", Unclaimed<0xFF, 0>,
     kDestructive, Need::kIoQueue},
    {"IO-11/identify", "Identify is an invalid opcode on an I/O queue", IdentifyOnAnIoQueue,
     kDisruptive, Need::kIoQueue},
    {"IO-11/write", "Write is an invalid opcode on the admin queue", BlocksOnTheAdminQueue<kWrite>,
     kDisruptive, Need::kIoQueue},
    {"IO-11/compare", "Compare is an invalid opcode on the admin queue",
     BlocksOnTheAdminQueue<kCompare>, kDisruptive, Need::kIoQueue},
    {"IO-19/0d", "Reservation Register is invalid where ONCS does not claim reservations",
     Unclaimed<0x0D, kOncsReservations>, kDestructive, Need::kIoQueue},
    {"IO-19/0e", "Reservation Report is invalid where ONCS does not claim reservations",
     Unclaimed<0x0E, kOncsReservations>, kSafe, Need::kIoQueue},
    {"IO-19/11", "Reservation Acquire is invalid where ONCS does not claim reservations",
     Unclaimed<0x11, kOncsReservations>, kDestructive, Need::kIoQueue},
    {"IO-19/15", "Reservation Release is invalid where ONCS does not claim reservations",
     Unclaimed<0x15, kOncsReservations>, kDestructive, Need::kIoQueue},
};

}  // namespace

std::span<const Case> IoCommandsCases() { return kCases; }

}  // namespace nvmf::conformance
