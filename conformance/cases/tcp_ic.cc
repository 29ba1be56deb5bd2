// Connection establishment, controller on trial. (NVMe/TCP, "Connection Establishment", "ICReq")
#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"

namespace nvmf::conformance {
namespace {

using tcp::IcReq;
using tcp::IcResp;

Verdict OneIcRespAndNothingElse(HostPeer& host) {
  host.Send(IcReq{});
  host.Take<IcResp>();
  return host.ExpectQuiet();
}

Verdict NothingBeforeIcReq(HostPeer& host) {
  if (auto bad = Bad(host.ExpectQuiet().Or(Closed(), kInfo, "closed an idle connection"))) {
    return *bad;
  }
  host.Send(IcReq{});
  return host.Expect(OfType(tcp::PduType::kIcResp), kPass);
}

// The form of the ICResp is judged as it comes.
template <std::uint8_t kHpda, std::uint8_t kDgst>
Verdict IcRespIsWellFormed(HostPeer& host) {
  host.Send(IcReq{.hpda = kHpda, .dgst = kDgst});
  host.Take<IcResp>();
  return Pass();
}

template <std::uint16_t kPfv>
Verdict UnknownPfvIsRefused(HostPeer& host) {
  host.Send(IcReq{.pfv = kPfv});
  return host.ExpectFatal({{kField, kAtPfv}, {kUnsupported, kAtPfv}});
}

template <std::uint8_t kHpda>
Verdict HpdaOutOfRangeIsFatal(HostPeer& host) {
  host.Send(IcReq{.hpda = kHpda});
  return host.ExpectFatal({{kField, kAtPda}});
}

template <std::uint8_t kHpda>
Verdict HpdaIsHonouredOrRefused(HostPeer& host) {
  const IcReq ic{.hpda = kHpda};
  host.Send(ic);
  const Event answer = host.Next();
  if (!answer.Is(tcp::PduType::kIcResp)) {
    return Outcome(answer)
        .Or(TermReq({{kUnsupported, kAtPda}}), kPass)
        .Or(Closed(), kNonStrict, "refused by a close without C2HTermReq");
  }
  host.Settle(ic, answer.pdu.As<IcResp>());
  host.Enable();
  host.Identify();  // Where its data begin is judged as they come.
  return Pass();
}

template <std::uint8_t kHlen>
Verdict HlenIsFatal(HostPeer& host) {
  host.Send(IcReq{}, {}, {.hlen = kHlen});
  return host.ExpectFatal({{kField, kAtHlen}});
}

template <std::uint32_t kPlen>
Verdict PlenIsFatal(HostPeer& host) {
  host.Send(IcReq{}, {}, {.plen = kPlen});
  return host.ExpectFatal({{kField, kAtPlen}});
}

Verdict AnsweredOrRefused(HostPeer& host, std::uint32_t fei) {
  return host.Expect(OfType(tcp::PduType::kIcResp), kPass)
      .Or(TermReq({{kField, fei}}), kPass)
      .Or(Closed(), kNonStrict, "closed without C2HTermReq");
}

Verdict ReservedFlags(HostPeer& host) {
  host.Send(IcReq{}, {}, {.flags = 0xFF});
  return AnsweredOrRefused(host, kAtFlags);
}

Verdict ReservedPdo(HostPeer& host) {
  host.Send(IcReq{}, {}, {.pdo = 0xFF});
  return AnsweredOrRefused(host, kAtPdo);
}

Verdict ReservedDgstBits(HostPeer& host) {
  host.Send(IcReq{}, {}, {.pokes = {{.at = kAtDgst, .value = 0xFC}}});
  return AnsweredOrRefused(host, kAtDgst);
}

Verdict ReservedOctets(HostPeer& host) {
  host.Send(IcReq{}, {}, {.pokes = {{.at = 16, .value = 0xFF, .count = 112}}});
  return AnsweredOrRefused(host, 16);
}

Verdict ExpectNotIcReqRefused(HostPeer& host) {
  return host.ExpectFatal({{kSequence, 0}, {kField, kAtType}});
}

Verdict CapsuleFirst(HostPeer& host) {
  host.Submit(host.ConnectCommand({}), host.ConnectPage({}));
  return ExpectNotIcReqRefused(host);
}

Verdict H2CDataFirst(HostPeer& host) {
  host.Send(tcp::H2CData{.datal = 512}, Bytes(512), {}, tcp::kLastPdu);
  return ExpectNotIcReqRefused(host);
}

template <std::uint8_t kType>
Verdict UnassignedTypeFirst(HostPeer& host) {
  host.Send(IcReq{}, {}, {.type = kType});
  return ExpectNotIcReqRefused(host);
}

Verdict OctetsFirst(HostPeer& host, std::string_view text) {
  host.SendRaw(std::as_bytes(std::span(text)));
  return ExpectNotIcReqRefused(host);
}

Verdict TlsClientHelloFirst(HostPeer& host) {
  using namespace std::string_view_literals;
  return OctetsFirst(host,
                     "\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03\x00\x01\x02\x03\x04\x05"
                     "\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16"
                     "\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x00\x00\x04\x13\x01\x13\x02"sv);
}

Verdict HttpRequestFirst(HostPeer& host) {
  return OctetsFirst(host, "GET / HTTP/1.1\r\nHost: target\r\n\r\n");
}

Verdict SecondIcReq(HostPeer& host) {
  host.IcExchange();
  host.Send(IcReq{});
  return ExpectNotIcReqRefused(host);
}

Verdict IcReqAfterConnect(HostPeer& host) {
  host.ConnectAdmin();
  host.Send(IcReq{});
  return ExpectNotIcReqRefused(host);
}

template <std::uint32_t kMaxR2T>
Verdict MaxR2TIsAccepted(HostPeer& host) {
  host.ConnectAdmin({.maxr2t = kMaxR2T});
  return host.ExpectAlive();
}

template <std::uint32_t kMaxR2T>
Verdict WriteUnderMaxR2T(HostPeer& admin) {
  HostPeer io = admin.OpenIo({.maxr2t = kMaxR2T});
  const Bytes data = Pattern(io.claims().solicited(), kMaxR2T);
  io.RunWell(io.WriteCommand(io.claims().solicited(), 0, Sgl::kTransport), data);
  if (io.Read(io.claims().solicited()) == data) return Pass();
  return {kFail, "other data were read than were written"};
}

template <std::size_t kPiece>
Verdict SegmentsDoNotMatter(HostPeer& host) {
  host.SendInPieces(host.Frame(IcReq{}), kPiece);
  host.Take<IcResp>();
  return host.ExpectQuiet();
}

Verdict ConnectBehindIcReq(HostPeer& host) {
  host.Hold();
  host.Send(IcReq{});
  const std::uint16_t cid = host.Submit(host.ConnectCommand({}), host.ConnectPage({}));
  host.Release();
  const Event first = host.Next();
  if (first.Is(tcp::PduType::kIcResp)) {
    return host.Expect(Success(cid), kPass).Or(TermReqFes({kSequence}), kPass).Or(Closed(), kPass);
  }
  // Before ICResp nobody knows where CPDA would have the data.
  return Outcome(first)
      .Or(TermReqFes({kSequence}), kPass)
      .Or(Closed(), kPass)
      .Or(host.claims().cpda == 0 ? Closed() : TermReq({{kField, kAtPdo}}), kPass);
}

Verdict AbortedSetUpLeavesOthersAlone(HostPeer& healthy) {
  healthy.ConnectAdmin();
  const Bytes ic = healthy.Frame(IcReq{});
  for (const std::size_t octets : {0u, 1u, 7u, 8u, 127u, 128u}) {
    HostPeer fleeting = healthy.Another();
    fleeting.SendRaw(ByteView(ic).first(octets));
    octets % 2 == 0 ? fleeting.Reset() : fleeting.Close();
  }
  HostPeer rude = healthy.Another();
  rude.Send(IcReq{.pfv = 1, .hpda = 0xFF, .dgst = 3});
  rude.Reset();
  return healthy.ExpectAlive();
}

constexpr Case kCases[] = {
    {"TCP-IC-01/one-icresp",
     "A well-formed ICReq is answered by one well-formed ICResp and nothing else",
     OneIcRespAndNothingElse, kSafe},
    {"TCP-IC-02/silent-before-icreq", "The controller says nothing before it has received an ICReq",
     NothingBeforeIcReq, kSafe},
    {"TCP-IC-03/hpda-0", "CPDA is 0..31, and what is reserved in the ICResp is zero",
     IcRespIsWellFormed<0, 0>, kSafe},
    {"TCP-IC-03/hpda-1", "The same in answer to HPDA 1", IcRespIsWellFormed<1, 0>, kSafe,
     Need::kHpda},
    {"TCP-IC-04/dgst-0", "No digest is granted when none was asked for", IcRespIsWellFormed<0, 0>,
     kSafe},
    {"TCP-IC-04/dgst-1", "No data digest is granted when only header digests were asked for",
     IcRespIsWellFormed<0, 1>, kSafe},
    {"TCP-IC-04/dgst-2", "No header digest is granted when only data digests were asked for",
     IcRespIsWellFormed<0, 2>, kSafe},
    {"TCP-IC-04/dgst-3", "Both digests may be granted when both were asked for",
     IcRespIsWellFormed<0, 3>, kSafe},
    {"TCP-IC-05/maxh2cdata", "MAXH2CDATA is a multiple of 4 and not zero", IcRespIsWellFormed<0, 0>,
     kSafe},
    {"TCP-IC-06/maxh2cdata-4096", "MAXH2CDATA is at least 4096", IcRespIsWellFormed<0, 0>, kSafe},
    {"TCP-IC-07/pfv-1", "An ICReq of PDU Format Version 1 is refused with a fatal error",
     UnknownPfvIsRefused<1>},
    {"TCP-IC-07/pfv-ffff", "An ICReq of PDU Format Version FFFFh is refused with a fatal error",
     UnknownPfvIsRefused<0xFFFF>},
    {"TCP-IC-07/pfv-0100",
     "An ICReq of PDU Format Version 0100h, low octet 0, is refused with a fatal error",
     UnknownPfvIsRefused<0x0100>},
    {"TCP-IC-08/hpda-32", "HPDA 32, one too large, is an invalid field", HpdaOutOfRangeIsFatal<32>},
    {"TCP-IC-08/hpda-255", "HPDA 255 is an invalid field", HpdaOutOfRangeIsFatal<255>},
    {"TCP-IC-09/hpda-1",
     "HPDA 1 is honoured in every C2HData or refused as unsupported",
     HpdaIsHonouredOrRefused<1>,
     kSafe,
     kNoNeeds,
     kSetUpOnTrial,
     {"TCP-C2H-08"}},
    {"TCP-IC-09/hpda-7",
     "HPDA 7 is honoured in every C2HData or refused as unsupported",
     HpdaIsHonouredOrRefused<7>,
     kSafe,
     kNoNeeds,
     kSetUpOnTrial,
     {"TCP-C2H-08"}},
    {"TCP-IC-09/hpda-31",
     "HPDA 31 is honoured in every C2HData or refused as unsupported",
     HpdaIsHonouredOrRefused<31>,
     kSafe,
     kNoNeeds,
     kSetUpOnTrial,
     {"TCP-C2H-08"}},
    {"TCP-IC-10/hlen-127", "An ICReq of HLEN 127 is a fatal header error", HlenIsFatal<127>},
    {"TCP-IC-10/hlen-129", "An ICReq of HLEN 129 is a fatal header error", HlenIsFatal<129>},
    {"TCP-IC-10/hlen-0", "An ICReq of HLEN 0 is a fatal header error", HlenIsFatal<0>},
    {"TCP-IC-10/hlen-8", "An ICReq of HLEN 8 is a fatal header error", HlenIsFatal<8>},
    {"TCP-IC-10/hlen-255", "An ICReq of HLEN 255 is a fatal header error", HlenIsFatal<255>},
    {"TCP-IC-11/plen-0", "An ICReq of PLEN 0 is a fatal header error", PlenIsFatal<0>},
    {"TCP-IC-11/plen-8", "An ICReq of PLEN 8 is a fatal header error", PlenIsFatal<8>},
    {"TCP-IC-11/plen-127", "An ICReq of PLEN 127 is a fatal header error", PlenIsFatal<127>},
    {"TCP-IC-11/plen-129", "An ICReq of PLEN 129 is a fatal header error", PlenIsFatal<129>},
    {"TCP-IC-11/plen-4096", "An ICReq of PLEN 4096 is a fatal header error", PlenIsFatal<4096>},
    {"TCP-IC-11/plen-ffffffff", "An ICReq of PLEN FFFFFFFFh is refused without waiting for 4 GiB",
     PlenIsFatal<0xFFFFFFFF>},
    {"TCP-IC-12/flags-ff", "FLAGS of an ICReq, reserved, are ignored or refused", ReservedFlags},
    {"TCP-IC-12/pdo-ff", "PDO of an ICReq, reserved, is ignored or refused", ReservedPdo},
    {"TCP-IC-12/dgst-fc", "The reserved bits of DGST are ignored or refused", ReservedDgstBits},
    {"TCP-IC-12/octets-16-127", "The reserved octets of an ICReq are ignored or refused",
     ReservedOctets},
    {"TCP-IC-13/capsule", "A Connect capsule as the first PDU is a fatal error", CapsuleFirst},
    {"TCP-IC-13/h2cdata", "H2CData as the first PDU is a fatal error", H2CDataFirst},
    {"TCP-IC-13/type-08", "A first PDU of the unassigned type 08h is a fatal error",
     UnassignedTypeFirst<0x08>},
    {"TCP-IC-13/type-ff", "A first PDU of the unassigned type FFh is a fatal error",
     UnassignedTypeFirst<0xFF>},
    {"TCP-IC-13/icresp", "An ICResp from the host as the first PDU is a fatal error",
     UnassignedTypeFirst<0x01>},
    {"TCP-IC-13/tls-client-hello", "A TLS ClientHello in place of an ICReq is refused",
     TlsClientHelloFirst},
    {"TCP-IC-13/http-request", "An HTTP request in place of an ICReq is refused", HttpRequestFirst},
    {"TCP-IC-14/second-icreq", "A second ICReq is a fatal error", SecondIcReq},
    {"TCP-IC-14/after-connect", "An ICReq after Connect is a fatal error", IcReqAfterConnect},
    {"TCP-IC-15/maxr2t-0", "MAXR2T 0, one R2T, is accepted", MaxR2TIsAccepted<0>, kSafe, kNoNeeds,
     kSetUpOnTrial},
    {"TCP-IC-15/maxr2t-1", "MAXR2T 1 is accepted", MaxR2TIsAccepted<1>, kSafe, kNoNeeds,
     kSetUpOnTrial},
    {"TCP-IC-15/maxr2t-15", "MAXR2T 15 is accepted", MaxR2TIsAccepted<15>, kSafe, kNoNeeds,
     kSetUpOnTrial},
    {"TCP-IC-15/maxr2t-ffffffff", "MAXR2T FFFFFFFFh is accepted", MaxR2TIsAccepted<0xFFFFFFFF>,
     kSafe, kNoNeeds, kSetUpOnTrial},
    {"TCP-IC-15/write-maxr2t-1", "A write is served by R2T under MAXR2T 1", WriteUnderMaxR2T<1>,
     kDestructive, Need::kIoQueue, kSetUpOnTrial},
    {"TCP-IC-15/write-maxr2t-ffffffff",
     "A write is served by R2T under MAXR2T FFFFFFFFh, whose successor wraps",
     WriteUnderMaxR2T<0xFFFFFFFF>, kDestructive, Need::kIoQueue, kSetUpOnTrial},
    {"TCP-IC-16/octet-by-octet", "An ICReq sent octet by octet is answered like any other",
     SegmentsDoNotMatter<1>, kSafe},
    {"TCP-IC-16/127-and-1", "An ICReq cut before its last octet is answered like any other",
     SegmentsDoNotMatter<127>, kSafe},
    {"TCP-IC-16/header-and-rest", "An ICReq cut into pieces of 8 octets is answered like any other",
     SegmentsDoNotMatter<8>, kSafe},
    {"TCP-IC-17/connect-behind-icreq",
     "A capsule right behind the ICReq is processed or a sequence error", ConnectBehindIcReq},
    {"TCP-IC-18/aborted-set-up",
     "Connections aborted at any octet of their set-up leave others alone",
     AbortedSetUpLeavesOthersAlone},
};

}  // namespace

std::span<const Case> TcpIcCases() { return kCases; }

}  // namespace nvmf::conformance
