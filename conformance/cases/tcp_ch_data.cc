// The common header where data follow: PDO, FLAGS, digests in PLEN; controller on trial. (NVMe/TCP,
// "PDU Data Offset (PDO)", "PDU Header Digest (HDGST)", "PDU Data Digest (DDGST)")
#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"

namespace nvmf::conformance {
namespace {

// ConnectAt sends a Connect capsule whose data stand at `at`, and says so or lies.
std::uint16_t ConnectAt(HostPeer& host, std::uint8_t says, std::size_t at, std::uint8_t pad = 0) {
  const Bytes page = host.ConnectPage({});
  const std::size_t digest = host.negotiated().data_digest ? tcp::kDigestBytes : 0;
  const Lies lies{.pdo = says,
                  .plen = static_cast<std::uint32_t>(at + page.size() + digest),
                  .data_at = at,
                  .pad = pad};
  return host.Submit(host.ConnectCommand({}), page, lies);
}

template <std::uint8_t kPdo>
Verdict MisalignedPdoIsFatal(HostPeer& host) {
  host.IcExchange();
  ConnectAt(host, kPdo, kPdo);
  return host.ExpectFatal({{kField, kAtPdo}});
}

template <std::uint8_t kPdo>
Verdict PdoBelowCpdaIsFatal(HostPeer& host) {
  host.IcExchange({.hpda = host.claims().cpda_hpda});
  ConnectAt(host, kPdo, kPdo);
  return host.ExpectFatal({{kField, kAtPdo}});
}

template <std::uint8_t kPdo>
Verdict PdoInsideTheHeaderIsFatal(HostPeer& host) {
  host.IcExchange();
  ConnectAt(host, kPdo, tcp::CapsuleCmd::kSize);
  return host.ExpectFatal({{kField, kAtPdo}});
}

Verdict PdoInsideTheDigestIsFatal(HostPeer& host) {
  host.IcExchange({.dgst = 1});
  ConnectAt(host, 72, 76);
  return host.ExpectFatal({{kField, kAtPdo}});
}

template <std::uint8_t kPdo>
Verdict PdoLeavesOtherThanTheData(HostPeer& host) {
  host.IcExchange();
  const std::uint16_t cid = ConnectAt(host, kPdo, tcp::CapsuleCmd::kSize);
  return host.ExpectFatal({{kField, kAtPdo}, {kField, kAtPlen}})
      .Or(AnyError(cid), kNonStrict, "refused as a command error");
}

template <std::uint8_t kPdo>
Verdict ExtraPaddingIsSkippedOrRefused(HostPeer& host) {
  host.IcExchange();
  const std::uint16_t cid = ConnectAt(host, kPdo, kPdo, 0xA5);
  return host.Expect(Success(cid), kPass)
      .Or(TermReq({{kField, kAtPdo}}), kPass)
      .Or(Closed(), kNonStrict, "closed without C2HTermReq");
}

template <std::uint8_t kPdo>
Verdict PdoWithoutData(HostPeer& host) {
  host.ConnectAdmin();
  const std::uint16_t cid = host.Submit(host.BarrierCommand(), {}, {.pdo = kPdo});
  if (kPdo == 0) return host.Expect(Success(cid), kPass);
  return host.Expect(Success(cid), kPass)
      .Or(TermReq({{kField, kAtPdo}}), kPass)
      .Or(Closed(), kNonStrict, "closed without C2HTermReq");
}

Verdict ReservedFlagsOfACapsule(HostPeer& host) {
  host.ConnectAdmin();
  const std::uint16_t cid = host.Submit(host.BarrierCommand(), {}, {.flags = 0xFC});
  return host.Expect(Success(cid), kPass)
      .Or(TermReq({{kField, kAtFlags}}), kPass)
      .Or(Closed(), kNonStrict, "closed without C2HTermReq");
}

Verdict ReservedFlagsOfH2CData(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, 0, write.r2t.r2tl, {.pdu = {.flags = 0xF8 | tcp::kLastPdu}});
  return io.Expect(Success(write.cid), kPass)
      .Or(TermReq({{kField, kAtFlags}}), kPass)
      .Or(Closed(), kNonStrict, "closed without C2HTermReq");
}

Verdict MissingHdgstfIsFatal(HostPeer& host) {
  host.ConnectAdmin({.dgst = 1});
  host.Submit(host.BarrierCommand(), {}, {.flags = 0});
  return host.ExpectFatal({{kField, kAtFlags}});
}

Verdict MissingDdgstfOnACapsuleIsFatal(HostPeer& host) {
  host.IcExchange({.dgst = 2});
  host.Submit(host.ConnectCommand({}), host.ConnectPage({}), {.flags = 0});
  return host.ExpectFatal({{kField, kAtFlags}});
}

Verdict MissingDdgstfOnH2CDataIsFatal(HostPeer& admin) {
  HostPeer io = admin.OpenIo({.dgst = 2});
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, 0, 512, {.pdu = {.flags = 0}});
  return io.ExpectFatal({{kField, kAtFlags}});
}

template <std::uint8_t kFlags>
Verdict DigestFlagsWithoutDigests(HostPeer& host) {
  host.ConnectAdmin();
  const std::uint16_t cid = host.Submit(host.BarrierCommand(), {}, {.flags = kFlags});
  const Outcome first =
      host.ExpectFatal({{kField, kAtFlags}}).Or(Success(cid), kNonStrict, "the flags are ignored");
  if (!Success(cid).fits(first.event())) return first;
  // Nor may it have taken the next octets for a digest.
  if (auto bad = Bad(host.ExpectBarrier())) return *bad;
  return first;
}

// PlenOffBy sends a Connect with a data digest and a wrong PLEN, and a capsule behind it.
template <int kOff>
Verdict PlenOffBy(HostPeer& host) {
  host.IcExchange({.dgst = 2});
  const Bytes page = host.ConnectPage({});
  const auto honest = static_cast<int>(tcp::CapsuleCmd::kSize + page.size() + tcp::kDigestBytes);
  host.Hold();
  const std::uint16_t cid = host.Submit(host.ConnectCommand({}), page,
                                        {.plen = static_cast<std::uint32_t>(honest + kOff)});
  host.Submit(host.BarrierCommand());
  host.Release();
  return host.ExpectFatal({{kField, kAtPlen}})
      .Or(Completion(cid, {StatusCode::kTransientTransportError}), kPass)
      .Or(AnyTermReq(), kPass)
      .Or(AnyError(cid), kNonStrict, "refused as a command error");
}

constexpr Case kCases[] = {
    {"TCP-CH-07/pdo-73", "PDO 73 is not a multiple of 4", MisalignedPdoIsFatal<73>},
    {"TCP-CH-07/pdo-74", "PDO 74 is not a multiple of 4", MisalignedPdoIsFatal<74>},
    {"TCP-CH-07/cpda-pdo-72", "PDO 72 is refused where CPDA asks for more alignment",
     PdoBelowCpdaIsFatal<72>, kDisruptive, Need::kCpda},
    {"TCP-CH-07/cpda-pdo-76", "PDO 76 is refused where CPDA asks for more alignment",
     PdoBelowCpdaIsFatal<76>, kDisruptive, Need::kCpda},
    {"TCP-CH-08/pdo-0", "Data at PDO 0 are refused", PdoInsideTheHeaderIsFatal<0>},
    {"TCP-CH-08/pdo-1", "Data at PDO 1 are refused", PdoInsideTheHeaderIsFatal<1>},
    {"TCP-CH-08/pdo-7", "Data at PDO 7 are refused", PdoInsideTheHeaderIsFatal<7>},
    {"TCP-CH-08/pdo-8", "Data at PDO 8 are refused", PdoInsideTheHeaderIsFatal<8>},
    {"TCP-CH-08/pdo-24", "Data at PDO 24 are refused", PdoInsideTheHeaderIsFatal<24>},
    {"TCP-CH-08/pdo-68", "Data at PDO 68 are refused", PdoInsideTheHeaderIsFatal<68>},
    {"TCP-CH-08/pdo-71", "Data at PDO 71 are refused", PdoInsideTheHeaderIsFatal<71>},
    {"TCP-CH-08/digest-pdo-72", "Data that begin inside the header digest are refused",
     PdoInsideTheDigestIsFatal, kDisruptive, Need::kHeaderDigest},
    {"TCP-CH-09/pdo-152", "PDO 152 leaves less than the data", PdoLeavesOtherThanTheData<152>},
    {"TCP-CH-09/pdo-153", "PDO 153 leaves less than the data", PdoLeavesOtherThanTheData<153>},
    {"TCP-CH-09/pdo-248", "PDO 248 leaves less than the data", PdoLeavesOtherThanTheData<248>},
    {"TCP-CH-09/pdo-255", "PDO 255 leaves less than the data", PdoLeavesOtherThanTheData<255>},
    {"TCP-CH-10/pdo-76", "4 octets of padding more than needed are skipped or refused",
     ExtraPaddingIsSkippedOrRefused<76>},
    {"TCP-CH-10/pdo-128", "56 octets of padding more than needed are skipped or refused",
     ExtraPaddingIsSkippedOrRefused<128>},
    {"TCP-CH-11/pdo-0", "A capsule without data has PDO 0", PdoWithoutData<0>, kSafe},
    {"TCP-CH-11/pdo-72", "PDO 72 in a capsule without data is ignored or refused",
     PdoWithoutData<72>},
    {"TCP-CH-11/pdo-255", "PDO 255 in a capsule without data is ignored or refused",
     PdoWithoutData<255>},
    {"TCP-CH-12/capsule-flags-fc", "The reserved FLAGS of a capsule are ignored or refused",
     ReservedFlagsOfACapsule},
    {"TCP-CH-12/h2cdata-flags-f8", "The reserved FLAGS of H2CData are ignored or refused",
     ReservedFlagsOfH2CData, kDestructive, Need::kIoQueue},
    {"TCP-CH-13/no-hdgstf", "A capsule without HDGSTF is refused where header digests are on",
     MissingHdgstfIsFatal, kDisruptive, Need::kHeaderDigest},
    {"TCP-CH-13/no-ddgstf-capsule",
     "Data in capsule without DDGSTF are refused where digests are on",
     MissingDdgstfOnACapsuleIsFatal, kDisruptive, Need::kDataDigest},
    {"TCP-CH-13/no-ddgstf-h2cdata", "H2CData without DDGSTF are refused where data digests are on",
     MissingDdgstfOnH2CDataIsFatal, kDestructive, Need::kIoQueue | Need::kDataDigest},
    {"TCP-CH-13/hdgstf-unagreed", "HDGSTF is refused where no digest was agreed on",
     DigestFlagsWithoutDigests<0x01>},
    {"TCP-CH-13/ddgstf-unagreed", "DDGSTF is refused where no digest was agreed on",
     DigestFlagsWithoutDigests<0x02>},
    {"TCP-CH-13/both-unagreed", "Both digest flags are refused where no digest was agreed on",
     DigestFlagsWithoutDigests<0x03>},
    {"TCP-CH-16/plen-short-by-4", "A PLEN that leaves the data digest out is noticed",
     PlenOffBy<-4>, kDisruptive, Need::kDataDigest},
    {"TCP-CH-16/plen-long-by-4", "A PLEN that takes in 4 octets more is noticed", PlenOffBy<4>,
     kDisruptive, Need::kDataDigest},
};

}  // namespace

std::span<const Case> TcpChDataCases() { return kCases; }

}  // namespace nvmf::conformance
