// Header and data digests, controller on trial. (NVMe/TCP, "PDU Header Digest (HDGST)", "PDU Data
// Digest (DDGST)", "Digest Errors")
//
// The digests of what comes are judged as it comes.
#include <algorithm>

#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

constexpr std::uint8_t kHeader = tcp::kDgstHeader;
constexpr std::uint8_t kData = tcp::kDgstData;

// AdminSession uses every kind of PDU that an admin queue sees.
Verdict AdminSession(HostPeer& host, const tcp::IcReq& ic) {
  host.Enable(ic);
  host.PropertyGet(Cap::kOffset, Cap::kWidth);
  host.Identify();
  host.Run(MakePropertyGet(0x1004, 4));
  host.Run(MakeKeepAlive());
  return host.ExpectAlive();
}

template <std::uint8_t kDgst>
Verdict AdminWith(HostPeer& host) {
  return AdminSession(host, {.dgst = kDgst});
}

template <std::uint8_t kDgst, std::uint8_t kHpda>
Verdict ReadsWith(HostPeer& admin) {
  HostPeer io = admin.OpenIo({.hpda = kHpda, .dgst = kDgst});
  const auto octets = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(64 << 10, io.claims().blocks * io.claims().block));
  io.Read(octets);
  io.Read(io.claims().block);
  return io.ExpectAlive();
}

template <std::uint8_t kDgst>
Verdict WritesWith(HostPeer& admin) {
  HostPeer io = admin.OpenIo({.dgst = kDgst});
  const std::uint32_t octets = io.claims().solicited();
  const Bytes data = Pattern(octets, 30u + kDgst);
  io.RunWell(io.WriteCommand(octets, 0, Sgl::kTransport), data);
  if (io.Read(octets) == data) return Pass();
  return {kFail, "other data were read than were written"};
}

template <std::uint8_t kDgst>
Verdict InCapsuleWritesWith(HostPeer& admin) {
  HostPeer io = admin.OpenIo({.dgst = kDgst});
  const std::uint32_t octets = io.claims().in_capsule / io.claims().block * io.claims().block;
  const Bytes data = Pattern(octets, 40u + kDgst);
  io.RunWell(io.WriteCommand(octets, 0, Sgl::kInCapsule), data);
  if (io.Read(octets) == data) return Pass();
  return {kFail, "other data were read than were written"};
}

// ExpectHeaderDigestError: FEI is the digest that `frame` carries behind its header of `hlen`.
Verdict ExpectHeaderDigestError(HostPeer& host, ByteView frame, std::size_t hlen) {
  const auto received = LoadLittle<std::uint32_t>(frame.subspan(hlen));
  return host.ExpectFatal({{kHeaderDigest, received}})
      .Or(TermReq({{kHeaderDigest, 0}}), kNonStrict, "FEI is not the digest received");
}

template <std::uint32_t kXor>
Verdict WrongHeaderDigestOfACapsule(HostPeer& host) {
  host.ConnectAdmin({.dgst = kHeader});
  Sqe sqe = host.BarrierCommand();
  sqe.cid = 0x0D16;
  const Bytes frame = host.Frame(tcp::CapsuleCmd{.sqe = sqe}, {}, {.hdgst_xor = kXor});
  host.SendRaw(frame);
  return ExpectHeaderDigestError(host, frame, tcp::CapsuleCmd::kSize);
}

Verdict WrongHeaderDigestOfConnect(HostPeer& host) {
  host.IcExchange({.dgst = kHeader | kData});
  const Bytes frame = host.Frame(tcp::CapsuleCmd{.sqe = host.ConnectCommand({})},
                                 host.ConnectPage({}), {.hdgst_xor = 1});
  host.SendRaw(frame);
  return ExpectHeaderDigestError(host, frame, tcp::CapsuleCmd::kSize);
}

Verdict DigestAsIfBigEndian(HostPeer& host) {
  host.ConnectAdmin({.dgst = kHeader});
  Bytes frame = host.Frame(tcp::CapsuleCmd{.sqe = host.BarrierCommand()});
  std::reverse(frame.end() - tcp::kDigestBytes, frame.end());
  host.SendRaw(frame);
  return ExpectHeaderDigestError(host, frame, tcp::CapsuleCmd::kSize);
}

Verdict WrongHeaderDigestOfH2CData(HostPeer& admin) {
  HostPeer io = admin.OpenIo({.dgst = kHeader});
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, 0, 512);
  const tcp::H2CData pdu{.cccid = write.cid, .ttag = write.r2t.ttag, .datao = 512, .datal = 512};
  const Bytes frame = io.Frame(pdu, Bytes(512), {.hdgst_xor = 1});
  io.SendRaw(frame);
  return ExpectHeaderDigestError(io, frame, tcp::H2CData::kSize);
}

Verdict ExpectTransientError(HostPeer& host, std::uint16_t cid) {
  return host.Expect(Completion(cid, {StatusCode::kTransientTransportError}), kPass)
      .Or(AnyError(cid), kNonStrict, "failed, but not with 0/22h Transient Transport Error");
}

Verdict DamagedDataInCapsule(HostPeer& admin) {
  HostPeer io = admin.OpenIo({.dgst = kData});
  const std::uint32_t block = io.claims().block;
  const Bytes before = io.Read(block);
  const std::uint16_t cid =
      io.Submit(io.WriteCommand(block, 0, Sgl::kInCapsule), Pattern(block, 50), {.ddgst_xor = 1});
  const Verdict verdict = ExpectTransientError(io, cid);
  if (verdict.kind != kPass && verdict.kind != kNonStrict) return verdict;
  if (io.Read(block) != before) return {kFail, "the damaged data were written"};
  const Bytes good = Pattern(block, 51);
  io.RunWell(io.WriteCommand(block, 0, Sgl::kInCapsule), good);
  if (io.Read(block) != good) return {kFail, "the next write does not work"};
  return verdict;
}

// DamagedPiece answers an R2T in four pieces of which one has a wrong digest.
template <int kDamaged>
Verdict DamagedPieceOfH2CData(HostPeer& admin) {
  HostPeer io = admin.OpenIo({.dgst = kData});
  const OpenWrite write = io.OpenAWrite();
  const std::uint32_t piece = write.r2t.r2tl / 4 / 4 * 4;
  for (int i = 0; i < 4; ++i) {
    const std::uint32_t from = piece * static_cast<std::uint32_t>(i);
    const std::uint32_t length = i == 3 ? write.r2t.r2tl - from : piece;
    io.SendData(write, from, length, {.pdu = {.ddgst_xor = i == kDamaged ? 1u : 0u}});
  }
  const Verdict verdict = ExpectTransientError(io, write.cid);
  if (verdict.kind != kPass && verdict.kind != kNonStrict) return verdict;
  if (auto bad = Bad(io.ExpectBarrier())) return *bad;  // The connection goes on.
  return verdict;
}

Verdict DamagedConnectData(HostPeer& host) {
  host.IcExchange({.dgst = kData});
  const std::uint16_t cid =
      host.Submit(host.ConnectCommand({}), host.ConnectPage({}), {.ddgst_xor = 0x80000000});
  return host.Expect(Completion(cid, {StatusCode::kTransientTransportError}), kPass)
      .Or(Closed(), kPass)
      .Or(AnyError(cid), kNonStrict, "failed, but not with 0/22h Transient Transport Error")
      .Or(AnyTermReq(), kNonStrict, "a TermReq for a data digest error");
}

Verdict PadIsInNoDigest(HostPeer& host) {
  host.IcExchange({.hpda = host.claims().cpda_hpda, .dgst = kHeader | kData});
  const std::uint16_t cid =
      host.Submit(host.ConnectCommand({}), host.ConnectPage({}), {.pad = 0xA5});
  return host.Expect(Success(cid), kPass);
}

Verdict NoDataNoDataDigest(HostPeer& host) {
  host.ConnectAdmin({.dgst = kData});
  return host.ExpectAlive();
}

constexpr NeedSet kBoth = Need::kHeaderDigest | Need::kDataDigest;

constexpr Case kCases[] = {
    {"DG-01/admin", "With header digests every PDU of an admin queue carries a right one",
     AdminWith<1>, kSafe, Need::kHeaderDigest, kSetUpOnTrial},
    {"DG-01/io", "With header digests every PDU of an I/O queue carries a right one",
     ReadsWith<1, 0>, kSafe, Need::kHeaderDigest | Need::kIoQueue, kSetUpOnTrial},
    {"DG-01/r2t", "With header digests an R2T carries a right one", WritesWith<1>, kDestructive,
     Need::kHeaderDigest | Need::kIoQueue, kSetUpOnTrial},
    {"DG-02/read", "With data digests every C2HData carries a right one", ReadsWith<2, 0>, kSafe,
     Need::kDataDigest | Need::kIoQueue, kSetUpOnTrial},
    {"DG-02/read-both", "With both digests every C2HData carries right ones", ReadsWith<3, 0>,
     kSafe, kBoth | Need::kIoQueue, kSetUpOnTrial},
    {"DG-02/hpda-31", "The data digest of C2HData covers no padding", ReadsWith<3, 31>, kSafe,
     kBoth | Need::kIoQueue | Need::kHpda, kSetUpOnTrial},
    {"DG-03/none", "Without digests a session works and no PDU carries one", AdminWith<0>, kSafe,
     kNoNeeds, kSetUpOnTrial},
    {"DG-03/header", "With header digests alone a session works", AdminWith<1>, kSafe,
     Need::kHeaderDigest, kSetUpOnTrial},
    {"DG-03/data", "With data digests alone a session works", AdminWith<2>, kSafe,
     Need::kDataDigest, kSetUpOnTrial},
    {"DG-03/both", "With both digests a session works", AdminWith<3>, kSafe, kBoth, kSetUpOnTrial},
    {"DG-03/write-none", "Without digests what is written is read", WritesWith<0>, kDestructive,
     Need::kIoQueue, kSetUpOnTrial},
    {"DG-03/write-data", "With data digests what is written is read", WritesWith<2>, kDestructive,
     Need::kIoQueue | Need::kDataDigest, kSetUpOnTrial},
    {"DG-03/write-both", "With both digests what is written is read", WritesWith<3>, kDestructive,
     kBoth | Need::kIoQueue, kSetUpOnTrial},
    {"DG-03/in-capsule-both", "With both digests what is written in capsule is read",
     InCapsuleWritesWith<3>, kDestructive, kBoth | Need::kIoQueue | Need::kInCapsule,
     kSetUpOnTrial},
    {"DG-04/low-bit",
     "A capsule whose header digest is wrong in the lowest bit is fatal",
     WrongHeaderDigestOfACapsule<1>,
     kDisruptive,
     Need::kHeaderDigest,
     false,
     {"TCP-TERM-03"}},
    {"DG-04/high-bit", "A capsule whose header digest is wrong in the highest bit is fatal",
     WrongHeaderDigestOfACapsule<0x80000000>, kDisruptive, Need::kHeaderDigest},
    {"DG-04/all-bits", "A capsule whose header digest is inverted is fatal",
     WrongHeaderDigestOfACapsule<0xFFFFFFFF>, kDisruptive, Need::kHeaderDigest},
    {"DG-04/big-endian", "A header digest in big-endian order is fatal", DigestAsIfBigEndian,
     kDisruptive, Need::kHeaderDigest},
    {"DG-04/connect", "A Connect whose header digest is wrong is fatal", WrongHeaderDigestOfConnect,
     kDisruptive, kBoth},
    {"DG-05/second-h2cdata", "H2CData whose header digest is wrong are fatal",
     WrongHeaderDigestOfH2CData, kDestructive, Need::kIoQueue | Need::kHeaderDigest},
    {"DG-06/in-capsule", "Damaged data in capsule fail their command, and nothing else",
     DamagedDataInCapsule, kDestructive, Need::kIoQueue | Need::kDataDigest | Need::kInCapsule},
    {"DG-07/first-of-four", "A damaged first piece of H2CData fails the command, and nothing else",
     DamagedPieceOfH2CData<0>, kDestructive, Need::kIoQueue | Need::kDataDigest},
    {"DG-07/last-of-four", "A damaged last piece of H2CData fails the command, and nothing else",
     DamagedPieceOfH2CData<3>, kDestructive, Need::kIoQueue | Need::kDataDigest},
    {"DG-08/connect", "Damaged Connect data fail the Connect", DamagedConnectData, kDisruptive,
     Need::kDataDigest},
    {"DG-09/padding", "Padding of any content is in no digest", PadIsInNoDigest, kDisruptive,
     kBoth | Need::kCpda},
    {"DG-10/no-data", "A capsule without data has no data digest", NoDataNoDataDigest, kSafe,
     Need::kDataDigest, kSetUpOnTrial},
};

}  // namespace

std::span<const Case> DigestCases() { return kCases; }

}  // namespace nvmf::conformance
