// Ready to Transfer, controller on trial. (NVMe/TCP, "Host to Controller Command Data", "R2T PDU")
//
// Writes here are longer than any capsule may carry: a controller need not ask for data that fit.
#include <algorithm>
#include <set>

#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/nvm.h"

namespace nvmf::conformance {
namespace {

// AtMost returns `octets`, or as much as one command may carry here, and at least what no capsule
// can.
std::uint32_t AtMost(const HostPeer& host, std::uint32_t octets) {
  const std::uint64_t most = host.claims().max_transfer;
  if (most != 0) octets = static_cast<std::uint32_t>(std::min<std::uint64_t>(octets, most));
  return std::max(octets, host.claims().solicited());
}

// WriteAndReadBack writes by R2T, and demands that what is read is what was written.
Verdict WriteAndReadBack(HostPeer& io, std::uint32_t octets) {
  const Bytes data = Pattern(octets, octets);
  const Exchange write = io.RunWell(io.WriteCommand(octets, 0, Sgl::kTransport), data);
  if (write.asked != octets) {
    return {kFail, "R2Ts asked for " + std::to_string(write.asked) + " octets of " +
                       std::to_string(octets)};
  }
  if (io.Read(octets) == data) return Pass();
  return {kFail, "other data were read than were written"};
}

template <std::uint32_t kOctets>
Verdict R2TsCoverTheData(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  return WriteAndReadBack(io, AtMost(io, kOctets));
}

Verdict ShortestSolicitedWrite(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  return WriteAndReadBack(io, io.claims().solicited());
}

Verdict FirstR2TBeginsAtZero(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  if (write.r2t.r2to != 0) return {kFail, "the first R2TO is not 0"};
  if (io.FinishWrite(write).ok()) return Pass();
  return {kFail, "the write fails"};
}

Verdict NoMoreR2TsThanAllowed(HostPeer& admin) {
  HostPeer io = admin.OpenIo({.maxr2t = 0});
  const OpenWrite write = io.OpenAWrite(AtMost(io, 128 << 10));
  if (auto bad = Bad(io.ExpectBarrier())) return *bad;  // A second R2T would come before it.
  if (io.FinishWrite(write).ok()) return Pass();
  return {kFail, "the write fails"};
}

Verdict TtagsAreDistinct(HostPeer& admin) {
  constexpr std::uint64_t kWrites = 12;
  HostPeer io = admin.OpenIo();
  const std::uint64_t blocks = io.claims().solicited() / io.claims().block;
  std::set<std::uint16_t> ttags;
  std::vector<OpenWrite> writes;
  for (std::uint64_t i = 0; i < kWrites; ++i) {
    writes.push_back(io.OpenAWrite(0, i * blocks));
    if (!ttags.insert(writes.back().r2t.ttag).second) return {kFail, "a TTAG is used twice"};
  }
  for (const OpenWrite& write : writes) {
    if (!io.FinishWrite(write).ok()) return {kFail, "a write fails"};
  }
  return Pass();
}

Verdict NoR2TForARead(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  io.Read(AtMost(io, 64 << 10));
  return io.ExpectBarrier();
}

Verdict NoR2TWithoutData(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  io.RunWell(MakeFlush(io.claims().nsid));
  return io.ExpectBarrier();
}

Verdict NoR2TForDataInCapsule(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const std::uint32_t block = io.claims().block;
  io.RunWell(io.WriteCommand(block, 0, Sgl::kInCapsule), Pattern(block, 6));
  return io.ExpectBarrier();
}

Verdict ConnectDataAreSolicited(HostPeer& host) {
  host.ConnectAdmin({}, {.sgl_type = Sgl::kTransport});
  return host.ExpectAlive();
}

constexpr Case kCases[] = {
    {"TCP-R2T-01/first-at-0", "Data of a write are asked for by R2T, from offset 0 on",
     FirstR2TBeginsAtZero, kDestructive, Need::kIoQueue, kSetUpOnTrial},
    {"TCP-R2T-02/shortest", "The R2Ts of the shortest solicited write cover its data",
     ShortestSolicitedWrite, kDestructive, Need::kIoQueue, kSetUpOnTrial},
    {"TCP-R2T-02/128-kib", "The R2Ts of a write of 128 KiB cover its data, contiguously",
     R2TsCoverTheData<128 << 10>, kDestructive, Need::kIoQueue, kSetUpOnTrial},
    {"TCP-R2T-02/1-mib", "The R2Ts of a write of 1 MiB, or MDTS, cover its data, contiguously",
     R2TsCoverTheData<1 << 20>, kDestructive, Need::kIoQueue, kSetUpOnTrial},
    {"TCP-R2T-03/maxr2t-0", "With MAXR2T 0 one R2T at a time is outstanding for a command",
     NoMoreR2TsThanAllowed, kDestructive, Need::kIoQueue},
    {"TCP-R2T-04/dwords", "R2TO and R2TL are multiples of 4, and R2TL is not 0",
     ShortestSolicitedWrite, kDestructive, Need::kIoQueue, kSetUpOnTrial},
    {"TCP-R2T-05/distinct-ttags", "Commands outstanding together do not share a TTAG",
     TtagsAreDistinct, kDestructive, Need::kIoQueue},
    {"TCP-R2T-06/read", "There is no R2T for a read", NoR2TForARead, kSafe, Need::kIoQueue},
    {"TCP-R2T-06/flush", "There is no R2T for a command without data", NoR2TWithoutData, kSafe,
     Need::kIoQueue},
    {"TCP-R2T-06/in-capsule", "There is no R2T for data in the capsule", NoR2TForDataInCapsule,
     kDestructive, Need::kIoQueue | Need::kInCapsule},
    {"TCP-R2T-07/connect", "Connect data offered with a transport SGL are asked for by R2T",
     ConnectDataAreSolicited, kSafe, kNoNeeds, kSetUpOnTrial},
};

}  // namespace

std::span<const Case> TcpR2tCases() { return kCases; }

}  // namespace nvmf::conformance
