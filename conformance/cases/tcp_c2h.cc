// Data to the host, controller on trial. (NVMe/TCP, "Controller to Host Command Data", "C2HData
// PDU")
//
// Form and order of the PDUs are judged as they come.
#include <algorithm>

#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/admin.h"

namespace nvmf::conformance {
namespace {

// LongRead returns 1 MiB, or as much as a command and the namespace allow.
std::uint32_t LongRead(const HostPeer& io, std::uint64_t wanted) {
  const ControllerClaims& claims = io.claims();
  const std::uint64_t most = claims.max_transfer == 0 ? wanted : claims.max_transfer;
  return static_cast<std::uint32_t>(std::min({wanted, most, claims.blocks * claims.block}));
}

Verdict ReadWhole(HostPeer& io, std::uint32_t octets) {
  const Exchange read = io.RunWell(io.ReadCommand(octets));
  if (read.data.size() == octets) return Pass();
  return {kFail, std::to_string(read.data.size()) + " octets came of " + std::to_string(octets)};
}

Verdict IdentifyArrives(HostPeer& host) {
  host.Enable();
  host.Identify();
  host.Identify(Cns::kActiveNsids);
  return Pass();
}

template <std::uint64_t kOctets>
Verdict ReadArrives(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  return ReadWhole(io, LongRead(io, kOctets));
}

Verdict ShortLogPageStaysShort(HostPeer& host) {
  host.Enable();
  Sqe sqe = MakeGetLogPage({.lid = static_cast<LogPage>(0x02), .octets = 512, .nsid = 0xFFFFFFFF});
  sqe.sgl1 = {.length = 4096, .type = Sgl::kTransport};
  const Exchange log = host.Run(sqe);
  if (!log.ok()) return {kInfo, "refused: " + log.cqe.status().Text()};
  if (log.data.size() == 512) return Pass();
  return {kFail, std::to_string(log.data.size()) + " octets came, 512 were asked for"};
}

Verdict RefusedReadBringsNoMoreThanItsSgl(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  Sqe sqe = io.ReadCommand(io.claims().block * 2);
  sqe.sgl1.length = io.claims().block;
  io.Run(sqe);
  return io.ExpectAlive();
}

Verdict NoSuccessFlagWithFlowControl(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const Exchange read = io.RunWell(io.ReadCommand(io.claims().block));
  if (!read.by_success) return Pass();
  return {kFail, "SUCCESS in C2HData on a queue with SQ flow control"};
}

Verdict NoResponseAfterSuccess(HostPeer& admin) {
  const ConnectOptions options{.no_flow_control = true};
  admin.ConnectAdmin({}, options);
  HostPeer io = admin.OpenIo({}, options);
  for (int i = 0; i < 4; ++i) io.RunWell(io.ReadCommand(io.claims().block));
  return io.ExpectBarrier();  // A CapsuleResp too many would come before it.
}

template <std::uint8_t kHpda>
Verdict DataAreAligned(HostPeer& admin) {
  HostPeer io = admin.OpenIo({.hpda = kHpda});
  admin.Identify();
  return ReadWhole(io, LongRead(io, 64 << 10));
}

Verdict ParallelReadsDoNotMix(HostPeer& admin) {
  constexpr std::uint64_t kReads = 16;
  HostPeer io = admin.OpenIo();
  const std::uint32_t block = io.claims().block;
  const std::uint64_t places = std::min(kReads, io.claims().blocks);
  std::vector<Bytes> expected;
  for (std::uint64_t at = 0; at < places; ++at) expected.push_back(io.Read(block, at));
  std::vector<std::uint16_t> cids;
  for (std::uint64_t at = 0; at < places; ++at) cids.push_back(io.Start(io.ReadCommand(block, at)));
  for (std::size_t i = 0; i < cids.size(); ++i) {
    if (io.Finish(cids[i]).data != expected[i]) return {kFail, "a read brought another's data"};
  }
  return Pass();
}

constexpr Case kCases[] = {
    {"TCP-C2H-01/identify", "Identify data arrive in contiguous, well-formed C2HData",
     IdentifyArrives, kSafe, kNoNeeds, kSetUpOnTrial},
    {"TCP-C2H-01/read-128-kib", "Read data arrive in contiguous, well-formed C2HData",
     ReadArrives<128 << 10>, kSafe, Need::kIoQueue},
    {"TCP-C2H-02/read-1-mib", "LAST_PDU is on the last C2HData of a command and on no other",
     ReadArrives<1 << 20>, kSafe, Need::kIoQueue},
    {"TCP-C2H-03/lengths", "DATAL is a multiple of 4, and PLEN is PDO, DATAL and digest",
     ReadArrives<64 << 10>, kSafe, Need::kIoQueue},
    {"TCP-C2H-04/read", "A successful read delivers all of its data", ReadArrives<256 << 10>, kSafe,
     Need::kIoQueue},
    {"TCP-C2H-04/short-log-page", "A log page shorter than the SGL delivers what was asked for",
     ShortLogPageStaysShort, kSafe, Need::kIoQueue},
    {"TCP-C2H-04/short-sgl", "No more data come than the SGL describes",
     RefusedReadBringsNoMoreThanItsSgl, kSafe, Need::kIoQueue},
    {"TCP-C2H-05/success-with-last", "SUCCESS is set only together with LAST_PDU",
     NoResponseAfterSuccess, kSafe, Need::kIoQueue | Need::kNoFlowControl},
    {"TCP-C2H-06/flow-control", "There is no SUCCESS where SQ flow control is in use",
     NoSuccessFlagWithFlowControl, kSafe, Need::kIoQueue},
    {"TCP-C2H-07/no-response", "After SUCCESS there is no CapsuleResp, without it there is one",
     NoResponseAfterSuccess, kSafe, Need::kIoQueue | Need::kNoFlowControl},
    {"TCP-C2H-08/hpda-0", "C2HData begin at a multiple of 4 octets", DataAreAligned<0>, kSafe,
     Need::kIoQueue},
    {"TCP-C2H-08/hpda-1", "C2HData begin at a multiple of 8 octets for HPDA 1", DataAreAligned<1>,
     kSafe, Need::kIoQueue | Need::kHpda},
    {"TCP-C2H-08/hpda-7", "C2HData begin at a multiple of 32 octets for HPDA 7", DataAreAligned<7>,
     kSafe, Need::kIoQueue | Need::kHpda},
    {"TCP-C2H-08/hpda-31", "C2HData begin at a multiple of 128 octets for HPDA 31",
     DataAreAligned<31>, kSafe, Need::kIoQueue | Need::kHpda},
    {"TCP-C2H-10/parallel-reads", "The data of parallel reads do not mix", ParallelReadsDoNotMix,
     kSafe, Need::kIoQueue},
};

}  // namespace

std::span<const Case> TcpC2hCases() { return kCases; }

}  // namespace nvmf::conformance
