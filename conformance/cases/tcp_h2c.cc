// Data to the controller, controller on trial. (NVMe/TCP, "Host to Controller Command Data",
// "H2CData PDU")
//
// Each script opens a write that the controller has asked the data of, and answers the R2T wrongly.
#include <algorithm>

#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/nvm.h"

namespace nvmf::conformance {
namespace {

template <std::uint16_t kTtag>
Verdict UnsolicitedIsFatal(HostPeer& host) {
  host.ConnectAdmin();
  host.Send(tcp::H2CData{.ttag = kTtag, .datal = 512}, Bytes(512), {}, tcp::kLastPdu);
  return host.ExpectFatal({{kField, kAtTtag}, {kSequence, 0}});
}

Verdict UnsolicitedBeforeConnectIsFatal(HostPeer& host) {
  host.IcExchange();
  host.Send(tcp::H2CData{.datal = 512}, Bytes(512), {}, tcp::kLastPdu);
  return host.ExpectFatal({{kField, kAtTtag}, {kSequence, 0}});
}

Verdict UnsolicitedOnIoIsFatal(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  io.Send(tcp::H2CData{.datal = 512}, Bytes(512), {}, tcp::kLastPdu);
  return io.ExpectFatal({{kField, kAtTtag}, {kSequence, 0}});
}

template <std::uint16_t kXor>
Verdict UnknownTtagIsFatal(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  io.SendData(io.OpenAWrite(), 0, 512, {.ttag_xor = kXor});
  return io.ExpectFatal({{kField, kAtTtag}})
      .Or(TermReq({{kSequence, 0}}), kNonStrict, "a sequence error instead of an invalid field");
}

Verdict TtagOfACompletedWriteIsFatal(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  if (!io.FinishWrite(write).ok()) return {kBlocked, "the write fails"};
  io.SendData(write, 0, 512);
  return io.ExpectFatal({{kField, kAtTtag}, {kSequence, 0}});
}

Verdict ExpectCccidRefused(HostPeer& io, std::uint16_t cid) {
  return io.ExpectFatal({{kField, kAtCccid}, {kField, kAtTtag}, {kSequence, 0}})
      .Or(AnyCompletion(cid), kNonStrict, "CCCID is not looked at");
}

Verdict WrongCccidIsFatal(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, 0, write.r2t.r2tl, {.cccid_xor = 0x0100});
  return ExpectCccidRefused(io, write.cid);
}

Verdict CccidOfAnotherWriteIsFatal(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite first = io.OpenAWrite();
  const OpenWrite second = io.OpenAWrite(0, first.data.size() / io.claims().block);
  const auto other = static_cast<std::uint16_t>(first.cid ^ second.cid);
  io.SendData(first, 0, first.r2t.r2tl, {.cccid_xor = other});
  return ExpectCccidRefused(io, first.cid);
}

Verdict ExpectSequenceError(HostPeer& io) {
  return io.ExpectFatal({{kSequence, 0}})
      .Or(TermReq({{kRange, 0}}), kNonStrict, "out of range instead of a sequence error");
}

Verdict GapIsASequenceError(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, 0, 512);
  io.SendData(write, 1024, 512);
  return ExpectSequenceError(io);
}

Verdict GapAtTheStartIsASequenceError(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  io.SendData(io.OpenAWrite(), 512, 512);
  return ExpectSequenceError(io);
}

Verdict RepeatIsASequenceError(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, 0, 512);
  io.SendData(write, 0, 512);
  return ExpectSequenceError(io);
}

Verdict PastTheEndIsOutOfRange(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, 0, write.r2t.r2tl + 4);
  return io.ExpectFatal({{kRange, 0}, {kLimit, 0}});
}

Verdict BehindTheEndIsOutOfRange(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, write.r2t.r2tl, 4);
  return io.ExpectFatal({{kRange, 0}, {kSequence, 0}});
}

Verdict LastPieceTooLongIsOutOfRange(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, 0, write.r2t.r2tl - 512);
  io.SendData(write, write.r2t.r2tl - 512, 516);
  return io.ExpectFatal({{kRange, 0}});
}

// DATAO + DATAL wraps to a small number in 32 bits.
Verdict WrappingRangeIsOutOfRange(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const std::uint32_t length = std::min(io.negotiated().maxh2cdata, 0x2000u);
  io.SendData(io.OpenAWrite(), 0, length, {.datao_add = 0xFFFFF000, .last = true});
  return io.ExpectFatal({{kRange, 0}, {kSequence, 0}});
}

Verdict AboveMaxH2CDataIsALimitError(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const std::uint32_t most = io.negotiated().maxh2cdata;
  const std::uint32_t block = io.claims().block;
  const std::uint32_t octets = std::max((most / block + 2) * block, io.claims().solicited());
  const std::uint16_t cid = io.Submit(io.WriteCommand(octets, 0, Sgl::kTransport));
  const Event answer = io.Next();
  if (AnyError(cid).fits(answer)) return {kInfo, "no write may be longer than MAXH2CDATA"};
  if (!answer.Is(tcp::PduType::kR2T)) io.Miss("R2T", answer);
  const OpenWrite write{.cid = cid, .r2t = answer.pdu.As<tcp::R2T>(), .data = Bytes(octets)};
  if (write.r2t.r2tl < most + 4) return {kInfo, "no R2T asks for more than MAXH2CDATA"};
  io.SendData(write, 0, most + 4);
  return io.ExpectFatal({{kLimit, 0}})
      .Or(TermReq({{kRange, 0}}), kNonStrict, "out of range instead of a limit error");
}

Verdict EmptyH2CDataDoNotHang(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  io.SendData(io.OpenAWrite(), 0, 0, {.last = false});
  const std::uint16_t barrier = io.Submit(io.BarrierCommand());
  return io.Expect(AnyCompletion(barrier), kPass)
      .Or(TermReq({{kField, kAtDatal}}), kPass)
      .Or(AnyTermReq(), kInfo)
      .Or(Closed(), kNonStrict, "closed without C2HTermReq");
}

Verdict OddLengthIsRefused(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, 0, 510);
  io.SendRest(write, 510);
  return io.ExpectFatal({{kField, kAtDatal}, {kField, kAtDatao}, {kSequence, 0}, {kRange, 0}})
      .Or(AnyError(write.cid), kNonStrict, "refused as a command error")
      .Or(Success(write.cid), kNonStrict, "a DATAL that is not a multiple of 4 is taken");
}

Verdict OddOffsetIsRefused(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  io.SendData(io.OpenAWrite(), 2, 512);
  return io.ExpectFatal({{kField, kAtDatao}, {kSequence, 0}, {kRange, 0}});
}

Verdict ExpectLengthsRefused(HostPeer& io) {
  return io.ExpectFatal({{kField, kAtPlen}, {kField, kAtDatal}})
      .Or(AnyTermReq(), kNonStrict, "noticed at what followed");
}

Verdict DatalBelowPlen(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  io.SendData(io.OpenAWrite(), 0, 1024, {.datal_add = 0u - 512});
  return ExpectLengthsRefused(io);
}

Verdict DatalAbovePlen(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  io.SendData(io.OpenAWrite(), 0, 512, {.datal_add = 512});
  io.Submit(io.BarrierCommand());
  return ExpectLengthsRefused(io);
}

Verdict ExpectLastRefused(HostPeer& io, std::uint16_t cid) {
  return io.ExpectFatal({{kSequence, 0}, {kField, kAtFlags}})
      .Or(AnyCompletion(cid), kNonStrict, "LAST_PDU is not looked at");
}

Verdict LastTooSoon(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, 0, 512, {.last = true});
  io.SendRest(write, 512);
  return ExpectLastRefused(io, write.cid);
}

Verdict LastMissing(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, 0, write.r2t.r2tl, {.last = false});
  return ExpectLastRefused(io, write.cid);
}

template <std::uint32_t kPiece>
Verdict PiecesMakeAWhole(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  io.SendRest(write, 0, kPiece);
  if (!io.FinishWrite(write, write.r2t.r2tl).ok()) return {kFail, "the write fails"};
  if (io.Read(static_cast<std::uint32_t>(write.data.size())) == write.data) return Pass();
  return {kFail, "other data were read than were written"};
}

Verdict WritesAndReadsInterleave(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const std::uint32_t block = io.claims().block;
  const OpenWrite first = io.OpenAWrite();
  const OpenWrite second = io.OpenAWrite(0, first.data.size() / block);
  const std::uint32_t shared = std::min(first.r2t.r2tl, second.r2t.r2tl) - 512;
  std::uint32_t from = 0;
  for (; from < shared; from += 512) {
    io.SendData(first, from, 512);
    if (from % 4096 == 0) io.RunWell(MakeFlush(io.claims().nsid));
    io.SendData(second, from, 512);
  }
  if (!io.FinishWrite(first, from).ok()) return {kFail, "the first write fails"};
  if (!io.FinishWrite(second, from).ok()) return {kFail, "the second write fails"};
  const auto octets = static_cast<std::uint32_t>(first.data.size());
  if (io.Read(octets) == first.data && io.Read(octets, octets / block) == second.data)
    return Pass();
  return {kFail, "other data were read than were written"};
}

template <std::uint8_t kPdo>
Verdict MisalignedPdoIsFatal(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  io.SendData(io.OpenAWrite(), 0, 512,
              {.pdu = {.pdo = kPdo, .plen = kPdo + 512u, .data_at = kPdo}});
  return io.ExpectFatal({{kField, kAtPdo}});
}

Verdict PdoInsideTheHeaderIsFatal(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, 0, 512, {.pdu = {.pdo = 20}});
  io.SendRest(write, 512);
  return io.ExpectFatal({{kField, kAtPdo}});
}

Verdict AlignedDataAreTaken(HostPeer& admin) {
  HostPeer io = admin.OpenIo({.hpda = admin.claims().cpda_hpda});
  const OpenWrite write = io.OpenAWrite();
  io.SendRest(write, 0, 4096);
  if (!io.FinishWrite(write, write.r2t.r2tl).ok()) return {kFail, "the write fails"};
  if (io.Read(static_cast<std::uint32_t>(write.data.size())) == write.data) return Pass();
  return {kFail, "other data were read than were written"};
}

Verdict LessThanCpdaIsFatal(HostPeer& admin) {
  HostPeer io = admin.OpenIo({.hpda = admin.claims().cpda_hpda});
  io.SendData(io.OpenAWrite(), 0, 512, {.pdu = {.pdo = 24, .plen = 24 + 512, .data_at = 24}});
  return io.ExpectFatal({{kField, kAtPdo}});
}

constexpr Case kCases[] = {
    {"TCP-H2C-01/ttag-0", "H2CData without an R2T are a fatal error", UnsolicitedIsFatal<0>},
    {"TCP-H2C-01/ttag-1", "H2CData without an R2T are a fatal error: TTAG 1",
     UnsolicitedIsFatal<1>},
    {"TCP-H2C-01/ttag-7f", "H2CData without an R2T are a fatal error: TTAG 7Fh",
     UnsolicitedIsFatal<0x7F>},
    {"TCP-H2C-01/ttag-8000", "H2CData without an R2T are a fatal error: TTAG 8000h",
     UnsolicitedIsFatal<0x8000>},
    {"TCP-H2C-01/ttag-ffff", "H2CData without an R2T are a fatal error: TTAG FFFFh",
     UnsolicitedIsFatal<0xFFFF>},
    {"TCP-H2C-01/before-connect", "H2CData before Connect are a fatal error",
     UnsolicitedBeforeConnectIsFatal},
    {"TCP-H2C-01/io-queue", "H2CData without an R2T are a fatal error on an I/O queue",
     UnsolicitedOnIoIsFatal, kDisruptive, Need::kIoQueue},
    {"TCP-H2C-02/ttag-plus-1", "An unknown TTAG, beside an open one, is an invalid field",
     UnknownTtagIsFatal<1>, kDestructive, Need::kIoQueue},
    {"TCP-H2C-02/ttag-high-bit", "An unknown TTAG, far from an open one, is an invalid field",
     UnknownTtagIsFatal<0x8000>, kDestructive, Need::kIoQueue},
    {"TCP-H2C-02/ttag-completed", "The TTAG of a completed write is unknown",
     TtagOfACompletedWriteIsFatal, kDestructive, Need::kIoQueue},
    {"TCP-H2C-03/cccid-unused", "The CCCID of no command is a fatal error", WrongCccidIsFatal,
     kDestructive, Need::kIoQueue},
    {"TCP-H2C-03/cccid-of-another", "The CCCID of another write is a fatal error",
     CccidOfAnotherWriteIsFatal, kDestructive, Need::kIoQueue},
    {"TCP-H2C-04/gap", "A gap between two H2CData is a sequence error", GapIsASequenceError,
     kDestructive, Need::kIoQueue},
    {"TCP-H2C-04/gap-at-start", "H2CData that begin behind R2TO are a sequence error",
     GapAtTheStartIsASequenceError, kDestructive, Need::kIoQueue},
    {"TCP-H2C-04/repeat", "H2CData sent twice are a sequence error", RepeatIsASequenceError,
     kDestructive, Need::kIoQueue},
    {"TCP-H2C-06/past-the-end", "H2CData longer than the R2T are out of range",
     PastTheEndIsOutOfRange, kDestructive, Need::kIoQueue},
    {"TCP-H2C-06/behind-the-end", "H2CData behind the R2T's range are out of range",
     BehindTheEndIsOutOfRange, kDestructive, Need::kIoQueue},
    {"TCP-H2C-06/last-too-long", "A last piece longer than what is left is out of range",
     LastPieceTooLongIsOutOfRange, kDestructive, Need::kIoQueue},
    {"TCP-H2C-06/wrap", "A range whose end wraps in 32 bits is out of range",
     WrappingRangeIsOutOfRange, kDestructive, Need::kIoQueue},
    {"TCP-H2C-07/one-dword-more", "A DATAL above MAXH2CDATA is a data transfer limit error",
     AboveMaxH2CDataIsALimitError, kDestructive, Need::kIoQueue | Need::kPastMaxH2CData},
    {"TCP-H2C-08/datal-0", "H2CData without data do not hang the connection", EmptyH2CDataDoNotHang,
     kDestructive, Need::kIoQueue},
    {"TCP-H2C-09/datal-510", "A DATAL that is not a multiple of 4 is refused", OddLengthIsRefused,
     kDestructive, Need::kIoQueue},
    {"TCP-H2C-09/datao-2", "A DATAO that is not a multiple of 4 is refused", OddOffsetIsRefused,
     kDestructive, Need::kIoQueue},
    {"TCP-H2C-10/datal-below-plen", "A DATAL of less than the PDU carries is refused",
     DatalBelowPlen, kDestructive, Need::kIoQueue},
    {"TCP-H2C-10/datal-above-plen", "A DATAL of more than the PDU carries is refused",
     DatalAbovePlen, kDestructive, Need::kIoQueue},
    {"TCP-H2C-11/last-too-soon", "LAST_PDU before the end of the R2T is an error", LastTooSoon,
     kDestructive, Need::kIoQueue},
    {"TCP-H2C-11/last-missing", "The end of the R2T without LAST_PDU is an error", LastMissing,
     kDestructive, Need::kIoQueue},
    {"TCP-H2C-13/pieces-of-4", "An R2T may be answered in pieces of 4 octets", PiecesMakeAWhole<4>,
     kDestructive, Need::kIoQueue},
    {"TCP-H2C-13/pieces-of-512", "An R2T may be answered in pieces of 512 octets",
     PiecesMakeAWhole<512>, kDestructive, Need::kIoQueue},
    {"TCP-H2C-13/uneven-pieces", "An R2T may be answered in pieces that divide nothing evenly",
     PiecesMakeAWhole<1532>, kDestructive, Need::kIoQueue},
    {"TCP-H2C-13/as-large-as-allowed", "An R2T may be answered in pieces of MAXH2CDATA",
     PiecesMakeAWhole<0>, kDestructive, Need::kIoQueue},
    {"TCP-H2C-14/interleaved", "H2CData of two writes and other capsules may interleave",
     WritesAndReadsInterleave, kDestructive, Need::kIoQueue},
    {"TCP-H2C-15/pdo-25", "H2CData at PDO 25 are refused", MisalignedPdoIsFatal<25>, kDestructive,
     Need::kIoQueue},
    {"TCP-H2C-15/pdo-26", "H2CData at PDO 26 are refused", MisalignedPdoIsFatal<26>, kDestructive,
     Need::kIoQueue},
    {"TCP-H2C-15/pdo-in-header", "H2CData that begin inside the header are refused",
     PdoInsideTheHeaderIsFatal, kDestructive, Need::kIoQueue},
    {"TCP-H2C-15/cpda-aligned", "H2CData aligned as CPDA asks are taken", AlignedDataAreTaken,
     kDestructive, Need::kIoQueue | Need::kCpda, kSetUpOnTrial},
    {"TCP-H2C-15/cpda-misaligned", "H2CData aligned less than CPDA asks are refused",
     LessThanCpdaIsFatal, kDestructive, Need::kIoQueue | Need::kCpda},
};

}  // namespace

std::span<const Case> TcpH2cCases() { return kCases; }

}  // namespace nvmf::conformance
