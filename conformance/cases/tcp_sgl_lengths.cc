// The length in a command's data descriptor, controller on trial. (NVM Express Base, "Scatter
// Gather List (SGL)"; NVMe/TCP, "Data Transfer")
#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/nvm.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

// Short descriptors: what the host has no room for does not come.
template <std::uint32_t kOctets>
Verdict ShortIdentify(HostPeer& host) {
  host.Enable();
  Sqe sqe = HostPeer::IdentifyCommand();
  sqe.sgl1.length = kOctets;
  const Exchange exchange = host.Run(sqe);
  if (exchange.data.size() > kOctets) return {kFail, "more data came than the SGL describes"};
  if (exchange.ok()) return {kNonStrict, "cut to what the SGL describes"};
  if (exchange.cqe.status().code() == kSglDataLengthInvalid) return Pass();
  return {kNonStrict, "refused with " + exchange.cqe.status().Text()};
}
Verdict ShortRead(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  Sqe sqe = io.ReadCommand(8 * io.claims().block);
  sqe.sgl1.length -= io.claims().block;
  return io.Try(sqe).Or(Says({kSglDataLengthInvalid}), kPass).Or(SaysAnyError(), kNonStrict);
}

// Long descriptors: the data are what the command asks for, or it is refused.
Verdict MayBeLonger(HostPeer& peer, Sqe sqe, std::uint32_t surplus) {
  const std::uint32_t need = sqe.sgl1.length;
  sqe.sgl1.length += surplus;
  const Exchange exchange = peer.Run(sqe);
  if (exchange.ok()) {
    return Holds(
        exchange.data.size() == need,
        std::to_string(exchange.data.size()) + " octets came instead of " + std::to_string(need));
  }
  return Holds(exchange.cqe.status().code() == kSglDataLengthInvalid,
               "refused with " + exchange.cqe.status().Text());
}
Verdict LongIdentify(HostPeer& host) {
  host.Enable();
  return MayBeLonger(host, HostPeer::IdentifyCommand(), kIdentifySize);
}
Verdict LongRead(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  return MayBeLonger(io, io.ReadCommand(io.claims().block), 4096);
}

// HugeWrite writes one block and describes far more.
Sqe HugeWrite(const HostPeer& io, std::uint32_t octets) {
  Sqe sqe = io.WriteCommand(io.claims().block, 0, Sgl::kTransport);
  sqe.sgl1.length = octets;
  return sqe;
}
// NothingHuge: the command is refused, or no more is asked for than its one block.
Verdict NothingHuge(HostPeer& io, const Event& event) {
  if (event.Is(tcp::PduType::kR2T) && event.pdu.As<tcp::R2T>().r2tl <= io.claims().block) {
    return {kNonStrict, "served as far as the blocks go"};
  }
  return Outcome(event)
      .Or(Says({kSglDataLengthInvalid, kInvalidField, kInternalError, kSglGranularityInvalid}),
          kPass)
      .Or(TermReq({{kLimit, 0}}), kPass);
}
template <std::uint32_t kOctets>
Verdict HugeDescriptor(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  io.Submit(HugeWrite(io, kOctets));
  return NothingHuge(io, io.Next());
}
Verdict ManyHugeDescriptors(HostPeer& admin) {
  constexpr std::uint32_t kWrites = 128;
  HostPeer io = admin.OpenIo({}, {.entries = kWrites + 1});
  io.Hold();
  for (std::uint32_t i = 0; i < kWrites; ++i) io.Submit(HugeWrite(io, 0x7FFFFFFC));
  io.Release();
  Verdict verdict;
  for (std::uint32_t i = 0; i < kWrites; ++i) {
    verdict = NothingHuge(io, io.Next());
    if (verdict.kind != kPass && verdict.kind != kNonStrict) return verdict;
  }
  if (auto bad = Bad(admin.ExpectAlive())) return *bad;
  return verdict;
}

Verdict OddIdentify(HostPeer& host) {
  host.Enable();
  Sqe sqe = HostPeer::IdentifyCommand();
  sqe.sgl1.length = 4094;
  return host.Try(sqe).Or(Says({kSglGranularityInvalid, kSglDataLengthInvalid, kInvalidField}),
                          kPass);
}
Verdict OddWrite(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  Sqe sqe = io.WriteCommand(io.claims().solicited(), 0, Sgl::kTransport);
  sqe.sgl1.length -= 2;
  return io.Try(sqe, Bytes(sqe.sgl1.length))
      .Or(Says({kSglGranularityInvalid, kSglDataLengthInvalid, kInvalidField}), kPass);
}

// A descriptor on a command without data means nothing, or is refused.
Verdict NoData(HostPeer& peer, Sqe sqe, const Sgl& sgl) {
  sqe.sgl1 = sgl;
  const Verdict verdict = peer.Try(sqe).Or(Says({kSuccess, kSglDataLengthInvalid}), kPass);
  if (auto bad = Bad(verdict)) return *bad;
  return peer.ExpectAlive();
}
constexpr Sgl kOfAPage = {.length = 4096, .type = Sgl::kTransport};
constexpr Sgl kOfNothing = {.length = 0, .type = Sgl::kInCapsule};
template <const Sgl& kSgl>
Verdict KeepAliveWith(HostPeer& host) {
  host.Enable();
  return NoData(host, MakeKeepAlive(), kSgl);
}
template <const Sgl& kSgl>
Verdict FlushWith(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  return NoData(io, MakeFlush(io.claims().nsid), kSgl);
}

constexpr Case kCases[] = {
    {"TCP-SGL-05/identify-4092", "Identify into 4092 octets is refused", ShortIdentify<4092>},
    {"TCP-SGL-05/identify-512", "Identify into 512 octets is refused", ShortIdentify<512>},
    {"TCP-SGL-05/identify-0", "Identify into nothing is refused", ShortIdentify<0>},
    {"TCP-SGL-05/read", "A Read of eight blocks into the room of seven is refused", ShortRead,
     kDisruptive, Need::kIoQueue},
    {"TCP-SGL-06/identify-8192", "Identify into 8192 octets brings 4096, or is refused",
     LongIdentify, kSafe},
    {"TCP-SGL-06/read", "A Read into more room than it needs brings its data, or is refused",
     LongRead, kSafe, Need::kIoQueue},
    {"TCP-SGL-07/ffffffff", "A write of a block that describes 4 GiB reserves no memory for them",
     HugeDescriptor<0xFFFFFFFF>, kDestructive, Need::kIoQueue},
    {"TCP-SGL-07/7ffffffc", "A write of a block that describes 2 GiB reserves no memory for them",
     HugeDescriptor<0x7FFFFFFC>, kDestructive, Need::kIoQueue},
    {"TCP-SGL-07/128-at-once", "128 writes that describe 2 GiB each do no harm",
     ManyHugeDescriptors, kDestructive, Need::kIoQueue},
    {"TCP-SGL-08/identify-4094", "Identify into 4094 octets is refused", OddIdentify},
    {"TCP-SGL-08/write", "A write whose SGL is two octets short is refused", OddWrite, kDestructive,
     Need::kIoQueue},
    {"TCP-SGL-10/keep-alive-4096", "An SGL of a page on Keep Alive is ignored or refused",
     KeepAliveWith<kOfAPage>, kSafe},
    {"TCP-SGL-10/keep-alive-0", "An empty SGL into the capsule on Keep Alive is ignored",
     KeepAliveWith<kOfNothing>, kSafe},
    {"TCP-SGL-10/flush-4096", "An SGL of a page on Flush is ignored or refused",
     FlushWith<kOfAPage>, kSafe, Need::kIoQueue},
    {"TCP-SGL-10/flush-0", "An empty SGL into the capsule on Flush is ignored",
     FlushWith<kOfNothing>, kSafe, Need::kIoQueue},
};

}  // namespace

std::span<const Case> TcpSglLengthsCases() { return kCases; }

}  // namespace nvmf::conformance
