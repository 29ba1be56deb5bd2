// Reads and writes, controller on trial. (NVM Command Set, "Read command", "Write command")
#include <algorithm>

#include "conformance/cases/blocks.h"
#include "conformance/cases/cases.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;
using enum NvmOpcode;

// Some returns `blocks`, or as many as one command may move here.
std::uint32_t Some(const HostPeer& io, std::uint32_t blocks) {
  const std::uint64_t most = io.claims().max_transfer / io.claims().block;
  return most == 0 ? blocks : static_cast<std::uint32_t>(std::min<std::uint64_t>(blocks, most));
}

// ReadsBack writes to the first granted blocks and demands the same of a read.
Verdict ReadsBack(HostPeer& io, std::uint32_t blocks, NvmOptions options = {}) {
  const Bytes data = Pattern(Octets(io, blocks), blocks + 1);
  io.RunWell(OnBlocks(io, kWrite, blocks, 0, options), data);
  const Exchange read = io.RunWell(OnBlocks(io, kRead, blocks, 0, options));
  return Holds(read.data == data, "other data were read than were written");
}
template <std::uint32_t kBlocks>
Verdict WrittenIsRead(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  return ReadsBack(io, Some(io, kBlocks));
}
// What no capsule takes is asked for.
Verdict WrittenIsReadBeyondCapsules(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  return ReadsBack(io, io.claims().solicited() / io.claims().block);
}
Verdict WrittenThroughIsRead(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  return ReadsBack(io, 4, {.fua = true});
}
// A write of one block leaves those beside it as they are.
Verdict NeighboursStay(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const std::uint32_t block = io.claims().block;
  Bytes data = Pattern(Octets(io, 3), 5);
  Store(io, data);
  const Bytes middle = Pattern(block, 6);
  Store(io, middle, 1);
  std::ranges::copy(middle, data.begin() + block);
  return Holds(io.Read(Octets(io, 3)) == data, "blocks beside the written one have changed");
}

constexpr std::uint64_t kLastOf64Bits = ~std::uint64_t{0};

// Beyond tries a command on blocks that are not all there.
Verdict Beyond(HostPeer& admin, NvmOpcode opcode, std::uint64_t slba, std::uint32_t blocks) {
  HostPeer io = admin.OpenIo();
  blocks = Some(io, blocks);
  const Sqe sqe = Anywhere(io, opcode, slba, blocks);
  if (auto untried = Untried(io, sqe)) return *untried;
  if (auto bad = Bad(io.Try(sqe, Bytes(sqe.sgl1.length)).Or(Says({kLbaOutOfRange}), kPass))) {
    return *bad;
  }
  return io.ExpectAlive();
}
template <NvmOpcode kOpcode>
Verdict BehindTheEnd(HostPeer& admin) {
  return Beyond(admin, kOpcode, admin.claims().blocks, 1);
}
template <NvmOpcode kOpcode>
Verdict AcrossTheEnd(HostPeer& admin) {
  return Beyond(admin, kOpcode, admin.claims().blocks - 1, 2);
}
Verdict ReadOfTheLastLba(HostPeer& admin) { return Beyond(admin, kRead, kLastOf64Bits, 1); }
// The sum of SLBA and the count is a small number, in 64 bits.
Verdict ReadThatWraps(HostPeer& admin) { return Beyond(admin, kRead, kLastOf64Bits, 256); }
template <NvmOpcode kOpcode, std::uint16_t kOncs>
Verdict OptionalBehindTheEnd(HostPeer& admin) {
  if ((admin.claims().id.oncs & kOncs) == 0) return {kSkip, "ONCS does not claim it"};
  return Beyond(admin, kOpcode, admin.claims().blocks, 1);
}

// MostBlocks returns what MDTS allows; where there is no limit, or none that a command can pass,
// the case ends.
std::uint32_t MostBlocks(const HostPeer& host) {
  const std::uint64_t most = host.claims().max_transfer / host.claims().block;
  if (most == 0) throw Unmet{{kSkip, "MDTS claims no limit"}};
  if (most >= kMaxBlocks) throw Unmet{{kSkip, "no command passes MDTS"}};
  return static_cast<std::uint32_t>(most);
}
Verdict ReadOfMdts(HostPeer& admin) {
  const std::uint32_t most = MostBlocks(admin);
  HostPeer io = admin.OpenIo();
  const Exchange read = io.Run(Anywhere(io, kRead, 0, most));
  if (!read.ok()) return {kFail, "a read of MDTS ends with " + read.cqe.status().Text()};
  return Holds(read.data.size() == Octets(io, most), "fewer octets come than were asked for");
}
template <NvmOpcode kOpcode>
Verdict PastMdts(HostPeer& admin) {
  const std::uint32_t blocks = MostBlocks(admin) + 1;
  HostPeer io = admin.OpenIo();
  const Sqe sqe = OnBlocks(io, kOpcode, blocks);
  const Bytes out(kOpcode == kWrite ? sqe.sgl1.length : 0);
  return io.Try(sqe, out)
      .Or(Says({kInvalidField}), kPass)
      .Or(TermReqFes({kLimit}), kNonStrict, "a fatal error instead of 0/02h");
}

// A descriptor of one block for a command on eight.
template <NvmOpcode kOpcode>
Verdict ShortDescriptor(HostPeer& admin) {
  if (kOpcode == kCompare && (admin.claims().id.oncs & kOncsCompare) == 0) {
    return {kSkip, "ONCS does not claim it"};
  }
  HostPeer io = admin.OpenIo();
  const std::uint32_t block = io.claims().block;
  const Sqe sqe = Described(io, OnBlocks(io, kOpcode, 8), block);
  return io.Try(sqe, Bytes(kOpcode == kRead ? 0 : block))
      .Or(Says({kSglDataLengthInvalid}), kPass)
      .Or(Says({kInvalidField}), kNonStrict, "0/02h instead of 0/0Fh");
}

// With PRINFO on a plain namespace a command is refused, or done as if it were not there.
constexpr NvmOptions kProtected = {.prinfo = 0xF};
constexpr auto kInvalidProtection = static_cast<StatusCode>(0x181);

bool RefusesProtection(const Exchange& exchange) {
  const StatusCode code = exchange.cqe.status().code();
  return code == kInvalidField || code == kUnrecoveredReadError || code == kInvalidProtection;
}
Verdict ReadWithPrinfo(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const Bytes truth = io.Read(Octets(io, 8));
  const Exchange read = io.Run(OnBlocks(io, kRead, 8, 0, kProtected));
  if (!read.ok()) return Holds(RefusesProtection(read), "it ends with " + read.cqe.status().Text());
  return Holds(read.data == truth, "other data come than without PRINFO");
}
Verdict WriteWithPrinfo(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const Bytes before = Pattern(Octets(io, 8), 21);
  const Bytes after = Pattern(Octets(io, 8), 22);
  Store(io, before);
  const Exchange write = io.Run(OnBlocks(io, kWrite, 8, 0, kProtected), after);
  if (!write.ok() && !RefusesProtection(write)) {
    return {kFail, "it ends with " + write.cqe.status().Text()};
  }
  return Holds(io.Read(Octets(io, 8)) == (write.ok() ? after : before),
               "what is read is not what the write says it did");
}

constexpr Case kCases[] = {
    {"IO-01/one-block", "A block is read as it was written", WrittenIsRead<1>, kDestructive,
     Need::kIoQueue},
    {"IO-01/eight-blocks", "Eight blocks are read as they were written", WrittenIsRead<8>,
     kDestructive, Need::kIoQueue},
    {"IO-01/solicited", "What does not fit in a capsule is read as it was written",
     WrittenIsReadBeyondCapsules, kDestructive, Need::kIoQueue},
    {"IO-01/256-blocks", "256 blocks are read as they were written", WrittenIsRead<256>,
     kDestructive, Need::kIoQueue},
    {"IO-01/fua", "What is written with FUA is read with FUA", WrittenThroughIsRead, kDestructive,
     Need::kIoQueue},
    {"IO-01/neighbours", "A write of a block leaves the blocks beside it alone", NeighboursStay,
     kDestructive, Need::kIoQueue},
    {"IO-02/read-behind", "A Read of the block behind the last is out of range",
     BehindTheEnd<kRead>, kSafe, Need::kIoQueue},
    {"IO-02/read-across", "A Read of the last block and the next is out of range",
     AcrossTheEnd<kRead>, kSafe, Need::kIoQueue},
    {"IO-02/read-last-lba", "A Read of the last LBA of 64 bits is out of range", ReadOfTheLastLba,
     kSafe, Need::kIoQueue},
    {"IO-02/read-wraps", "A Read whose last LBA wraps is out of range", ReadThatWraps, kSafe,
     Need::kIoQueue},
    {"IO-02/write-behind", "A Write to the block behind the last is out of range",
     BehindTheEnd<kWrite>, kDestructive, Need::kIoQueue},
    {"IO-02/write-across", "A Write to the last block and the next is out of range",
     AcrossTheEnd<kWrite>, kDestructive, Need::kIoQueue},
    {"IO-02/compare", "A Compare with the block behind the last is out of range",
     OptionalBehindTheEnd<kCompare, kOncsCompare>, kSafe, Need::kIoQueue},
    {"IO-02/verify", "A Verify of the block behind the last is out of range",
     OptionalBehindTheEnd<kVerify, kOncsVerify>, kSafe, Need::kIoQueue},
    {"IO-02/write-zeroes", "A Write Zeroes of the block behind the last is out of range",
     OptionalBehindTheEnd<kWriteZeroes, kOncsWriteZeroes>, kDestructive, Need::kIoQueue},
    {"IO-04/read-mdts", "A Read of as much as MDTS allows brings all of it", ReadOfMdts, kSafe,
     Need::kIoQueue},
    {"IO-04/read", "A Read of a block more than MDTS allows is refused", PastMdts<kRead>, kSafe,
     Need::kIoQueue},
    {"IO-04/write", "A Write of a block more than MDTS allows is refused", PastMdts<kWrite>,
     kDestructive, Need::kIoQueue},
    {"IO-05/read", "A Read of eight blocks into the room of one is refused", ShortDescriptor<kRead>,
     kSafe, Need::kIoQueue},
    {"IO-05/write", "A Write of eight blocks with the data of one is refused",
     ShortDescriptor<kWrite>, kDestructive, Need::kIoQueue},
    {"IO-05/compare", "A Compare of eight blocks with the data of one is refused",
     ShortDescriptor<kCompare>, kSafe, Need::kIoQueue},
    {"IO-16/read", "PRINFO on a Read without protection information is refused or ignored",
     ReadWithPrinfo, kSafe, Need::kIoQueue},
    {"IO-16/write", "PRINFO on a Write without protection information is refused or ignored",
     WriteWithPrinfo, kDestructive, Need::kIoQueue},
};

}  // namespace

std::span<const Case> IoBlocksCases() { return kCases; }

}  // namespace nvmf::conformance
