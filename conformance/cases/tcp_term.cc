// The end of a connection by a fatal error, controller on trial. (NVMe/TCP, "Error Handling Model",
// "H2CTermReq PDU", "C2HTermReq PDU")
#include <algorithm>

#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"

namespace nvmf::conformance {
namespace {

using tcp::H2CTermReq;
using tcp::IcReq;

// AnUnassignedPdu provokes a fatal error on any connection.
Bytes AnUnassignedPdu(const HostPeer& host) {
  return host.Frame(tcp::H2CData{.cccid = 0x1122, .ttag = 0x3344}, {}, {.type = 0x08});
}

Verdict TermReqIsWellFormed(HostPeer& host) {
  host.ConnectAdmin();
  host.SendRaw(AnUnassignedPdu(host));
  return host.ExpectFatal({{kField, kAtType}});
}

constexpr std::size_t kAnyLength = 0;

// RepeatsTheFrontOf demands that the error data are the first octets of `sent`: in any case the
// common header, and strictly the `hlen` octets of its header.
Verdict RepeatsTheFrontOf(HostPeer& host, ByteView sent, std::size_t hlen) {
  const Event event = host.Next();
  if (!event.Is(tcp::PduType::kC2HTermReq)) {
    return Outcome(event)
        .Or(AnyTermReq(), kPass)
        .Or(Closed(), kNonStrict, "closed without C2HTermReq");
  }
  const ByteView data = event.pdu.payload();
  const std::size_t n = std::min(data.size(), sent.size());
  if (data.size() < tcp::kHeaderBytes || !std::ranges::equal(data.first(n), sent.first(n))) {
    return {kFail, "the error data are not the header of the PDU in error"};
  }
  if (data.size() == hlen || hlen == kAnyLength) return Pass();
  return {kNonStrict, std::to_string(data.size()) + " octets of error data for a header of " +
                          std::to_string(hlen)};
}

Verdict RepeatsACapsuleOfHlen71(HostPeer& host) {
  host.ConnectAdmin();
  Sqe sqe = host.BarrierCommand();
  sqe.cid = 0x7A7A;
  const Bytes sent = host.Frame(tcp::CapsuleCmd{.sqe = sqe}, {}, {.hlen = 71});
  host.SendRaw(sent);
  return RepeatsTheFrontOf(host, sent, kAnyLength);  // How much is open: HLEN is wrong.
}

Verdict RepeatsASecondIcReq(HostPeer& host) {
  host.IcExchange();
  const Bytes sent = host.Frame(IcReq{.maxr2t = 0x01020304});
  host.SendRaw(sent);
  return RepeatsTheFrontOf(host, sent, IcReq::kSize);
}

Verdict RepeatsAnUnsolicitedH2CData(HostPeer& host) {
  host.ConnectAdmin();
  const Bytes sent = host.Frame(tcp::H2CData{.cccid = 9, .ttag = 0x6B6B, .datal = 512}, Bytes(512),
                                {}, tcp::kLastPdu);
  host.SendRaw(sent);
  return RepeatsTheFrontOf(host, sent, tcp::H2CData::kSize);
}

Verdict FeiIsTheOffset(HostPeer& host) {
  host.ConnectAdmin();
  host.Submit(host.BarrierCommand(), {}, {.hlen = 71});
  return host.ExpectFatal({{kField, kAtHlen}});
}

Verdict LowestBadFieldIsNamed(HostPeer& host) {
  host.Send(IcReq{.pfv = 1, .hpda = 77});
  return host.ExpectFatal({{kField, kAtPfv}, {kUnsupported, kAtPfv}});
}

Verdict TermReqHasNoDigest(HostPeer& host) {
  host.ConnectAdmin({.dgst = 3});
  const Bytes sent = AnUnassignedPdu(host);
  host.SendRaw(sent);
  return RepeatsTheFrontOf(host, sent, kAnyLength);
}

Verdict SenderMayCloseAfterATime(HostPeer& host) {
  host.ConnectAdmin();
  host.set_sees_to_end(false);
  host.SendRaw(AnUnassignedPdu(host));
  if (const Event first = host.Next(); first.ended()) return Pass();
  const Event end = host.NextWithin(host.trial().limits().fatal);
  if (end.ended()) return Pass();
  return Outcome(end).Or(Silence(), kInfo, "still open after the time given by --fatal-time");
}

Verdict ExpectSilentClose(HostPeer& host) { return host.Expect(Closed(), kPass); }

template <std::size_t kErrorData>
Verdict TermReqIsObeyed(HostPeer& host) {
  host.ConnectAdmin();
  host.Send(H2CTermReq{{.fes = 1, .fei = 0}}, Bytes(kErrorData));
  return ExpectSilentClose(host);
}

Verdict TermReqIsObeyedOnIo(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  io.Send(H2CTermReq{{.fes = 1, .fei = 0}}, Bytes(24));
  return ExpectSilentClose(io);
}

template <std::uint32_t kPlen>
Verdict BadPlenIsIgnored(HostPeer& host) {
  host.ConnectAdmin();
  host.Send(H2CTermReq{{.fes = 1, .fei = 0}}, {}, {.plen = kPlen});
  return ExpectSilentClose(host);
}

Verdict CloseOrTermReq(HostPeer& host, VerdictKind term_req) {
  return host.Expect(Closed(), kPass).Or(AnyTermReq(), term_req, "answered with a TermReq");
}

template <std::uint16_t kFes>
Verdict AnyFesEndsTheConnection(HostPeer& host) {
  host.ConnectAdmin();
  host.Send(H2CTermReq{{.fes = kFes, .fei = 0}}, Bytes(24));
  return CloseOrTermReq(host, kNonStrict);
}

Verdict MalformedTermReq(HostPeer& host, const Lies& lies) {
  host.ConnectAdmin();
  host.Send(H2CTermReq{{.fes = 1, .fei = 0}}, Bytes(48), lies);
  return CloseOrTermReq(host, kPass);
}

Verdict BadHlen(HostPeer& host) { return MalformedTermReq(host, {.hlen = 72}); }
Verdict BadFlags(HostPeer& host) { return MalformedTermReq(host, {.flags = 0xFF}); }
Verdict BadPdo(HostPeer& host) { return MalformedTermReq(host, {.pdo = 0x30}); }

Verdict TermReqBeforeIcReq(HostPeer& host) {
  host.Send(H2CTermReq{{.fes = 2, .fei = 0}}, Bytes(24));
  return CloseOrTermReq(host, kPass);
}

Verdict TermReqOnAdminEndsTheAssociation(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  admin.Send(H2CTermReq{{.fes = 1, .fei = 0}}, Bytes(24));
  if (auto bad = Bad(admin.Expect(Closed(), kPass))) return *bad;
  return io.Expect(Closed(), kPass);
}

// The answers to reads of this much cannot all lie in socket buffers.
Verdict UnsendableTermReqBecomesAReset(HostPeer& admin) {
  constexpr std::uint32_t kReads = 24;
  HostPeer io = admin.OpenIo();
  io.connection().ShrinkReceiveBuffer();
  io.connection().set_deaf(true);
  const std::uint64_t most = io.claims().max_transfer == 0 ? 1u << 20 : io.claims().max_transfer;
  const std::uint64_t all = io.claims().blocks * io.claims().block;
  const auto octets = static_cast<std::uint32_t>(std::min({most, all, std::uint64_t{1} << 20}));
  for (std::uint32_t i = 0; i < kReads; ++i) io.Submit(io.ReadCommand(octets));
  io.SendRaw(AnUnassignedPdu(io));
  const Limits& limits = io.trial().limits();
  const Duration wait = limits.fatal;
  if (io.connection().WaitUntilGone(io.trial().Within(wait))) return Pass();
  const std::string text = "not reset within " + std::to_string(wait.count()) + " ms";
  if (wait >= limits.fatal_most) return {kFail, text};
  return {kInfo, text + "; see --fatal-time"};
}

constexpr Case kCases[] = {
    {"TCP-TERM-01/form", "A C2HTermReq has its form, reserved octets zero, and a close follows",
     TermReqIsWellFormed},
    {"TCP-TERM-02/hlen-71", "The error data begin with the header of the PDU in error, wrong HLEN",
     RepeatsACapsuleOfHlen71},
    {"TCP-TERM-02/second-icreq", "The error data repeat all 128 octets of an ICReq",
     RepeatsASecondIcReq},
    {"TCP-TERM-02/h2cdata", "The error data repeat the 24 octets of an H2CData header, and no data",
     RepeatsAnUnsolicitedH2CData},
    {"TCP-TERM-03/offset", "FEI is the offset of the bad field", FeiIsTheOffset},
    {"TCP-TERM-03/lowest-field", "Of two bad fields FEI names the lower", LowestBadFieldIsNamed},
    {"TCP-TERM-04/both-digests", "A C2HTermReq carries no digest even when both are on",
     TermReqHasNoDigest, kDisruptive, Need::kHeaderDigest | Need::kDataDigest},
    {"TCP-TERM-06/host-stays", "The sender of a TermReq may close if the host does not",
     SenderMayCloseAfterATime},
    {"TCP-TERM-07/plen-24", "An H2CTermReq without error data ends the connection, unanswered",
     TermReqIsObeyed<0>},
    {"TCP-TERM-07/plen-96", "An H2CTermReq with error data ends the connection, unanswered",
     TermReqIsObeyed<72>},
    {"TCP-TERM-07/plen-152",
     "An H2CTermReq with the most error data ends the connection, unanswered",
     TermReqIsObeyed<128>},
    {"TCP-TERM-07/io-queue", "An H2CTermReq ends an I/O connection, unanswered",
     TermReqIsObeyedOnIo, kDisruptive, Need::kIoQueue},
    {"TCP-TERM-08/plen-0", "An H2CTermReq of PLEN 0 is ignored and the connection ended",
     BadPlenIsIgnored<0>},
    {"TCP-TERM-08/plen-8", "An H2CTermReq of PLEN 8 is ignored and the connection ended",
     BadPlenIsIgnored<8>},
    {"TCP-TERM-08/plen-23", "An H2CTermReq of PLEN 23 is ignored and the connection ended",
     BadPlenIsIgnored<23>},
    {"TCP-TERM-08/plen-153", "An H2CTermReq of PLEN 153 is ignored and the connection ended",
     BadPlenIsIgnored<153>},
    {"TCP-TERM-08/plen-4096", "An H2CTermReq of PLEN 4096 is ignored and the connection ended",
     BadPlenIsIgnored<4096>},
    {"TCP-TERM-08/plen-ffffffff",
     "An H2CTermReq of PLEN FFFFFFFFh is ignored, the connection ended",
     BadPlenIsIgnored<0xFFFFFFFF>},
    {"TCP-TERM-09/fes-0", "An H2CTermReq of the reserved FES 0 ends the connection",
     AnyFesEndsTheConnection<0>},
    {"TCP-TERM-09/fes-6", "An H2CTermReq of FES 06h ends the connection",
     AnyFesEndsTheConnection<6>},
    {"TCP-TERM-09/fes-7", "An H2CTermReq of the reserved FES 07h ends the connection",
     AnyFesEndsTheConnection<7>},
    {"TCP-TERM-09/fes-ffff", "An H2CTermReq of the reserved FES FFFFh ends the connection",
     AnyFesEndsTheConnection<0xFFFF>},
    {"TCP-TERM-09/hlen-72", "An H2CTermReq of HLEN 72 ends the connection", BadHlen},
    {"TCP-TERM-09/flags-ff", "An H2CTermReq of FLAGS FFh ends the connection", BadFlags},
    {"TCP-TERM-09/pdo-30", "An H2CTermReq with a PDO ends the connection", BadPdo},
    {"TCP-TERM-09/before-icreq", "An H2CTermReq before the ICReq ends the connection",
     TermReqBeforeIcReq},
    {"TCP-TERM-10/admin", "An H2CTermReq on the admin connection ends the association",
     TermReqOnAdminEndsTheAssociation, kDisruptive, Need::kIoQueue},
    {"TCP-TERM-12/window-closed", "If the TermReq cannot be sent the connection is reset",
     UnsendableTermReqBecomesAReset, kDisruptive, Need::kIoQueue},
};

}  // namespace

std::span<const Case> TcpTermCases() { return kCases; }

}  // namespace nvmf::conformance
